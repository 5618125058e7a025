/**
 * A registration is what happened to it: its state is folded from facts, and a status is assigned only here and,
 * for the identity, in identity-fold.ts.
 *
 * `decide` answers a command with facts or with a refusal; `fold` is the one place where a fact changes the state.
 * Facts and state carry ids, codes and times only, never personal data: both travel through the engine.
 */
import type { Command } from './command.ts';
import type { Confirmation, Fact, FactType, Instant } from './facts.ts';
import { applyToIdentity } from './identity-fold.ts';
import type { CardRefusal, LineRefusal, PersonRefusal } from './identity-reasons.ts';
import { ruling, whoseMove, type Mover } from './lifecycle.ts';
import { UNOPENED, type Registration } from './registration-state.ts';
import type { RefusalCode } from './refusals.ts';

export { UNOPENED } from './registration-state.ts';
export type { CardCheck, Check, IdentityWay, Registration } from './registration-state.ts';
export type { CardRefusal, Command, Confirmation, Fact, FactType, Instant, LineRefusal, PersonRefusal };

const HOUR_MS = 3_600_000;

/**
 * Until when the candidate may act, or null while the move is not theirs.
 * The deadline of a correction is the later of the window's end and the return plus the correction hours (DESIGN §3).
 */
export function deadline(registration: Registration): Instant | null {
  switch (registration.status) {
    case 'awaiting-verification':
    case 'awaiting-submission':
      return registration.closesAt;
    case 'awaiting-corrections':
      return Math.max(
        registration.closesAt,
        (registration.returnedAt ?? 0) + registration.correctionHours * HOUR_MS,
      );
    default:
      return null;
  }
}

function apply(registration: Registration, fact: Fact): Registration {
  switch (fact.type) {
    case 'opened':
      return { ...registration, closesAt: fact.closesAt, correctionHours: fact.correctionHours };
    case 'submitted':
      return {
        ...registration,
        status: 'under-review',
        revision: fact.revision,
        round: registration.round + 1,
        confirmation: fact.confirmation,
      };
    case 'submissionConfirmed':
      return { ...registration, confirmation: 'given' };
    case 'returned':
      return { ...registration, status: 'awaiting-corrections', returnedAt: fact.at };
    case 'approved':
      return { ...registration, status: 'approved' };
    case 'rejected':
      return { ...registration, status: 'rejected' };
    case 'withdrawn':
      return { ...registration, status: 'withdrawn' };
    case 'windowChanged':
      return { ...registration, closesAt: fact.closesAt };
    case 'expired':
      return { ...registration, status: 'expired' };
    default:
      return applyToIdentity(registration, fact);
  }
}

/** Whose move it is; a submission that waits for its code is in the candidate's hands although it is under review. */
export function moverOf({ status, confirmation }: Pick<Registration, 'status' | 'confirmation'>): Mover {
  return status === 'under-review' && confirmation === 'awaited' ? 'candidate' : whoseMove(status);
}

/** The state after one more fact. */
export function fold(registration: Registration, fact: Fact): Registration {
  return { ...apply(registration, fact), sequence: registration.sequence + 1 };
}

/** The state that a whole history of facts, oldest first, leads to. */
export function foldAll(facts: readonly Fact[]): Registration {
  return facts.reduce(fold, UNOPENED);
}

export type Decision =
  | { readonly facts: readonly Fact[]; readonly refusal: null }
  | { readonly facts: readonly []; readonly refusal: RefusalCode };

function refuse(refusal: RefusalCode): Decision {
  return { facts: [], refusal };
}

function accept(...facts: Fact[]): Decision {
  return { facts, refusal: null };
}

/**
 * A decision counts for the revision that the reviewer saw, for another one it is stale (ADM-7); and only for what the
 * candidate has confirmed.
 */
function onRevision(registration: Registration, revision: number, fact: Fact): Decision {
  if (revision !== registration.revision) return refuse('stale-revision');
  return registration.confirmation === 'awaited' ? refuse('awaiting-code') : accept(fact);
}

/**
 * What a command does to a registration: facts to record, or the refusal.
 * `at` is when the command was received, milliseconds UTC.
 */
export function decide(registration: Registration, command: Command, at: Instant): Decision {
  if (command.kind === 'registration') {
    return registration.sequence === 0
      ? accept({
          type: 'opened',
          electionId: command.electionId,
          closesAt: command.closesAt,
          correctionHours: command.correctionHours,
        })
      : refuse('already-registered');
  }
  const verdict = ruling(registration.status, command.kind);
  if (verdict !== 'legal') return refuse(verdict);
  switch (command.kind) {
    case 'verification':
      return decideProof(registration, { type: 'cardStarted', attemptId: command.attemptId });
    case 'bankReturn':
      if (registration.way !== null) return refuse('already-verified');
      return registration.card.state === 'started' && registration.card.attemptId === command.attemptId
        ? accept({ type: 'cardReturned', attemptId: command.attemptId })
        : refuse('attempt-over');
    case 'identityProof':
      return decideProof(registration, {
        type: 'identityProven',
        way: 'in-person',
        proposalId: command.proposalId,
        document: command.document,
      });
    case 'submission':
      return accept({
        type: 'submitted',
        revision: command.revision,
        contentHash: command.contentHash,
        confirmation: command.confirmation,
        at,
      });
    case 'confirmation':
    case 'corrections':
    case 'approval':
    case 'rejection':
      return decideReview(registration, command, at);
    case 'withdrawal':
      return accept({ type: 'withdrawn' });
    case 'mobileChange':
      return accept({ type: 'mobileChanged' });
    case 'windowChange':
      return accept({ type: 'windowChanged', closesAt: command.closesAt });
    case 'expiry':
      return accept({ type: 'expired' });
  }
}

type ReviewCommand = Extract<Command, { kind: 'confirmation' | 'corrections' | 'approval' | 'rejection' }>;

/** What concerns a revision that is under review. */
function decideReview(registration: Registration, command: ReviewCommand, at: Instant): Decision {
  switch (command.kind) {
    case 'confirmation':
      return decideConfirmation(registration, command.revision);
    case 'corrections':
      return onRevision(registration, command.revision, {
        type: 'returned',
        revision: command.revision,
        defectIds: command.defectIds,
        at,
      });
    case 'approval':
      return onRevision(registration, command.revision, { type: 'approved', revision: command.revision });
    case 'rejection':
      return onRevision(registration, command.revision, {
        type: 'rejected',
        revision: command.revision,
        reason: command.reason,
      });
  }
}

/** Once, and for the revision that waits for it. */
function decideConfirmation(registration: Registration, revision: number): Decision {
  if (registration.confirmation !== 'awaited') return refuse('already-confirmed');
  if (revision !== registration.revision) return refuse('stale-revision');
  return accept({ type: 'submissionConfirmed', revision });
}

/**
 * An identity is proven, by whichever way, only on a line that is not known to be somebody else's, for a person whom
 * the registry knows, and once.
 */
function decideProof(registration: Registration, fact: Fact): Decision {
  if (registration.line.state === 'refused') {
    return refuse(registration.line.reason === 'already-registered' ? 'already-registered' : 'line-not-own');
  }
  if (registration.person.state === 'refused') return refuse(registration.person.reason);
  return registration.way === null ? accept(fact) : refuse('already-verified');
}
