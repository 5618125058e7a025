/** Drafts: the whole of a candidate's answers, sealed, with a version that each change has to name (If-Match). */
import { problemsOf } from '../domain/answer-problems.ts';
import {
  applyReadOnly,
  changedPointers,
  normalizeAnswers,
  readOnlyChanged,
  unknownFields,
} from '../domain/answers.ts';
import type { Answers } from '../domain/questionnaire.ts';
import { Refusal, type RefusalItem } from '../domain/refusal.ts';
import { inTransaction, type Database } from './database.ts';
import { openDraft, sealAnswers, type Draft } from './draft-content.ts';
import { lockForChange, readGround, type ChangeGround } from './registration-change.ts';

/** A draft as its candidate sees it: with what the records say, and with what is still missing or wrong. */
export interface CheckedDraft extends Draft {
  readonly problems: readonly RefusalItem[];
}

interface DraftRow {
  registration_id: string;
  version: number;
  answers_sealed: Buffer;
  updated_at: Date;
}

/** The stored draft; of a registration without one, version 0 without answers. */
export async function readDraft(db: Database, registrationId: string): Promise<Draft> {
  const row = await db.knex<DraftRow>('drafts').where({ registration_id: registrationId }).first();
  return openDraft(db, registrationId, row ?? { version: null, answers_sealed: null });
}

function checked({ questionnaire, person }: ChangeGround, { version, answers }: Draft): CheckedDraft {
  const filled = applyReadOnly(questionnaire, answers, person);
  return { version, answers: filled, problems: problemsOf(questionnaire, filled) };
}

interface DraftKey {
  readonly registrationId: string;
  readonly candidateId: string;
}

/** The present draft with its problems. @throws Refusal `not-found` for an unknown or foreign registration. */
export async function getDraft(db: Database, key: DraftKey): Promise<CheckedDraft> {
  const ground = await readGround(db, key);
  return checked(ground, ground.draft);
}

interface DraftChange extends DraftKey {
  /** The version that the change is made to. */
  readonly version: number;
  /** The whole of the answers, as they came. */
  readonly answers: unknown;
}

/**
 * Replaces the draft. One that changes nothing makes no new version.
 * @throws Refusal `not-found`, `draft-changed`, `request-invalid` for what the questionnaire does not have,
 * `read-only`, `item-locked`; the last three with pointers.
 */
export function saveDraft(db: Database, change: DraftChange): Promise<CheckedDraft> {
  return inTransaction(db, async (tx) => {
    const ground = await lockForChange(tx, change);
    const before = checked(ground, await readDraft(tx, change.registrationId));
    if (before.version !== change.version) throw draftChanged(change.version, before.version);
    const answers = acceptable(ground, change.answers);
    const changed = changedPointers(before.answers, answers);
    refuseLocked(ground, changed);
    if (changed.length === 0 && before.version > 0) return before;
    const draft = { version: before.version + 1, answers };
    await writeDraft(tx, change.registrationId, draft);
    return checked(ground, draft);
  });
}

/** Tells both versions, so that a client knows whether it is behind, and by how much. */
export function draftChanged(yours: number, current: number): Refusal {
  return new Refusal('draft-changed', { versions: { yours: yours < 0 ? null : yours, current } });
}

function acceptable({ questionnaire, person }: ChangeGround, given: unknown): Answers {
  const unknown = unknownFields(questionnaire, given);
  if (unknown.length > 0) throw new Refusal('request-invalid', { errors: unknown });
  const answers = normalizeAnswers(questionnaire, given);
  const readOnly = readOnlyChanged(questionnaire, answers, person);
  if (readOnly.length > 0) throw new Refusal('read-only', { errors: readOnly });
  return applyReadOnly(questionnaire, answers, person);
}

function refuseLocked(ground: ChangeGround, changed: readonly string[]): void {
  const errors = changed
    .filter((pointer) => !ground.mayChange(pointer))
    .map((pointer) => ({
      ...{ pointer, code: 'item-locked' as const },
      message: 'اکنون این مورد قابل تغییر نیست.',
    }));
  if (errors.length > 0) throw new Refusal('item-locked', { errors });
}

async function writeDraft(db: Database, registrationId: string, { version, answers }: Draft): Promise<void> {
  await db
    .knex('drafts')
    .insert({
      registration_id: registrationId,
      version,
      answers_sealed: sealAnswers(db, registrationId, answers),
      updated_at: new Date(),
    })
    .onConflict('registration_id')
    .merge();
}
