/** Whether codes are asked for that nobody types: the sign of somebody who makes us pay for SMS (OTP-10). */
import { CODE_LIFE_MAX_SECONDS, fewAreTyped } from '../domain/one-time-code.ts';
import type { Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';

const WINDOW_SECONDS = 300;

const COUNT = `
select count(*)::int as sent, count(consumed_at)::int as typed from one_time_codes
 where created_at > :oldest and expires_at > :from and expires_at <= :to and sent_at is not null`;

/** How many codes that ended within five minutes were sent and never typed, if suspiciously many; 0 otherwise. */
export async function countUntyped(db: Database, now: Instant): Promise<number> {
  const from = now - WINDOW_SECONDS * 1_000;
  const { rows } = await db.knex.raw<{ rows: { sent: number; typed: number }[] }>(COUNT, {
    // For the index: no code that ended since `from` is older.
    oldest: new Date(from - CODE_LIFE_MAX_SECONDS * 1_000),
    from: new Date(from),
    to: new Date(now),
  });
  const { sent = 0, typed = 0 } = rows[0] ?? {};
  return fewAreTyped({ sent, typed }) ? sent - typed : 0;
}
