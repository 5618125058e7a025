/**
 * A registration is what happened to it: its state is folded from facts, and a status is assigned only here.
 *
 * `decide` answers a command with facts or with a refusal; `fold` is the one place where a fact changes the state.
 * Facts and state carry ids, codes and times only, never personal data: both travel through the engine.
 */
import type { Command } from './command.ts';
import type { Confirmation, Fact, FactType, Instant } from './facts.ts';
import type { CardRefusal, LineDelay, LineRefusal, PersonDelay, PersonRefusal } from './identity-reasons.ts';
import { ruling, whoseMove, type Mover, type Status } from './lifecycle.ts';
import type { RefusalCode } from './refusals.ts';

export type { CardRefusal, Command, Confirmation, Fact, FactType, Instant, LineRefusal, PersonRefusal };

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

/**
 * A line of their own; or one that nobody can say anything about yet, when a former one was their own: whoever changes
 * the number loses nothing by the silence of a registry.
 */
function standsOnLine({ line, counted }: Registration): boolean {
  return line.state === 'confirmed' || (counted && line.state === 'pending' && line.delay !== undefined);
}

/** The line, the civil registry and a proof of the identity; only with all three the questionnaire can be sent. */
function afterIdentity(registration: Registration): Registration {
  const proven =
    standsOnLine(registration) && registration.person.state === 'confirmed' && registration.way !== null;
  return proven && registration.status === 'awaiting-verification'
    ? { ...registration, status: 'awaiting-submission' }
    : registration;
}

/** Nothing is sent on a line that is not known to be the candidate's; what was sent before stays as it is. */
function backToIdentity(registration: Registration): Registration {
  return registration.status === 'awaiting-submission'
    ? { ...registration, status: 'awaiting-verification' }
    : registration;
}

function apply(registration: Registration, fact: Fact): Registration {
  switch (fact.type) {
    case 'opened':
      return { ...registration, closesAt: fact.closesAt, correctionHours: fact.correctionHours };
    case 'lineConfirmed':
      return afterIdentity({ ...registration, line: { state: 'confirmed' }, counted: true });
    case 'lineRefused':
      return backToIdentity({ ...registration, line: { state: 'refused', reason: fact.reason } });
    case 'lineDelayed':
      return afterIdentity({ ...registration, line: { state: 'pending', delay: fact.reason } });
    case 'personConfirmed':
      return afterIdentity({ ...registration, person: { state: 'confirmed' } });
    case 'personRefused':
      return { ...registration, person: { state: 'refused', reason: fact.reason } };
    case 'personDelayed':
      return { ...registration, person: { state: 'pending', delay: fact.reason } };
    case 'cardStarted':
      return { ...registration, card: { state: 'started', attemptId: fact.attemptId } };
    case 'cardReturned':
      return { ...registration, card: { state: 'pending', attemptId: fact.attemptId } };
    case 'cardConfirmed':
      return afterIdentity({
        ...registration,
        card: { state: 'confirmed', attemptId: fact.attemptId },
        way: registration.way ?? 'card',
      });
    case 'cardRefused':
      return {
        ...registration,
        card: { state: 'refused', attemptId: fact.attemptId, reason: fact.reason },
      };
    case 'identityProven':
      return afterIdentity({ ...registration, way: fact.way });
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
    case 'mobileChanged':
      return backToIdentity({
        ...registration,
        line: { state: 'pending' },
        mobileChanges: registration.mobileChanges + 1,
      });
    case 'windowChanged':
      return { ...registration, closesAt: fact.closesAt };
    case 'expired':
      return { ...registration, status: 'expired' };
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
