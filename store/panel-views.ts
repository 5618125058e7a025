/**
 * What the panel may list, column by column: anything that is not named here cannot be selected, sorted by or
 * filtered by, whatever a request says.
 */

export type ColumnType = 'id' | 'text' | 'code' | 'number' | 'datetime' | 'person' | 'note';

export interface ViewColumn {
  /** The name that clients see. */
  readonly name: string;
  readonly column: string;
  readonly type: ColumnType;
  readonly sortable?: boolean;
  /** How a filter on it compares: equal value, beginning of the text, or from/to. Absent: not filtered by. */
  readonly filter?: 'equal' | 'prefix' | 'range';
  /** Of a person: the column with the id of the registration that it is sealed with, where that is not the row's own. */
  readonly row?: string;
  /** Of a note: the table that it is sealed in. */
  readonly table?: string;
  /** The view that its id leads to. */
  readonly reference?: string;
}

export interface PanelView {
  readonly id: string;
  /** A view of migrations/0002-panel-views.ts. */
  readonly from: string;
  /** Whether a reviewer sees only the rows of the own governorate; elections belong to everybody. */
  readonly scoped: boolean;
  readonly columns: readonly ViewColumn[];
  readonly defaultSort: { readonly by: string; readonly direction: 'asc' | 'desc' };
}

const id = { name: 'id', column: 'id', type: 'id' } as const;
const registrationId = {
  name: 'registrationId',
  column: 'registration_id',
  type: 'id',
  filter: 'equal',
  reference: 'registrations',
} as const;
const governorate = { name: 'governorate', column: 'governorate', type: 'code', filter: 'equal' } as const;
const governorateName = { name: 'governorateName', column: 'governorate_name', type: 'text' } as const;
const electionTitle = { name: 'electionTitle', column: 'election_title', type: 'text' } as const;

function moment(name: string, column: string): ViewColumn {
  return { name, column, type: 'datetime', sortable: true, filter: 'range' };
}

function code(name: string, column: string): ViewColumn {
  return { name, column, type: 'code', filter: 'equal' };
}

function text(name: string, column: string): ViewColumn {
  return { name, column, type: 'text' };
}

function number(name: string, column: string): ViewColumn {
  return { name, column, type: 'number' };
}

const registrations: PanelView = {
  id: 'registrations',
  from: 'panel_registrations',
  scoped: true,
  columns: [
    id,
    { name: 'candidate', column: 'person_sealed', type: 'person' },
    { ...code('status', 'status'), sortable: true },
    code('awaitsCode', 'awaits_code'),
    { ...number('round', 'round'), filter: 'equal' },
    number('revision', 'revision'),
    // No references: their titles stand beside them, and AdminJS would read both for each record.
    { name: 'electionId', column: 'election_id', type: 'id', filter: 'equal' },
    electionTitle,
    { name: 'constituencyId', column: 'constituency_id', type: 'id', filter: 'equal' },
    text('constituencyTitle', 'constituency_title'),
    code('constituencyKind', 'constituency_kind'),
    governorate,
    governorateName,
    { name: 'preliminaryCode', column: 'preliminary_code', type: 'text', filter: 'prefix' },
    moment('waitingSince', 'waiting_since'),
    moment('deadline', 'deadline'),
    moment('createdAt', 'created_at'),
    moment('updatedAt', 'updated_at'),
  ],
  defaultSort: { by: 'waitingSince', direction: 'asc' },
};

const messages: PanelView = {
  id: 'messages',
  from: 'panel_messages',
  scoped: true,
  columns: [
    id,
    registrationId,
    governorate,
    code('kind', 'kind'),
    text('text', 'text'),
    moment('sentAt', 'sent_at'),
    moment('readAt', 'read_at'),
  ],
  defaultSort: { by: 'sentAt', direction: 'desc' },
};

const documents: PanelView = {
  id: 'documents',
  from: 'panel_documents',
  scoped: true,
  columns: [
    id,
    registrationId,
    governorate,
    code('kind', 'kind'),
    number('version', 'version'),
    number('bytes', 'bytes'),
    number('width', 'width'),
    number('height', 'height'),
    moment('uploadedAt', 'uploaded_at'),
    moment('removedAt', 'removed_at'),
  ],
  defaultSort: { by: 'uploadedAt', direction: 'desc' },
};

const elections: PanelView = {
  id: 'elections',
  from: 'panel_elections',
  scoped: false,
  columns: [
    id,
    text('title', 'title'),
    number('term', 'term'),
    text('kinds', 'kinds'),
    text('timeZone', 'time_zone'),
    moment('opensAt', 'opens_at'),
    moment('closesAt', 'closes_at'),
    text('dailyFrom', 'daily_from'),
    text('dailyTo', 'daily_to'),
    number('correctionHours', 'correction_hours'),
    moment('createdAt', 'created_at'),
  ],
  defaultSort: { by: 'createdAt', direction: 'asc' },
};

