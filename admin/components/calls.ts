/** Calls of the panel's own API from its pages. */
import { useEffect, useState } from 'react';

export interface NoticeAnswer {
  readonly type: 'success' | 'info' | 'error';
  readonly message: string;
  readonly code?: string;
}

export interface Answer {
  readonly notice?: NoticeAnswer;
}

const API = '/admin/api';
const LOGIN = '/admin/login?ended';

export const recordCall = (resource: string, id: string, action: string): string =>
  `/resources/${resource}/records/${id}/${action}`;

async function call<Body extends Answer>(path: string, init: RequestInit): Promise<Body> {
  const response = await fetch(API + path, {
    ...init,
    credentials: 'same-origin',
    headers: { accept: 'application/json' },
  });
  if (response.status === 401) window.location.assign(LOGIN);
  return (await response.json()) as Body;
}

/** Reads; throws when there is nothing to show. */
export async function read<Body extends Answer>(path: string): Promise<Body> {
  const body = await call<Body>(path, {});
  if (body.notice?.type === 'error') throw new Error(body.notice.message);
  return body;
}

/** Sends a decision; what is refused comes back as a notice. Throws only when nothing came back at all. */
export function send<Body extends Answer>(
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<Body> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) body.append(name, value);
  return call<Body>(path, { method: 'POST', body });
}

export type Loaded<Body> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed' }
  | { readonly state: 'ready'; readonly body: Body };

/** Reads when the path changes or `again` is called; an answer that comes too late is dropped. */
export function useRead<Body extends Answer>(path: string): [Loaded<Body>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<Body>>({ state: 'loading' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    setLoaded({ state: 'loading' });
    read<Body>(path).then(
      (body) => current && setLoaded({ state: 'ready', body }),
      () => current && setLoaded({ state: 'failed' }),
    );
    return () => {
      current = false;
    };
  }, [path, turn]);
  return [loaded, () => setTurn((count) => count + 1)];
}
