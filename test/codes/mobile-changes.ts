/** What the tests of a change of number ask of an office: a candidate with two numbers, codes of both, and the change. */
import { randomUUID } from 'node:crypto';
import type { ApiClient, Reply } from '../api/client.ts';
import type { Office } from '../api/office.ts';
import { somebody } from './office.ts';

export interface Candidate {
  readonly me: ApiClient;
  readonly old: string;
  readonly next: string;
}

export interface Changed {
  readonly mobile: string;
  readonly token: string;
  readonly detail?: string;
}

export const international = (mobile: string): string => mobile.replace(/^0/u, '+98');

export async function whoIs(me: ApiClient): Promise<string> {
  return (await me.get<{ who: { mobile: string } }>('/sessions/current')).body.who?.mobile;
}

export type MobileChanges = ReturnType<typeof mobileChanges>;

export function mobileChanges(office: Office) {
  return {
    async candidate(): Promise<Candidate> {
      const old = somebody();
      return { me: await office.signIn({ mobile: old }), old, next: somebody() };
    },
    async codeOf({ me, old }: Candidate, purpose = 'mobile-change', more: object = {}) {
      const sent = await me.post<{ id: string }>('/confirmation-codes', { purpose, ...more });
      return { codeId: sent.body.id, code: office.codeFor(old) };
    },
    async newCodeOf({ me, next }: Candidate, mobile = next) {
      const sent = await me.post<{ id: string }>('/mobile-codes', { mobile });
      return { newMobileCodeId: sent.body.id, newMobileCode: office.codeFor(mobile) };
    },
    change: ({ me }: Candidate, body: object, key: string = randomUUID()): Promise<Reply<Changed>> =>
      me.post<Changed>('/mobile-change', body, { 'idempotency-key': key }),
  };
}
