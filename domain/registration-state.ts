/** What is known of a registration: ids, codes and times only, never personal data; it travels through the engine. */
import type { Confirmation, Instant } from './facts.ts';
import type { CardRefusal, LineDelay, LineRefusal, PersonDelay, PersonRefusal } from './identity-reasons.ts';
import type { Status } from './lifecycle.ts';

export type Check<Reason extends string, Delay extends string> =
  /** `delay`: why the candidate has been told that it takes longer. */
  | { readonly state: 'pending'; readonly delay?: Delay }
  | { readonly state: 'confirmed' }
  | { readonly state: 'refused'; readonly reason: Reason };

export type CardCheck =
  | { readonly state: 'none' }
  | { readonly state: 'started' | 'pending' | 'confirmed'; readonly attemptId: string }
  | { readonly state: 'refused'; readonly attemptId: string; readonly reason: CardRefusal };

/** By a bank card, or by a document shown at the governorate to one member of staff and confirmed by a second. */
export type IdentityWay = 'card' | 'in-person';

export interface Registration {
  readonly status: Status;
  /** How many facts have been recorded; the next one gets this number plus one. */
  readonly sequence: number;
  /** The last submitted revision; 0 before the first submission. */
  readonly revision: number;
  /** How often it has come under review; 0 before the first submission. */
  readonly round: number;
  /** Of the last submission; null before the first. */
  readonly confirmation: Confirmation | null;
  readonly line: Check<LineRefusal, LineDelay>;
  /** How often the number has changed; each is asked about anew. */
  readonly mobileChanges: number;
  /**
   * Whether a line of the candidate's own has been confirmed, be it that of a former number. From then on the
   * registration counts as this person's (DESIGN §2.1).
   */
  readonly counted: boolean;
  readonly person: Check<PersonRefusal, PersonDelay>;
  readonly card: CardCheck;
  /** How the candidate has proven to be who they say; the first way counts. */
  readonly way: IdentityWay | null;
  readonly closesAt: Instant;
  readonly correctionHours: number;
  /** When it was last returned; null before the first return. */
  readonly returnedAt: Instant | null;
}

export const UNOPENED: Registration = {
  status: 'awaiting-verification',
  sequence: 0,
  revision: 0,
  round: 0,
  confirmation: null,
  line: { state: 'pending' },
  mobileChanges: 0,
  counted: false,
  person: { state: 'pending' },
  card: { state: 'none' },
  way: null,
  closesAt: 0,
  correctionHours: 0,
  returnedAt: null,
};
