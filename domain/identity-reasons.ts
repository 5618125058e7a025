/** Why a step of the identity was refused or is delayed: codes that clients see, each with a text of its own. */

/** `line-invalid`: the registry takes the number or the national id for none, and does not say which. */
export type LineRefusal = 'line-not-own' | 'already-registered' | 'line-invalid';
/** `line-hours`: the registry of lines is closed at night. */
export type LineDelay = 'line-hours' | 'line-no-answer';

export type PersonRefusal = 'person-not-found' | 'person-not-alive';
export type PersonDelay = 'registry-no-answer';

/** Why the bank step failed; `wrong-entry` and `password-limit` count for the guardian, the others do not. */
export type CardRefusal =
  | 'wrong-entry'
  /** One wrong password too many, says the bank, and has blocked the card. */
  | 'password-limit'
  | 'too-many-passwords'
  | 'card-blocked'
  | 'card-not-own'
  | 'card-line-differs'
  | 'card-not-announced'
  | 'card-unknown'
  | 'card-expired'
  | 'card-reported'
  | 'card-not-permitted'
  | 'card-unusable'
  | 'bank-not-supported'
  | 'cancelled'
  | 'expired'
  | 'bank-unavailable';

export type IdentityReason = LineRefusal | LineDelay | PersonRefusal | PersonDelay | CardRefusal;
