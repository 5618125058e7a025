/** The panel's HTTP as a member of staff uses it: the sign-in form, then record actions as form data (API.md §3). */
import { Deviation } from './deviation.ts';
import { knock, type Patience, type Reply } from './door.ts';

export interface StaffAccount {
  readonly email: string;
  readonly password: string;
  readonly role: 'reviewer' | 'headquarters';
  readonly governorate: string | null;
}

export interface Review {
  readonly revision: number;
  readonly rejectionReasons: readonly { readonly code: string }[];
  readonly identity: { readonly proposals: readonly { readonly id: string; readonly state: string }[] };
}

export interface Notice {
  readonly type: string;
  readonly code: string;
  readonly message: string;
  /** How often the request was sent; above 1, an earlier one may have had its effect. */
  readonly attempts: number;
}

export interface Defect {
  readonly target: string;
  readonly reason: string;
  readonly note: string;
}

/** What one member of staff can do; each signs in when it is first needed and again when the session has ended. */
export interface Desk {
  readonly account: StaffAccount;
  /** The review page, or undefined when the registration is not to be found for this desk. */
  review(registrationId: string): Promise<Review | undefined>;
  act(registrationId: string, action: string, fields: Readonly<Record<string, string>>): Promise<Notice>;
  /** Moves the end of an election's window; headquarters only. */
  moveWindow(electionId: string, closesAt: Date, reason: string): Promise<Notice>;
}

interface ActionAnswer {
  readonly review?: Review;
  readonly notice?: { readonly type?: string; readonly message?: string; readonly code?: string };
  readonly code?: string;
}

/** The particulars of an action's answer. AdminJS tells refusals with status 200 and a notice. */
function noticeOf(reply: Reply): Notice {
  const answer = (reply.body ?? {}) as ActionAnswer;
  const { type = reply.status < 400 ? 'none' : 'error', message = '', code } = answer.notice ?? {};
  const { attempts } = reply;
  return {
    type,
    message,
    code: code ?? answer.code ?? (type === 'error' ? String(reply.status) : ''),
    attempts,
  };
}

function cookiesOf(reply: Reply): string {
  return reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

export function newDesk(panel: string, account: StaffAccount, patience: Patience): Desk {
  const origin = new URL(panel).origin;
  let session: Promise<string> | null = null;

  async function signIn(): Promise<string> {
    const { email, password } = account;
    const body = new URLSearchParams({ email, password });
    const reply = await knock(
      { method: 'POST', url: `${panel}/admin/login`, headers: { origin }, body },
      patience,
    );
    const cookie = cookiesOf(reply);
    if (![302, 303].includes(reply.status) || cookie === '') {
      throw new Deviation(
        `the panel's sign-in answered ${reply.status} ${cookie === '' ? 'without a cookie' : ''}`,
      );
    }
    return cookie;
  }

  async function ask(
    method: string,
    path: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<Reply> {
    for (let tries = 1; ; tries += 1) {
      session ??= signIn().catch((error: unknown) => {
        session = null;
        throw error;
      });
      const cookie = await session;
      const form = new FormData();
      for (const [name, value] of Object.entries(fields ?? {})) form.set(name, value);
      const headers = { origin, cookie, accept: 'application/json' };
      const body = fields === undefined ? {} : { body: form };
      const reply = await knock({ method, url: `${panel}/admin/api${path}`, headers, ...body }, patience);
      const signedOut = [302, 303, 401].includes(reply.status);
      if (!signedOut || tries === 2) return reply;
      session = null;
    }
  }

  async function post(path: string, fields: Readonly<Record<string, string>>): Promise<Notice> {
    return noticeOf(await ask('POST', path, fields));
  }

  return {
    account,
    review: async (id) => {
      const reply = await ask('GET', `/resources/registrations/records/${id}/review`);
      if (reply.status >= 500) throw new Deviation(`the review page answered ${reply.status}`);
      return (reply.body as ActionAnswer | undefined)?.review;
    },
    act: (id, action, fields) => post(`/resources/registrations/records/${id}/${action}`, fields),
    moveWindow: (id, closesAt, reason) =>
      post(`/resources/elections/records/${id}/window`, { closesAt: closesAt.toISOString(), reason }),
  };
}
