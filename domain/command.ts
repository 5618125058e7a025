/** A command as the workflow receives it: `receivedAt` and `inTime` were decided when the row was written. */
import type { Confirmation, Instant } from './facts.ts';
import type { IdentityDocument } from './identity-proof.ts';

export type Command =
  | {
      readonly kind: 'registration';
      readonly electionId: string;
      readonly closesAt: Instant;
      readonly correctionHours: number;
    }
  | { readonly kind: 'verification'; readonly attemptId: string }
  | { readonly kind: 'bankReturn'; readonly attemptId: string }
  | { readonly kind: 'identityProof'; readonly proposalId: string; readonly document: IdentityDocument }
  | {
      readonly kind: 'submission';
      readonly revision: number;
      readonly contentHash: string;
      readonly confirmation: Confirmation;
    }
  | { readonly kind: 'confirmation'; readonly revision: number }
  | { readonly kind: 'corrections'; readonly revision: number; readonly defectIds: readonly string[] }
  | { readonly kind: 'approval'; readonly revision: number }
  | { readonly kind: 'rejection'; readonly revision: number; readonly reason: string }
  | { readonly kind: 'withdrawal' }
  /** The candidate has another number now; which one stands with the candidate, never in a command. */
  | { readonly kind: 'mobileChange' }
  | { readonly kind: 'windowChange'; readonly closesAt: Instant }
  | { readonly kind: 'expiry' };
