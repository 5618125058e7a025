/** What a candidate does on the bank's page, by HTTP as a browser without scripts would. */
import type { RunningSandbox, SandboxCard } from './sandbox.ts';

interface PageAnswer {
  readonly status: number;
  readonly body: string;
  /** Where the browser was led, if it was. */
  readonly location: URL | null;
}

export async function press(
  pageUrl: string,
  action: 'pay' | 'password' | 'cancel',
  fields: Readonly<Record<string, string>> = {},
): Promise<PageAnswer> {
  const response = await fetch(pageUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...fields, action }),
  });
  const location = response.headers.get('location');
  return {
    status: response.status,
    body: await response.text(),
    location: location === null ? null : new URL(location),
  };
}

/** The fields of a card as they are typed. */
export function typed({ number, cvv2, month, year }: SandboxCard): Record<string, string> {
  return { pan: number, cvv2, month, year };
}

/** The newest dynamic password that was sent to a number. */
export async function passwordFor(sandbox: RunningSandbox, mobile: string): Promise<string> {
  const messages = await sandbox.inbox(mobile);
  const code = messages
    .filter(({ provider }) => provider === 'bank')
    .map(({ text }) => /\b\d{7}\b/.exec(text)?.[0])
    .at(-1);
  if (code === undefined) throw new Error('No dynamic password has come');
  return code;
}

/** Asks for a password and pays with it. */
export async function payWith(
  sandbox: RunningSandbox,
  {
    pageUrl,
    card,
    mobile,
  }: { readonly pageUrl: string; readonly card: SandboxCard; readonly mobile: string },
): Promise<PageAnswer> {
  await press(pageUrl, 'password', typed(card));
  return press(pageUrl, 'pay', { ...typed(card), dynamicPassword: await passwordFor(sandbox, mobile) });
}
