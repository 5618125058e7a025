/**
 * Sign-in of staff, throttled by account and by address (ADM-4). A try is written down before its password is
 * looked at, so that a thousand tries at the same instant are no more than the limit either.
 */
import type { Knex } from 'knex';
import { v7 as newId } from 'uuid';
import type { Database } from './database.ts';
import { emailKey, findStaffByPassword, type Staff } from './staff.ts';

export const FAILURES_PER_ACCOUNT_MAX = 8;
/** An office shares one address. */
export const FAILURES_PER_ADDRESS_MAX = 40;
export const FAILURE_WINDOW_SECONDS = 15 * 60;

export interface SignInTry {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  readonly now: Date;
}

export type SignIn =
  | { readonly outcome: 'signed-in'; readonly staff: Staff }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

/** Who signs in, or that nobody does: a wrong password, an unknown account and a disabled one look alike. */
export async function signInStaff(
  db: Database,
  { email, password, address, now }: SignInTry,
): Promise<SignIn> {
  const failure = {
    id: newId(),
    account_hmac: db.sealing.fingerprint('staff-account', emailKey(email)),
    address_hmac: db.sealing.fingerprint('staff-address', address),
    at: now,
  };
  const since = new Date(now.getTime() - FAILURE_WINDOW_SECONDS * 1000);
  const retryAfterSeconds = await db.knex.transaction((tx) => countTry(tx, failure, since));
  if (retryAfterSeconds !== null) return { outcome: 'throttled', retryAfterSeconds };
  const staff = await findStaffByPassword(db.knex, email, password);
  if (!staff) return { outcome: 'refused' };
  await db
    .knex('staff_sign_in_failures')
    .where({ account_hmac: failure.account_hmac })
    .orWhere('at', '<=', since)
    .delete();
  return { outcome: 'signed-in', staff };
}

interface Failure {
  readonly id: string;
  readonly account_hmac: Buffer;
  readonly address_hmac: Buffer;
  readonly at: Date;
}

const LOCK = 'select pg_advisory_xact_lock(hashtextextended(?, 6))';

/**
 * Writes the try down as a failure, or says after how many seconds the next one is heard. A refused try is not
 * written down, or an attacker could keep the account shut for ever. One after another for an account and for an
 * address (always in this order): tries that are still being refused must not crowd out those within the limit.
 */
async function countTry(tx: Knex.Transaction, failure: Failure, since: Date): Promise<number | null> {
  const { account_hmac, address_hmac, at } = failure;
  await tx.raw(LOCK, [`account ${account_hmac.toString('hex')}`]);
  await tx.raw(LOCK, [`address ${address_hmac.toString('hex')}`]);
  const recent = await tx('staff_sign_in_failures')
    .where('at', '>', since)
    .where((either) => either.where({ account_hmac }).orWhere({ address_hmac }))
    .first<{ account: string; address: string; oldest_of_account: Date; oldest_of_address: Date }>(
      tx.raw('count(*) filter (where account_hmac = ?) as account', [account_hmac]),
      tx.raw('count(*) filter (where address_hmac = ?) as address', [address_hmac]),
      tx.raw('min(at) filter (where account_hmac = ?) as oldest_of_account', [account_hmac]),
      tx.raw('min(at) filter (where address_hmac = ?) as oldest_of_address', [address_hmac]),
    );
  const waits = [
    ...(Number(recent.account) < FAILURES_PER_ACCOUNT_MAX ? [] : [secondsLeft(recent.oldest_of_account, at)]),
    ...(Number(recent.address) < FAILURES_PER_ADDRESS_MAX ? [] : [secondsLeft(recent.oldest_of_address, at)]),
  ];
  if (waits.length > 0) return Math.max(...waits);
  await tx('staff_sign_in_failures').insert(failure);
  return null;
}

function secondsLeft(oldest: Date, now: Date): number {
  return Math.max(1, Math.ceil((oldest.getTime() - now.getTime()) / 1000) + FAILURE_WINDOW_SECONDS);
}
