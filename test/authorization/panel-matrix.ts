/**
 * Who may what in the panel: a row for each section and action that AdminJS knows, a column for each kind of caller.
 * test/authorization/panel.test.ts carries out every cell. `yes` lets the call in (what it makes of an empty form is
 * not asked here); a number is the status of the refusal. What belongs to another governorate is as what is not there.
 */
export type PanelOutcome = 'yes' | 401 | 403 | 404;

export const CALLERS = [
  'nobody',
  'candidate',
  'ended',
  'disabled',
  'own',
  'foreign',
  'headquarters',
] as const;
/** `candidate`: with a live session at the API. `own` and `foreign`: a reviewer, about their own governorate and about another one. */
export type Caller = (typeof CALLERS)[number];

type Row = Readonly<Record<Caller, PanelOutcome>>;

const OUT = { nobody: 401, candidate: 401, ended: 401, disabled: 401 } as const;
/** What belongs to a governorate. */
const SCOPED: Row = { ...OUT, own: 'yes', foreign: 404, headquarters: 'yes' };
/** What belongs to none, or a list that is cut down to the own rows (test/admin/scope.test.ts). */
const STAFF: Row = { ...OUT, own: 'yes', foreign: 'yes', headquarters: 'yes' };
const HEADQUARTERS: Row = { ...OUT, own: 403, foreign: 403, headquarters: 'yes' };
/** Nothing is edited by hand: changes are commands. */
const NEVER: Row = { ...OUT, own: 403, foreign: 403, headquarters: 403 };

const scoped = (row: Row): Row => ({ ...row, foreign: 404 });
const READ = { list: STAFF, search: STAFF, show: SCOPED };
const READ_BY_HEADQUARTERS = { list: HEADQUARTERS, search: HEADQUARTERS, show: HEADQUARTERS };
const NEVER_EDITED = { new: NEVER, edit: NEVER, delete: NEVER, bulkDelete: NEVER };
const NEVER_EDITED_SCOPED = {
  new: NEVER,
  edit: scoped(NEVER),
  delete: scoped(NEVER),
  bulkDelete: scoped(NEVER),
};

export const PANEL_MATRIX: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  registrations: {
    ...READ,
    ...NEVER_EDITED_SCOPED,
    ...{ review: SCOPED, approve: SCOPED, return: SCOPED, reject: SCOPED, lookUp: STAFF },
    ...{
      proposeIdentity: SCOPED,
      confirmIdentity: SCOPED,
      declineIdentity: SCOPED,
      takeBackIdentity: SCOPED,
    },
  },
  'identity-proposals': { ...READ, ...NEVER_EDITED_SCOPED },
  // Whose number it is decides what is found (test/admin/code-locks.test.ts).
  'code-locks': { ...READ, ...NEVER_EDITED_SCOPED, findLock: STAFF, liftLock: STAFF },
  messages: { ...READ, ...NEVER_EDITED_SCOPED },
  documents: { ...READ, ...NEVER_EDITED_SCOPED },
  elections: { ...READ, show: STAFF, ...NEVER_EDITED, window: HEADQUARTERS },
  constituencies: { ...READ, ...NEVER_EDITED_SCOPED },
  staff: { ...READ_BY_HEADQUARTERS, show: scoped(HEADQUARTERS), ...NEVER_EDITED_SCOPED },
  notices: { ...READ_BY_HEADQUARTERS, ...NEVER_EDITED, writeNotice: HEADQUARTERS, endNotice: HEADQUARTERS },
  'provider-switches': {
    ...READ_BY_HEADQUARTERS,
    ...NEVER_EDITED,
    turnOff: HEADQUARTERS,
    turnOn: HEADQUARTERS,
  },
  'bank-prefixes': {
    ...READ_BY_HEADQUARTERS,
    ...NEVER_EDITED,
    ...{ setPrefix: HEADQUARTERS, endPrefix: HEADQUARTERS, unknown: HEADQUARTERS },
  },
  audit: { ...READ_BY_HEADQUARTERS, show: scoped(HEADQUARTERS), ...NEVER_EDITED_SCOPED },
};
