/** A list as the API gives it, with what the address bar asks for. */
import { useSearchParams } from 'react-router-dom';
import { useRead, type Answer, type Loaded } from './calls.ts';
import { ROWS_PER_PAGE } from './pager.tsx';

export type Params = Readonly<Record<string, string | number | null>>;

export interface ListedRecord {
  readonly id: string;
  readonly params: Params;
  readonly populated: Readonly<Record<string, { readonly id: string; readonly params: Params } | null>>;
}

export interface ListAnswer extends Answer {
  readonly records: readonly ListedRecord[];
  readonly meta: { readonly total: number };
}

interface Wish {
  readonly resource: string;
  readonly page: number;
  readonly sortBy?: string;
  readonly direction?: 'asc' | 'desc';
  readonly filters?: Readonly<Record<string, string>>;
  readonly perPage?: number;
}

export function useList({
  resource,
  page,
  sortBy,
  direction,
  filters = {},
  perPage,
}: Wish): [Loaded<ListAnswer>, () => void] {
  const query = new URLSearchParams({ page: String(page), perPage: String(perPage ?? ROWS_PER_PAGE) });
  if (sortBy) query.set('sortBy', sortBy);
  if (direction) query.set('direction', direction);
  for (const [name, value] of Object.entries(filters)) if (value) query.set(`filters.${name}`, value);
  return useRead<ListAnswer>(`/resources/${resource}/actions/list?${query.toString()}`);
}

/** What the address bar says, and a way to say something else; another wish begins at the first page. */
export function useWish(): {
  readonly get: (name: string) => string;
  readonly page: number;
  readonly set: (name: string, value: string) => void;
} {
  const [search, setSearch] = useSearchParams();
  return {
    get: (name) => search.get(name) ?? '',
    page: Math.max(1, Number(search.get('page')) || 1),
    set: (name, value) => {
      const next = new URLSearchParams(search);
      if (name !== 'page') next.delete('page');
      if (value) next.set(name, value);
      else next.delete(name);
      setSearch(next, { replace: name === 'code' });
    },
  };
}
