/** What can happen to a registration. Ids, codes and times only, never personal data: facts travel through the engine. */
import type { CardRefusal, LineDelay, LineRefusal, PersonDelay, PersonRefusal } from './identity-reasons.ts';
import type { IdentityDocument } from './identity-proof.ts';

/** Milliseconds since the epoch, UTC. */
export type Instant = number;

/**
 * Whether the candidate has confirmed a submission by a code. `awaited`: our side could not send one, so it was
 * accepted without, and nobody decides on it before the candidate has confirmed it.
 */
export type Confirmation = 'given' | 'awaited';

export type Fact =
  | {
      readonly type: 'opened';
      readonly electionId: string;
      readonly closesAt: Instant;
      readonly correctionHours: number;
    }
  | { readonly type: 'lineConfirmed' }
  | { readonly type: 'lineRefused'; readonly reason: LineRefusal }
  | {
      readonly type: 'lineDelayed';
      readonly reason: LineDelay;
      /** When it is asked again; null: over and over, until it answers. */
      readonly until: Instant | null;
      /** `HH:MM`, between which the registry of lines is closed. */
      readonly closed: { readonly from: string; readonly to: string } | null;
    }
  | { readonly type: 'personConfirmed' }
  | { readonly type: 'personRefused'; readonly reason: PersonRefusal }
  | { readonly type: 'personDelayed'; readonly reason: PersonDelay }
  | { readonly type: 'cardStarted'; readonly attemptId: string }
  | { readonly type: 'cardReturned'; readonly attemptId: string }
  | { readonly type: 'cardConfirmed'; readonly attemptId: string }
  | { readonly type: 'cardRefused'; readonly attemptId: string; readonly reason: CardRefusal }
  | {
      readonly type: 'identityProven';
      readonly way: 'in-person';
      readonly proposalId: string;
      readonly document: IdentityDocument;
    }
  | {
      readonly type: 'submitted';
      readonly revision: number;
      readonly contentHash: string;
      readonly confirmation: Confirmation;
      readonly at: Instant;
    }
  | { readonly type: 'submissionConfirmed'; readonly revision: number }
  | {
      readonly type: 'returned';
      readonly revision: number;
      readonly defectIds: readonly string[];
      readonly at: Instant;
    }
  | { readonly type: 'approved'; readonly revision: number }
  | { readonly type: 'rejected'; readonly revision: number; readonly reason: string }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'mobileChanged' }
  | { readonly type: 'windowChanged'; readonly closesAt: Instant }
  | { readonly type: 'expired' };
export type FactType = Fact['type'];
