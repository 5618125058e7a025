/** Wrong codes in a row, by number and lane: the lock of domain/code-lock.ts, kept over restarts (OTP-5). */
import { lockAdvice, lockOf, type CodeLane, type Lock } from '../domain/code-lock.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';

export interface FailureRow {
  mobile_hmac: Buffer;
  lane: CodeLane;
  failures: number;
  last_failed_at: Date | null;
}

export function lockOfRow({ failures, last_failed_at }: FailureRow, now: Instant): Lock {
  return lockOf({ count: failures, lastAt: last_failed_at?.getTime() ?? null }, now);
}

/** Why no code of this number can be tried now; undefined when one can. */
export function lockRefusal(row: FailureRow, now: Instant): Refusal | undefined {
  const lock = lockOfRow(row, now);
  if (lock.state === 'open') return undefined;
  const advice = lockAdvice(lock);
  return lock.state === 'closed'
    ? new Refusal('code-locked', { advice })
    : new Refusal('code-locked', { advice, retryAfterSeconds: lock.seconds });
}

/** One more in the row; whoever calls holds its lock. Gives the row as it is now. */
export async function countFailure(db: Database, row: FailureRow, now: Instant): Promise<FailureRow> {
  const counted = { failures: row.failures + 1, last_failed_at: new Date(now) };
  await db
    .knex<FailureRow>('code_failures')
    .where({ mobile_hmac: row.mobile_hmac, lane: row.lane })
    .update(counted);
  return { ...row, ...counted };
}

/**
 * A right code ends the row. What strangers got wrong is forgiven only to somebody who has just typed a code that a
 * stranger asked for: otherwise each sign-in of the owner would give those who guess ten more tries.
 */
export async function forgiveFailures(db: Database, { mobile_hmac, lane }: FailureRow): Promise<void> {
  const lanes: readonly CodeLane[] = lane === 'own' ? ['own'] : ['own', 'strangers'];
  await db
    .knex<FailureRow>('code_failures')
    .where({ mobile_hmac })
    .whereIn('lane', [...lanes])
    .andWhere('failures', '>', 0)
    .update({ failures: 0, last_failed_at: null });
}
