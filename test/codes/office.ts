/** What the tests of codes ask of an office: people, codes, and what the database has of them. */
import { randomUUID } from 'node:crypto';
import type { CodeRow } from '../../store/one-time-codes.ts';
import type { SmsTemplate } from '../../domain/sms-text.ts';
import type { SmsRow } from '../../store/sms.ts';
import type { FailureRow } from '../../store/code-failures.ts';
import type { Reply } from '../api/client.ts';
import { DEVICE, type Office } from '../api/office.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export interface CodeSent {
  readonly id: string;
  readonly expiresAt: string;
  readonly expiresInSeconds: number;
  readonly resendAt: string;
}

export interface Opened {
  readonly token: string;
  readonly attemptsLeft?: number;
  readonly detail?: string;
}

let people = 0;

/** A number that no other test uses. */
export function somebody(): string {
  people += 1;
  return `0937${String(people).padStart(7, '0')}`;
}

/** A code that is not the one given, and not the one of `turn - 1` either. */
export function wrong(code: string, turn = 1): string {
  return String((Number(code) + turn) % 1_000_000).padStart(6, '0');
}

export function deskOfCodes(office: Office) {
  const rowOf = async (id: string) => {
    const row = await office.fresh.owner<CodeRow>('one_time_codes').where({ id }).first();
    if (row === undefined) throw new Error('There is no such code');
    return row;
  };
  return {
    ask: (mobile: string, device: string = DEVICE.id, key: string = randomUUID()) =>
      office.client.post<CodeSent>(
        '/sign-in-codes',
        { mobile, device: { id: device } },
        { 'idempotency-key': key },
      ),
    open: (codeId: string, code: string, device: string = DEVICE.id): Promise<Reply<Opened>> =>
      office.client.post<Opened>('/sessions', { codeId, code, device: { ...DEVICE, id: device } }),
    rowOf,
    /** What was written to this number by a template. */
    async smsTo(mobile: string, template: SmsTemplate): Promise<SmsRow[]> {
      const { db, owner } = office.fresh;
      const rows = (await owner<SmsRow>('sms').where({ template })) as SmsRow[];
      return rows.filter(({ id, mobile_sealed: sealed }) => {
        const place = { table: 'sms', column: 'mobile_sealed', row: id };
        return db.sealing.open(place, sealed).toString() === mobile.replace(/^0/u, '+98');
      });
    },
    failuresOf: (mobile: string) =>
      office.fresh
        .owner<FailureRow>('code_failures')
        .where({ mobile_hmac: office.fresh.db.sealing.fingerprint('mobile', mobile.replace(/^0/u, '+98')) }),
  };
}
