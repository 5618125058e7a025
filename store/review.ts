/** Everything a reviewer needs to decide on one registration, read in one transaction of the panel's role. */
import { changedPointers } from '../domain/answers.ts';
import type { DefectReason } from '../domain/defects.ts';
import { legalCommands, type CommandKind, type Status } from '../domain/lifecycle.ts';
import type { Confirmation } from '../domain/registration.ts';
import type { Answers, Questionnaire } from '../domain/questionnaire.ts';
import { RULES_VERSION, rulesOf, type ElectionRules, type RulesKey } from './election-rules.ts';
import { findRevisions, type Revision } from './revisions.ts';
import type { Database } from './database.ts';
import { notePlace } from './defects.ts';
import { currentDocuments, readDocument, type StoredDocument } from './documents.ts';
import { listHistory, type HistoryItem } from './review-history.ts';
import { readIdentity, type ReviewIdentity } from './review-identity.ts';
import type { Staff } from './staff.ts';
import { isUuid, readAs } from './worklist.ts';

export interface ReviewDefect {
  readonly id: string;
  readonly target: string;
  readonly reason: string;
  readonly note: string | null;
  readonly round: number;
  readonly revision: number;
  readonly state: 'open' | 'answered';
  readonly openedAt: string | null;
  readonly answeredAt: string | null;
}

export interface ReviewDocument {
  readonly kind: string;
  readonly title: string;
  readonly version: number;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly uploadedAt: string;
  /** The candidate sent another picture since the revision that was reviewed before. */
  readonly changed: boolean;
}

export interface Review {
  readonly revision: number;
  readonly round: number;
  readonly status: Status;
  readonly waitingSince: string;
  readonly deadline: string | null;
  readonly preliminaryCode: string | null;
  /** `awaited`: it was submitted while our side could send no code, and nothing is decided before one is given. */
  readonly confirmation: Confirmation | null;
  readonly constituency: { readonly title: string; readonly kind: string };
  readonly election: { readonly id: string; readonly title: string; readonly timeZone: string };
  readonly governorate: { readonly code: string; readonly name: string };
  readonly person: Readonly<Record<string, string>>;
  readonly identity: ReviewIdentity;
  readonly questionnaire: Questionnaire;
  readonly answers: Answers;
  /** Pointers of the answers that differ from the revision before. */
  readonly changedAnswers: readonly string[];
  readonly documents: readonly ReviewDocument[];
  /** Titles of those that cannot be opened as they were sent, also when nothing of them is left to show. */
  readonly damagedDocuments: readonly string[];
  readonly defectReasons: readonly DefectReason[];
  readonly openDefects: readonly ReviewDefect[];
  readonly pastDefects: readonly ReviewDefect[];
  readonly history: readonly HistoryItem[];
  /** The decisions that the law allows now, and this reader: headquarters looks, the governorate decides. */
  readonly offered: readonly CommandKind[];
}

interface FileRow extends RulesKey {
  id: string;
  status: Status;
  revision: number;
  round: number;
  waiting_since: Date;
  deadline: Date | null;
  preliminary_code: string | null;
  confirmation: Confirmation | null;
  governorate: string;
  governorate_name: string;
  constituency_title: string;
  constituency_kind: string;
  election_title: string;
  national_id_sealed: Buffer;
  birth_date_sealed: Buffer;
  person_sealed: Buffer | null;
  withdrawal_reason_sealed: Buffer | null;
}

const NOTHING: Revision = { answers: {}, documents: [], damaged: [] };

const DECISIONS: readonly CommandKind[] = ['approval', 'corrections', 'rejection'];

/** The file of a registration in the scope of this member of staff, or undefined. */
export function findReview(
  panel: Database,
  staff: Staff,
  registrationId: string,
): Promise<Review | undefined> {
  if (!isUuid(registrationId)) return Promise.resolve(undefined);
  return readAs(panel, staff, async (db) => {
    const file = await findFile(db, staff, registrationId);
    return file && assemble(db, staff, file);
  });
}

/** A picture of the file, in the version that was reviewed; throws `not-found` outside the scope. */
export function readReviewDocument(
  panel: Database,
  staff: Staff,
  wanted: { readonly registrationId: string; readonly kind: string; readonly version: number },
): Promise<Buffer | undefined> {
  return readAs(panel, staff, async (db) => {
    if (!(await findFile(db, staff, wanted.registrationId))) return undefined;
    return (await readDocument(db, wanted)).content;
  });
}

async function findFile({ knex }: Database, staff: Staff, id: string): Promise<FileRow | undefined> {
  const file = knex('registrations as r')
    .join('elections', 'elections.id', 'r.election_id')
    .join('constituencies as c', 'c.id', 'r.constituency_id')
    .join('divisions as d', 'd.code', 'r.governorate')
    .where('r.id', id);
  if (staff.role === 'reviewer') void file.where('r.governorate', staff.governorate ?? '');
  return file.first<FileRow | undefined>(
    'r.id',
    'r.status',
    'r.revision',
    'r.round',
    'r.waiting_since',
    'r.deadline',
    'r.preliminary_code',
    'r.confirmation',
    'r.governorate',
    'd.name as governorate_name',
    'c.title as constituency_title',
    'c.kind as constituency_kind',
    'r.election_id',
    'elections.title as election_title',
    knex.raw(RULES_VERSION),
    'r.national_id_sealed',
    'r.birth_date_sealed',
    'r.person_sealed',
    'r.withdrawal_reason_sealed',
  );
}

