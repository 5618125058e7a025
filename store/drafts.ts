/**
 * Drafts: the whole of a candidate's answers, sealed, with a version that each change has to name (If-Match), and
 * beside it the version in which each field last changed, by which changes from offline are merged.
 */
import { problemsOf } from '../domain/answer-problems.ts';
import {
  applyReadOnly,
  changedPointers,
  normalizeAnswers,
  readOnlyChanged,
  unknownFields,
} from '../domain/answers.ts';
import {
  changedFields,
  changedSince,
  mergeDraft,
  touchFields,
  type FieldVersions,
} from '../domain/draft-merge.ts';
import type { Answers } from '../domain/questionnaire.ts';
import { Refusal, type RefusalItem } from '../domain/refusal.ts';
import { inTransaction, type Database } from './database.ts';
import { openDraft, openFieldVersions, sealAnswers, sealFieldVersions, type Draft } from './draft-content.ts';
import { lockForChange, readGround, type ChangeGround } from './registration-change.ts';

/** A draft as its candidate sees it: with what the records say, and with what is still missing or wrong. */
export interface CheckedDraft extends Draft {
  readonly problems: readonly RefusalItem[];
}

interface DraftRow {
  registration_id: string;
  version: number;
  answers_sealed: Buffer;
  field_versions_sealed: Buffer | null;
  updated_at: Date;
}

/** As much as can still be sent back whole (API-6), in bytes of JSON. */
const ANSWERS_BYTES_MAX = 64 * 1024;

function findRow({ knex }: Database, registrationId: string): Promise<DraftRow | undefined> {
  return knex<DraftRow>('drafts').where({ registration_id: registrationId }).first();
}

/** The stored draft; of a registration without one, version 0 without answers. */
export async function readDraft(db: Database, registrationId: string): Promise<Draft> {
  const row = await findRow(db, registrationId);
  return openDraft(db, registrationId, row ?? { version: null, answers_sealed: null });
}

/** The draft with what the records say in it. */
function filled({ questionnaire, person }: ChangeGround, { version, answers }: Draft): Draft {
  return { version, answers: applyReadOnly(questionnaire, answers, person) };
}

function checked(ground: ChangeGround, draft: Draft): CheckedDraft {
  const { version, answers } = filled(ground, draft);
  return { version, answers, problems: problemsOf(ground.questionnaire, answers) };
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
  /** The version that the change is made to; negative for none of ours. */
  readonly version: number;
  /** As they came: the whole of the answers, or those that are to change. */
  readonly answers: unknown;
}

/** What a change meets under the lock. */
interface Standing extends Draft {
  readonly ground: ChangeGround;
  readonly fieldVersions: FieldVersions;
}

async function lockDraft(db: Database, key: DraftKey): Promise<Standing> {
  const ground = await lockForChange(db, key);
  const row = await findRow(db, key.registrationId);
  const { questionnaire } = ground;
  const draft = openDraft(db, key.registrationId, row ?? { version: null, answers_sealed: null });
  const fieldVersions = row ? openFieldVersions(db, key.registrationId, { ...row, questionnaire }) : {};
  return { ground, fieldVersions, ...filled(ground, draft) };
}

/**
 * Replaces the draft. One that changes nothing makes no new version.
 * @throws Refusal `not-found`, `draft-changed` for a version that is not the present one, `request-invalid` for what the
 * questionnaire does not have, `read-only`, `item-locked`; the last three with pointers.
 */
export function saveDraft(db: Database, change: DraftChange): Promise<CheckedDraft> {
  return inTransaction(db, async (tx) => {
    const standing = await lockDraft(tx, change);
    const { ground, version } = standing;
    if (version !== change.version) throw notOnThis(standing, change);
    requireAllowed(ground, change.answers);
    const answers = normalizeAnswers(ground.questionnaire, change.answers);
    return keep(tx, standing, filled(ground, { version, answers }).answers);
  });
}

/**
 * Puts changes on the draft, whichever version they were made to, where no other change stands in their way; all of
 * them or none (domain/draft-merge.ts). A second time it changes nothing, so that it can be sent again when its reply
 * was lost.
 * @throws Refusal as `saveDraft`: `draft-changed` for what cannot be merged, with `conflicts`, and for a version that
 * the draft never had; and `body-too-large` when the draft could no more be sent whole.
 */
