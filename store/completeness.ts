/** Whether a registration can be sent as it stands: the answers, the documents, and what the reviewer asked for. */
import { applyReadOnly } from '../domain/answers.ts';
import { problemsOf } from '../domain/answer-problems.ts';
import { parseTarget } from '../domain/defects.ts';
import { requiredDocuments } from '../domain/document-rules.ts';
import { localDay } from '../domain/local-time.ts';
import type { Answers } from '../domain/questionnaire.ts';
import { Refusal, type ItemCode, type RefusalItem } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';
import { currentDocuments, type StoredDocument } from './documents.ts';
import { draftChanged, readDraft } from './drafts.ts';
import { rulesOf } from './election-rules.ts';
import { findRevision } from './revisions.ts';
import { personOf } from './registration-change.ts';
import type { RegistrationRow } from './registration-row.ts';

/** What would be sent now. */
export interface Contents {
  readonly draftVersion: number;
  readonly answers: Answers;
  readonly documents: readonly StoredDocument[];
}

interface Moment {
  readonly row: RegistrationRow;
  readonly receivedAt: Instant;
  readonly rulesVersion: string;
}

/**
 * The contents, when nothing is missing from them.
 * Refuses `draft-changed` when the draft is not the version that the candidate saw, and `incomplete` with a pointer
 * for everything that is missing or wrong.
 */
export async function readComplete(
  db: Database,
  { row, receivedAt, rulesVersion }: Moment,
  draftVersion: number,
): Promise<Contents> {
  const rules = await rulesOf(db, { election_id: row.election_id, rules_version: rulesVersion });
  const draft = await readDraft(db, row.id);
  if (draft.version !== draftVersion) throw draftChanged(draftVersion, draft.version);
  const person = personOf(db, row);
  const answers = applyReadOnly(rules.questionnaire, draft.answers, person);
  const documents = await currentDocuments(db, row.id);
  const present = new Set(documents.map(({ kind }) => kind));
  const today = localDay(receivedAt, rules.timeZone);
  const missing = requiredDocuments(rules, answers, { birthDate: person.birthDate, today }).filter(
    (kind) => !present.has(kind),
  );
  const errors = [
    ...problemsOf(rules.questionnaire, answers),
    ...missing.map((kind) => problem(`/documents/${kind}`, 'required', 'این مدرک لازم است.')),
    ...(await untouchedDocuments(db, row, documents)),
  ];
  if (errors.length > 0) throw new Refusal('incomplete', { errors });
  return { draftVersion, answers, documents };
}

function problem(pointer: string, code: ItemCode, message: string): RefusalItem {
  return { pointer, code, message };
}

/**
 * A returned document has to be sent anew: another picture of it can always be taken. A returned answer may stand:
 * it can be right, and nobody shall miss the deadline over it; the reviewer sees which answers have changed.
 */
async function untouchedDocuments(
  db: Database,
  row: RegistrationRow,
  documents: readonly StoredDocument[],
): Promise<RefusalItem[]> {
  if (row.status !== 'awaiting-corrections') return [];
  const targets = await db
    .knex<{ registration_id: string; state: string; target: string }>('defects')
    .where({ registration_id: row.id, state: 'open' })
    .distinct()
    .pluck('target');
  const returned = await findRevision(db, row.id, row.revision);
  if (returned === undefined) return [];
  const untouched = (target: string): boolean => {
    const parsed = parseTarget(target);
    if (parsed?.kind !== 'document') return false;
    const ofKind = ({ kind }: { kind: string }) => kind === parsed.documentKind;
    return documents.find(ofKind)?.version === returned.documents.find(ofKind)?.version;
  };
  return targets
    .filter(untouched)
    .map((target) => problem(target, 'not-corrected', 'این مورد هنوز اصلاح نشده است.'));
}
