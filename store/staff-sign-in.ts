/**
 * Sign-in of staff, throttled by account and by address (ADM-4). A try is written down before its password is
 * looked at, so that a thousand tries at the same instant are no more than the limit either.
 */
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
  const failures = () => db.knex('staff_sign_in_failures');
  await failures().insert(failure);
  const since = new Date(now.getTime() - FAILURE_WINDOW_SECONDS * 1000);
  const recent = await failures()
    .where('at', '>', since)
    .where((either) =>
      either.where({ account_hmac: failure.account_hmac }).orWhere({ address_hmac: failure.address_hmac }),
    )
    .first<{ account: string; address: string; oldest: Date }>(
      db.knex.raw('count(*) filter (where account_hmac = ?) as account', [failure.account_hmac]),
      db.knex.raw('count(*) filter (where address_hmac = ?) as address', [failure.address_hmac]),
      db.knex.raw('min(at) as oldest'),
    );
  if (
    Number(recent.account) > FAILURES_PER_ACCOUNT_MAX ||
    Number(recent.address) > FAILURES_PER_ADDRESS_MAX
  ) {
    // A refused try does not count, or an attacker could keep the account shut for ever.
    await failures().where({ id: failure.id }).delete();
    return { outcome: 'throttled', retryAfterSeconds: secondsLeft(recent.oldest, now) };
  }
  const staff = await findStaffByPassword(db.knex, email, password);
  if (!staff) return { outcome: 'refused' };
  await failures().where({ account_hmac: failure.account_hmac }).orWhere('at', '<=', since).delete();
  return { outcome: 'signed-in', staff };
}

function secondsLeft(oldest: Date, now: Date): number {
  return Math.max(1, Math.ceil((oldest.getTime() - now.getTime()) / 1000) + FAILURE_WINDOW_SECONDS);
}