export function changeDraft(db: Database, change: DraftChange): Promise<CheckedDraft> {
  return inTransaction(db, async (tx) => {
    const standing = await lockDraft(tx, change);
    const { ground, fieldVersions, answers: current } = standing;
    requireAllowed(ground, change.answers);
    const base = knownVersion(standing, change.version);
    const { questionnaire } = ground;
    const merge = mergeDraft({
      questionnaire,
      current,
      fieldVersions,
      base: base ?? 0,
      changes: change.answers,
    });
    const conflicts = 'conflicts' in merge ? merge.conflicts : [];
    if (base === null || !('answers' in merge)) throw draftChangedSince(standing, change.version, conflicts);
    requireSendable(current, merge.answers);
    return keep(tx, standing, merge.answers);
  });
}

/** Tells both versions, so that a client knows whether it is behind, and by how much. */
export function draftChanged(yours: number, current: number): Refusal {
  return new Refusal('draft-changed', { versions: { yours: yours < 0 ? null : yours, current } });
}

/** Null for a version that the draft never had. */
function knownVersion({ version }: Draft, named: number): number | null {
  return named >= 0 && named <= version ? named : null;
}

/** Of a whole draft nobody knows which of its answers were changed: any that differ from a newer one may have been. */
function notOnThis(standing: Standing, { version, answers }: DraftChange): Refusal {
  const { questionnaire } = standing.ground;
  const given = normalizeAnswers(questionnaire, answers);
  const newer = new Set(changedSince(standing.fieldVersions, knownVersion(standing, version) ?? 0));
  const differing = changedFields(questionnaire, standing.answers, given);
  return draftChangedSince(
    standing,
    version,
    differing.filter((pointer) => newer.has(pointer)),
  );
}

/** Tells beside both versions all that is needed to merge without another request. */
function draftChangedSince(standing: Standing, yours: number, conflicts: readonly string[]): Refusal {
  const { version, answers, fieldVersions } = standing;
  return new Refusal('draft-changed', {
    ...draftChanged(yours, version).details,
    draft: { version, answers },
    changed: changedSince(fieldVersions, knownVersion(standing, yours) ?? 0),
    conflicts,
  });
}

function requireAllowed({ questionnaire, person }: ChangeGround, given: unknown): void {
  const unknown = unknownFields(questionnaire, given);
  if (unknown.length > 0) throw new Refusal('request-invalid', { errors: unknown });
  const readOnly = readOnlyChanged(questionnaire, normalizeAnswers(questionnaire, given), person);
  if (readOnly.length > 0) throw new Refusal('read-only', { errors: readOnly });
}

function requireSendable(before: Answers, after: Answers): void {
  const [size, grown] = [before, after].map((answers) => Buffer.byteLength(JSON.stringify({ answers })));
  if ((grown ?? 0) > Math.max(ANSWERS_BYTES_MAX, size ?? 0))
    throw new Refusal('body-too-large', { limit: ANSWERS_BYTES_MAX });
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

/** Makes these answers the next version. @throws Refusal `item-locked` */
async function keep(db: Database, before: Standing, answers: Answers): Promise<CheckedDraft> {
  const { ground } = before;
  const changed = changedPointers(before.answers, answers);
  refuseLocked(ground, changed);
  if (changed.length === 0 && before.version > 0) return checked(ground, before);
  const draft = { version: before.version + 1, answers };
  const fields = changedFields(ground.questionnaire, before.answers, answers);
  const fieldVersions = touchFields(before.fieldVersions, fields, draft.version);
  await writeDraft(db, ground.registration.id, { ...draft, fieldVersions });
  return checked(ground, draft);
}

async function writeDraft(
  db: Database,
  registrationId: string,
  { version, answers, fieldVersions }: Draft & Pick<Standing, 'fieldVersions'>,
): Promise<void> {
  await db
    .knex('drafts')
    .insert({
      registration_id: registrationId,
      version,
      answers_sealed: sealAnswers(db, registrationId, answers),
      field_versions_sealed: sealFieldVersions(db, registrationId, { of: version, fields: fieldVersions }),
      updated_at: new Date(),
    })
    .onConflict('registration_id')
    .merge();
}