async function assemble(db: Database, staff: Staff, file: FileRow): Promise<Review> {
  const rules = await rulesOf(db, file);
  const revisions = await findRevisions(db, file.id, [file.revision, file.revision - 1]);
  const now = revisions.get(file.revision) ?? NOTHING;
  const before = revisions.get(file.revision - 1);
  const defects = await listDefects(db, file.id);
  return {
    revision: file.revision,
    round: file.round,
    status: file.status,
    waitingSince: file.waiting_since.toISOString(),
    deadline: file.deadline?.toISOString() ?? null,
    preliminaryCode: file.preliminary_code,
    confirmation: file.confirmation,
    constituency: { title: file.constituency_title, kind: file.constituency_kind },
    election: { id: file.election_id, title: file.election_title, timeZone: rules.timeZone },
    governorate: { code: file.governorate, name: file.governorate_name },
    person: openPerson(db, file),
    identity: await readIdentity(db, staff, file.id),
    questionnaire: rules.questionnaire,
    answers: now.answers,
    changedAnswers: before ? changedPointers(before.answers, now.answers) : [],
    documents: await listDocuments(db, file, { rules, now: now.documents, before: before?.documents }),
    damagedDocuments: rules.documentKinds
      .filter(({ kind }) => now.damaged.includes(kind))
      .map(({ title }) => title),
    defectReasons: rules.defectReasons,
    openDefects: defects.filter(({ state }) => state === 'open'),
    pastDefects: defects.filter(({ state }) => state === 'answered'),
    history: await listHistory(db, file),
    offered: offeredTo(staff, file),
  };
}

function offeredTo({ role }: Staff, { status, confirmation }: FileRow): CommandKind[] {
  if (role !== 'reviewer' || confirmation === 'awaited') return [];
  return legalCommands(status).filter((kind) => DECISIONS.includes(kind));
}

function openPerson({ sealing }: Database, file: FileRow): Record<string, string> {
  const open = (column: string, sealed: Buffer): string =>
    sealing.open({ table: 'registrations', column, row: file.id }, sealed).toString('utf8');
  const known = file.person_sealed ? open('person_sealed', file.person_sealed) : '{}';
  return {
    ...(JSON.parse(known) as Record<string, string>),
    nationalId: open('national_id_sealed', file.national_id_sealed),
    birthDate: open('birth_date_sealed', file.birth_date_sealed),
  };
}

async function listDocuments(
  db: Database,
  file: FileRow,
  frozen: { rules: ElectionRules; now: Revision['documents']; before: Revision['documents'] | undefined },
): Promise<ReviewDocument[]> {
  const rows = await db
    .knex('documents')
    .where({ registration_id: file.id })
    .select<(Omit<StoredDocument, 'uploadedAt'> & { uploaded_at: Date })[]>(
      'kind',
      'version',
      'bytes',
      'width',
      'height',
      'uploaded_at',
    );
  const wanted = file.revision > 0 ? frozen.now : await currentDocuments(db, file.id);
  return frozen.rules.documentKinds.flatMap(({ kind, title }) => {
    const version = wanted.find((one) => one.kind === kind)?.version;
    const row = rows.find((one) => one.kind === kind && one.version === version);
    if (!row) return [];
    const former = frozen.before?.find((one) => one.kind === kind)?.version;
    const { bytes, width, height } = row;
    return [
      {
        ...{ kind, title, version: row.version, bytes, width, height },
        uploadedAt: row.uploaded_at.toISOString(),
        changed: frozen.before !== undefined && former !== row.version,
      },
    ];
  });
}

async function listDefects(db: Database, registrationId: string): Promise<ReviewDefect[]> {
  const rows = await db
    .knex('defects')
    .where({ registration_id: registrationId })
    .whereIn('state', ['open', 'answered'])
    .orderBy([{ column: 'round' }, { column: 'target' }])
    .select<
      {
        id: string;
        target: string;
        reason: string;
        note_sealed: Buffer | null;
        round: number;
        revision: number;
        state: 'open' | 'answered';
        opened_at: Date | null;
        answered_at: Date | null;
      }[]
    >('id', 'target', 'reason', 'note_sealed', 'round', 'revision', 'state', 'opened_at', 'answered_at');
  return rows.map(({ note_sealed: note, opened_at: openedAt, answered_at: answeredAt, ...row }) => ({
    ...row,
    note: note && db.sealing.open(notePlace(row.id), note).toString('utf8'),
    openedAt: openedAt?.toISOString() ?? null,
    answeredAt: answeredAt?.toISOString() ?? null,
  }));
}
