/** How a refusal travels inside: a typed error with its code, and what the client is told beside it. */
import type { Answers } from './questionnaire.ts';
import type { RefusalCode } from './refusals.ts';

/** What can be wrong with one item. */
export type ItemCode =
  // The shape of a request
  | 'required'
  | 'invalid'
  | 'type'
  | 'unknown'
  | 'format'
  | 'value'
  | 'characters'
  | 'depth'
  // Answers and documents
  | 'wrong-type'
  | 'too-short'
  | 'too-long'
  | 'pattern'
  | 'too-small'
  | 'too-large'
  | 'not-a-date'
  | 'not-an-option'
  | 'text-invalid'
  | 'unknown-field'
  | 'too-many'
  | 'read-only'
  | 'item-locked'
  | 'not-corrected'
  // Decisions and windows
  | 'target-unknown'
  | 'target-repeated'
  | 'reason-unknown'
  | 'reason-not-applicable'
  | 'before-opening';

/** One place in the request that is wrong: a JSON pointer into it, a code and a Persian message. */
export interface RefusalItem {
  readonly pointer: string;
  readonly code: ItemCode;
  readonly message: string;
}

/** A sentence in both languages of the API. */
export interface Wording {
  readonly fa: string;
  readonly en: string;
}

/**
 * What a client is told beside the code; never personal data, but for a candidate's own draft, which goes to that
 * candidate alone. Times are ISO strings, waits are seconds.
 */
export interface RefusalDetails {
  readonly errors?: readonly RefusalItem[];
  readonly attemptsLeft?: number;
  readonly retryAfterSeconds?: number;
  readonly limit?: number;
  readonly bank?: string;
  readonly text?: Wording;
  /** Whether the warning in `text` can be agreed to. */
  readonly mayAccept?: boolean;
  /** What to do about it, in place of the sentence that the table of refusals has. */
  readonly advice?: Wording;
  readonly device?: { readonly kind: string; readonly name: string; readonly since: string };
  /** Of a draft: what the change was made to (null for none of ours), and what is there now. */
  readonly versions?: { readonly yours: number | null; readonly current: number };
  /** The draft as it stands: with `changed` and what the client has itself, all that it needs for a merge. */
  readonly draft?: { readonly version: number; readonly answers: Answers };
  /** Pointers of the fields of the draft that have changed since the version that the client named. */
  readonly changed?: readonly string[];
  /** Pointers of the fields of the draft in which the client's change and another one cannot both stand. */
  readonly conflicts?: readonly string[];
  readonly allow?: readonly string[];
}

/** A user's mistake or bad luck, by its code. Caught at the edges; never a failure of a workflow. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, details: RefusalDetails = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
