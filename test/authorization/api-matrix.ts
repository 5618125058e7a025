/**
 * Who may what at the API: a row for each operation, a column for each kind of caller, and for what is a candidate's
 * own a cell for each status of the registration. test/authorization/api.test.ts carries out every cell; an operation
 * without a row fails there. An outcome is `yes`, or the code of the refusal; a refusal that speaks of the content
 * (`incomplete`) means that the caller was let in.
 */
import type { Status } from '../../domain/lifecycle.ts';
import type { RefusalCode } from '../../domain/refusals.ts';

export type Outcome = 'yes' | RefusalCode;

export const STATUSES = [
  'awaiting-verification',
  'awaiting-submission',
  'under-review',
  'awaiting-corrections',
  'approved',
  'rejected',
  'withdrawn',
  'expired',
] as const satisfies readonly Status[];

/** Callers who are no candidate with a live session; `stranger` shows a token that we never gave. */
export const OUTSIDERS = [
  'nobody',
  'stranger',
  'expired',
  'signed-out',
  'replaced',
  'provider',
  'staff',
] as const;
export type Outsider = (typeof OUTSIDERS)[number];

/** What the request names: nothing, a registration of the caller's, or something below it or of its log. */
type Names = 'nothing' | 'registration' | 'object' | 'registration-in-body';

interface Row {
  readonly names: Names;
  readonly outsiders: Readonly<Record<Outsider, Outcome>>;
  /** The caller's own, in the order of STATUSES; one outcome stands for all. */
  readonly own: Outcome | readonly Outcome[];
}

const everybody = (outcome: Outcome): Row['outsiders'] =>
  Object.fromEntries(OUTSIDERS.map((who) => [who, outcome])) as Row['outsiders'];

const SHUT: Row['outsiders'] = {
  ...everybody('sign-in-required'),
  expired: 'session-expired',
  'signed-out': 'session-expired',
  replaced: 'session-replaced',
};

const open = (outcome: Outcome): Row => ({ names: 'nothing', outsiders: everybody(outcome), own: outcome });
const own = (outcome: Row['own'], names: Names = 'registration'): Row => ({
  names,
  outsiders: SHUT,
  own: outcome,
});

/** While nothing is handed in everything may be changed; later only what was returned, and here nothing was. */
const CHANGES = (done: Outcome): Outcome[] => [
  done,
  done,
  ...Array.from({ length: 6 }, () => 'item-locked' as const),
];
const no = 'not-your-move' as const;
const there = 'already-registered' as const;
const proven = 'already-verified' as const;

export const API_MATRIX: Readonly<Record<string, Row>> = {
  // Anybody; what they ask for is not there, or not well written, and that is all that they learn.
  listNotices: open('yes'),
  listElections: open('yes'),
  getElection: open('not-found'),
  listConstituencies: open('not-found'),
  requestSignInCode: open('mobile-invalid'),
  signIn: open('code-wrong'),
  returnFromBank: open('not-found'),
  getStatus: open('not-found'),
  // Health and the contract
  isAlive: open('yes'),
  isReady: open('yes'),
  getContract: open('yes'),
  getDocs: open('yes'),
  getDocsAsset: open('not-found'),
  // An SMS provider, by its own key
  reportSms: {
    names: 'nothing',
    outsiders: { ...everybody('provider-unknown'), provider: 'not-found' },
    own: 'provider-unknown',
  },
  // Whoever is signed in, about themselves
  getSession: own('yes', 'nothing'),
  listRegistrations: own('yes', 'nothing'),
  // One open registration for each candidate; another one once that has come to its end.
  openRegistration: own([there, there, there, there, 'yes', 'yes', 'yes', 'yes'], 'nothing'),
  signOut: own('yes', 'nothing'),
  // With a code that is none: whoever is told so was let in.
  requestMobileCode: own('mobile-invalid', 'nothing'),
  changeMobile: own('code-wrong', 'nothing'),
  requestConfirmationCode: own('yes', 'registration-in-body'),
  // A registration of one's own
  getRegistration: own('yes'),
  getDraft: own('yes'),
  saveDraft: own(CHANGES('yes')),
  changeDraft: own(CHANGES('yes')),
  listDocuments: own('yes'),
  putDocument: own(CHANGES('yes')),
  getDocument: own('yes'),
  removeDocument: own(CHANGES('yes')),
  startVerification: own(['yes', proven, proven, proven, no, no, no, 'window-closed']),
  getVerification: own('yes', 'object'),
  submit: own(['not-verified', 'incomplete', no, 'incomplete', no, no, no, 'window-closed']),
  confirmSubmission: own([no, no, 'already-confirmed', no, no, no, no, no]),
  withdraw: own(['yes', 'yes', 'yes', 'yes', no, no, no, no]),
  listMessages: own('yes'),
  readMessage: own('yes', 'object'),
  getHistory: own('yes'),
  streamEvents: own('yes'),
  getCommand: own('yes', 'object'),
};
