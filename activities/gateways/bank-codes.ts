/**
 * What the result codes of the two payment gateways mean to us (iran.md §4.1). One state is a pass; what is not in a
 * table says nothing, and so does the bank about its own trouble: then it is asked again, and never passed.
 *
 * The adapter that exists speaks Pasargad's protocol. Behpardakht's codes stand here so that the operator's choice
 * of gateway changes an adapter and not what a candidate reads.
 */
import type { CardRefusal } from '../../domain/registration.ts';

export type Gateway = 'pasargad' | 'behpardakht';

/** What a bank can say against a card; the other reasons are our own conclusions. */
export type BankRefusal = Exclude<
  CardRefusal,
  'expired' | 'bank-unavailable' | 'bank-not-supported' | 'card-not-announced'
>;

/** `timed-out`: the bank waited long enough; the end when the page has ended as well, until then nothing. */
export type CodeMeaning = 'holder-authenticated' | 'pending' | 'not-found' | 'timed-out' | BankRefusal;

const PASARGAD: Readonly<Record<number, CodeMeaning>> = {
  // Plain success (0) does not prove the holder, so it is not here.
  13328: 'holder-authenticated',
  2: 'pending', // unknown to the gateway itself
  13005: 'pending', // no way to the server for the moment
  13016: 'not-found',
  13018: 'not-found',
  13021: 'cancelled',
  13022: 'pending', // not paid yet
  13025: 'card-unusable', // failed, without a reason
  13026: 'card-unknown',
  13027: 'card-line-differs',
  13032: 'card-expired',
  13045: 'cancelled',
  13057: 'card-expired',
  13058: 'card-blocked', // for a time
  13064: 'wrong-entry',
  13084: 'pending', // the switch or the issuer is down
  13085: 'pending',
  13307: 'timed-out',
  13322: 'too-many-passwords',
  13323: 'card-not-own',
  13334: 'password-limit',
  13335: 'card-reported', // lost
  13337: 'card-reported', // stolen
  13342: 'password-limit',
};

/** It has no code that proves the holder: with this gateway alone a card would stay pending. */
const BEHPARDAKHT: Readonly<Record<number, CodeMeaning>> = {
  11: 'card-unknown',
  13: 'wrong-entry',
  14: 'password-limit',
  15: 'card-unknown',
  17: 'cancelled',
  18: 'card-expired',
  111: 'card-unusable', // its issuer is not known
  112: 'pending', // the issuer's switch
  113: 'pending', // no answer of the issuer
  114: 'card-not-permitted',
};

const TABLES: Readonly<Record<Gateway, Readonly<Record<number, CodeMeaning>>>> = {
  pasargad: PASARGAD,
  behpardakht: BEHPARDAKHT,
};

/** What a code says of a transaction; undefined when the gateway's documents do not have it. */
export function meaningOf(gateway: Gateway, code: number): CodeMeaning | undefined {
  return TABLES[gateway][code];
}
