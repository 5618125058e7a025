/** Registrations in every status and one command of each kind: the ground of the tests of the law. */
import { type CommandKind, type Status } from '../../domain/lifecycle.ts';
import {
  decide,
  fold,
  foldAll,
  type Command,
  type Fact,
  type Registration,
} from '../../domain/registration.ts';

export const NOW = Date.parse('2026-01-11T08:00:00Z');
export const HOUR = 3_600_000;
export const CLOSES = NOW + 24 * HOUR;

export const OPENED: Fact = { type: 'opened', electionId: 'e', closesAt: CLOSES, correctionHours: 48 };
export const PROVEN: readonly Fact[] = [
  OPENED,
  { type: 'lineConfirmed' },
  { type: 'personConfirmed' },
  { type: 'cardStarted', attemptId: 'a1' },
  { type: 'cardReturned', attemptId: 'a1' },
  { type: 'cardConfirmed', attemptId: 'a1' },
];
export const SUBMITTED: readonly Fact[] = [
  ...PROVEN,
  { type: 'submitted', revision: 1, contentHash: 'h1', confirmation: 'given', at: NOW },
];

/** Accepted while no code could be sent. */
export const UNCONFIRMED: readonly Fact[] = [
  ...PROVEN,
  { type: 'submitted', revision: 1, contentHash: 'h1', confirmation: 'awaited', at: NOW },
];

/** The facts that lead to each status. */
export const HISTORIES: Readonly<Record<Status, readonly Fact[]>> = {
  'awaiting-verification': [...PROVEN.slice(0, 4)],
  'awaiting-submission': PROVEN,
  'under-review': SUBMITTED,
  'awaiting-corrections': [...SUBMITTED, { type: 'returned', revision: 1, defectIds: ['d'], at: NOW }],
  approved: [...SUBMITTED, { type: 'approved', revision: 1 }],
  rejected: [...SUBMITTED, { type: 'rejected', revision: 1, reason: 'legal-bar' }],
  withdrawn: [...PROVEN, { type: 'withdrawn' }],
  expired: [...PROVEN, { type: 'expired' }],
};

/** One of each kind, legal somewhere. */
export const COMMANDS: Readonly<Record<CommandKind, Command>> = {
  registration: { kind: 'registration', electionId: 'e', closesAt: CLOSES, correctionHours: 48 },
  verification: { kind: 'verification', attemptId: 'a2' },
  bankReturn: { kind: 'bankReturn', attemptId: 'a1' },
  identityProof: { kind: 'identityProof', proposalId: 'p1', document: 'passport' },
  submission: { kind: 'submission', revision: 2, contentHash: 'h2', confirmation: 'given' },
  confirmation: { kind: 'confirmation', revision: 1 },
  corrections: { kind: 'corrections', revision: 1, defectIds: ['d'] },
  approval: { kind: 'approval', revision: 1 },
  rejection: { kind: 'rejection', revision: 1, reason: 'legal-bar' },
  withdrawal: { kind: 'withdrawal' },
  mobileChange: { kind: 'mobileChange' },
  windowChange: { kind: 'windowChange', closesAt: CLOSES + HOUR },
  expiry: { kind: 'expiry' },
};

/** Where a legal command of this kind has something to do. */
export function groundOf(status: Status, kind: CommandKind): Registration {
  const waits = status === 'under-review' && kind === 'confirmation';
  return foldAll(waits ? UNCONFIRMED : HISTORIES[status]);
}

/** The registration after a command, refused or not. */
export function follow(registration: Registration, command: Command, at = NOW): Registration {
  return decide(registration, command, at).facts.reduce(fold, registration);
}

/** All orders of the items. */
export function permutationsOf<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutationsOf([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