const constituencies: PanelView = {
  id: 'constituencies',
  from: 'panel_constituencies',
  scoped: true,
  columns: [
    id,
    { name: 'title', column: 'title', type: 'text', sortable: true, filter: 'prefix' },
    code('kind', 'kind'),
    number('seats', 'seats'),
    governorate,
    governorateName,
    { name: 'electionId', column: 'election_id', type: 'id', filter: 'equal', reference: 'elections' },
    electionTitle,
  ],
  defaultSort: { by: 'title', direction: 'asc' },
};

const staff: PanelView = {
  id: 'staff',
  from: 'panel_staff',
  scoped: true,
  columns: [
    id,
    { name: 'name', column: 'name', type: 'text', sortable: true, filter: 'prefix' },
    { name: 'email', column: 'email', type: 'text', sortable: true, filter: 'prefix' },
    code('role', 'role'),
    governorate,
    governorateName,
    moment('disabledAt', 'disabled_at'),
    moment('createdAt', 'created_at'),
  ],
  defaultSort: { by: 'name', direction: 'asc' },
};

const audit: PanelView = {
  id: 'audit',
  from: 'panel_audit',
  scoped: true,
  columns: [
    id,
    moment('at', 'at'),
    code('actorKind', 'actor_kind'),
    { name: 'actorId', column: 'actor_id', type: 'id', filter: 'equal' },
    code('action', 'action'),
    code('subjectKind', 'subject_kind'),
    { name: 'subjectId', column: 'subject_id', type: 'text', filter: 'equal' },
    governorate,
    governorateName,
  ],
  defaultSort: { by: 'at', direction: 'desc' },
};

const identityProposals: PanelView = {
  id: 'identity-proposals',
  from: 'panel_identity_proposals',
  scoped: true,
  columns: [
    id,
    registrationId,
    { name: 'candidate', column: 'person_sealed', type: 'person', row: 'registration_id' },
    text('constituencyTitle', 'constituency_title'),
    governorate,
    governorateName,
    code('state', 'state'),
    code('document', 'document'),
    code('reason', 'reason'),
    text('proposedBy', 'proposed_by_name'),
    moment('proposedAt', 'proposed_at'),
    moment('expiresAt', 'expires_at'),
    moment('settledAt', 'settled_at'),
  ],
  defaultSort: { by: 'proposedAt', direction: 'asc' },
};

/** Numbers that were locked and opened again; the numbers themselves are not among what is kept. */
const codeLocks: PanelView = {
  id: 'code-locks',
  from: 'panel_code_lock_lifts',
  scoped: true,
  columns: [
    id,
    moment('liftedAt', 'lifted_at'),
    text('liftedBy', 'lifted_by_name'),
    { name: 'reason', column: 'reason_sealed', type: 'note', table: 'code_lock_lifts' },
    number('failures', 'failures'),
    governorate,
    governorateName,
  ],
  defaultSort: { by: 'liftedAt', direction: 'desc' },
};

const providerSwitches: PanelView = {
  id: 'provider-switches',
  from: 'panel_provider_switches',
  scoped: false,
  columns: [
    id,
    code('provider', 'provider'),
    text('text', 'text'),
    moment('offSince', 'off_since'),
    text('offBy', 'off_by_name'),
    moment('onAgainAt', 'on_again_at'),
    text('onAgainBy', 'on_again_by_name'),
  ],
  defaultSort: { by: 'offSince', direction: 'desc' },
};

const notices: PanelView = {
  id: 'notices',
  from: 'panel_notices',
  scoped: false,
  columns: [
    id,
    code('step', 'step'),
    text('text', 'text'),
    moment('since', 'since'),
    moment('endedAt', 'ended_at'),
    text('writtenBy', 'written_by_name'),
  ],
  defaultSort: { by: 'since', direction: 'desc' },
};

const bankPrefixes: PanelView = {
  id: 'bank-prefixes',
  from: 'panel_bank_prefixes',
  scoped: false,
  columns: [
    id,
    { name: 'prefix', column: 'prefix', type: 'text', sortable: true, filter: 'prefix' },
    { name: 'bank', column: 'bank', type: 'text', sortable: true, filter: 'prefix' },
    text('mergedInto', 'merged_into'),
    code('supported', 'supported'),
    code('state', 'state'),
    moment('validFrom', 'valid_from'),
    moment('validTo', 'valid_to'),
    text('source', 'source'),
    text('changedBy', 'changed_by_name'),
    moment('changedAt', 'changed_at'),
  ],
  defaultSort: { by: 'bank', direction: 'asc' },
};

export const PANEL_VIEWS: readonly PanelView[] = [
  registrations,
  identityProposals,
  codeLocks,
  messages,
  documents,
  elections,
  constituencies,
  staff,
  notices,
  providerSwitches,
  bankPrefixes,
  audit,
];
