/**
 * The law: which command is legal in which status, and the refusal of the one that is not.
 *
 * One constant, complete by type: a new status or command does not compile until every cell is filled in.
 * The API, the panel, the command log and the workflow ask it; `docs/lifecycle.md` is printed from it.
 */
import type { RefusalCode } from './refusals.ts';

export const STATUSES = [
  'awaiting-verification',
  'awaiting-submission',
  'under-review',
  'awaiting-corrections',
  'approved',
  'rejected',
  'withdrawn',
  'expired',
] as const;
export type Status = (typeof STATUSES)[number];

/** `registration` opens; `expiry` is sent by a deadline, never by a person; the others are messages of the guide. */
export const COMMAND_KINDS = [
  'registration',
  'verification',
  'bankReturn',
  'identityProof',
  'submission',
  'confirmation',
  'corrections',
  'approval',
  'rejection',
  'withdrawal',
  'mobileChange',
  'windowChange',
  'expiry',
] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

export type Mover = 'candidate' | 'governorate' | 'nobody';

/** A cell of the table: the command passes, or the code with which it is refused. */
export type Ruling = 'legal' | RefusalCode;

interface StatusLaw {
  readonly whoseMove: Mover;
  readonly commands: Readonly<Record<CommandKind, Ruling>>;
}

/** Nothing moves a closed registration. A decision that comes second is told that the file has moved on. */
const CLOSED: StatusLaw = {
  whoseMove: 'nobody',
  commands: {
    registration: 'already-registered',
    verification: 'not-your-move',
    bankReturn: 'not-your-move',
    identityProof: 'not-your-move',
    submission: 'not-your-move',
    confirmation: 'not-your-move',
    corrections: 'stale-revision',
    approval: 'stale-revision',
    rejection: 'stale-revision',
    withdrawal: 'not-your-move',
    mobileChange: 'not-your-move',
    windowChange: 'not-your-move',
    expiry: 'not-your-move',
  },
};

/** Whoever comes to a file that the deadline has closed is told so, as in the second before it was closed. */
const EXPIRED: StatusLaw = {
  ...CLOSED,
  commands: {
    ...CLOSED.commands,
    verification: 'window-closed',
    identityProof: 'window-closed',
    submission: 'window-closed',
  },
};

export const LIFECYCLE: Readonly<Record<Status, StatusLaw>> = {
  'awaiting-verification': {
    whoseMove: 'candidate',
    commands: {
      registration: 'already-registered',
      verification: 'legal',
      bankReturn: 'legal',
      identityProof: 'legal',
      submission: 'not-verified',
      confirmation: 'not-your-move',
      corrections: 'not-your-move',
      approval: 'not-your-move',
      rejection: 'not-your-move',
      withdrawal: 'legal',
      mobileChange: 'legal',
      windowChange: 'legal',
      expiry: 'legal',
    },
  },
  'awaiting-submission': {
    whoseMove: 'candidate',
    commands: {
      registration: 'already-registered',
      verification: 'already-verified',
      bankReturn: 'already-verified',
      identityProof: 'already-verified',
      submission: 'legal',
      confirmation: 'not-your-move',
      corrections: 'not-your-move',
      approval: 'not-your-move',
      rejection: 'not-your-move',
      withdrawal: 'legal',
      mobileChange: 'legal',
      windowChange: 'legal',
      expiry: 'legal',
    },
  },
  'under-review': {
    whoseMove: 'governorate',
    commands: {
      registration: 'already-registered',
      verification: 'already-verified',
      bankReturn: 'already-verified',
      identityProof: 'already-verified',
      submission: 'not-your-move',
      confirmation: 'legal',
      corrections: 'legal',
      approval: 'legal',
      rejection: 'legal',
      withdrawal: 'legal',
      mobileChange: 'legal',
      windowChange: 'legal',
      expiry: 'not-your-move',
    },
  },
  'awaiting-corrections': {
    whoseMove: 'candidate',
    commands: {
      registration: 'already-registered',
      verification: 'already-verified',
      bankReturn: 'already-verified',
      identityProof: 'already-verified',
      submission: 'legal',
      confirmation: 'not-your-move',
      corrections: 'stale-revision',
      approval: 'stale-revision',
      rejection: 'stale-revision',
      withdrawal: 'legal',
      mobileChange: 'legal',
      windowChange: 'legal',
      expiry: 'legal',
    },
  },
  approved: CLOSED,
  rejected: CLOSED,
  withdrawn: CLOSED,
  expired: EXPIRED,
};

/** What the law says of a command in a status. */
export function ruling(status: Status, command: CommandKind): Ruling {
  return LIFECYCLE[status].commands[command];
}

export function isLegal(status: Status, command: CommandKind): boolean {
  return ruling(status, command) === 'legal';
}

export function whoseMove(status: Status): Mover {
  return LIFECYCLE[status].whoseMove;
}

/** A final status is one that nobody can move any more. */
export function isFinal(status: Status): boolean {
  return LIFECYCLE[status].whoseMove === 'nobody';
}

export const FINAL_STATUSES: readonly Status[] = STATUSES.filter(isFinal);
export const OPEN_STATUSES: readonly Status[] = STATUSES.filter((status) => !isFinal(status));

/** The commands that a mover can send now: what the panel offers as buttons and the portal as steps. */
export function legalCommands(status: Status): CommandKind[] {
  return COMMAND_KINDS.filter((command) => isLegal(status, command));
}
