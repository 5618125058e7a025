/** A draft as it stands in the database: the whole of the answers and what changed when, sealed, with their version. */
import { fieldsOf, touchFields, type FieldVersions } from '../domain/draft-merge.ts';
import type { Answers, Questionnaire } from '../domain/questionnaire.ts';
import type { Database } from './database.ts';

export interface Draft {
  /** 0 before anything was written. */
  readonly version: number;
  readonly answers: Answers;
}

interface SealedDraft {
  readonly version: number | null;
  readonly answers_sealed: Buffer | null;
}

export interface SealedFieldVersions {
  readonly version: number;
  readonly field_versions_sealed: Buffer | null;
}

const place = (registrationId: string, column = 'answers_sealed') => ({
  table: 'drafts',
  column,
  row: registrationId,
});
const versionsPlace = (registrationId: string) => place(registrationId, 'field_versions_sealed');

/** Of a registration without one, version 0 without answers. */
export function openDraft(
  { sealing }: Pick<Database, 'sealing'>,
  registrationId: string,
  { version, answers_sealed: sealed }: SealedDraft,
): Draft {
  if (version === null || sealed === null) return { version: 0, answers: {} };
  const answers = sealing.open(place(registrationId), sealed).toString();
  return { version, answers: JSON.parse(answers) as Answers };
}

export function sealAnswers(
  { sealing }: Pick<Database, 'sealing'>,
  registrationId: string,
  answers: Answers,
): Buffer {
  return sealing.seal(place(registrationId), JSON.stringify(answers));
}

/** The versions of the fields, and of which version of the draft they tell. */
interface VersionsContent {
  readonly of: number;
  readonly fields: FieldVersions;
}

/**
 * In which version each field last changed. Where nobody has kept that (a draft from before the column, or one whose
 * last version a process from before it wrote), each counts as changed in the last: a conflict too many loses nothing.
 */
export function openFieldVersions(
  { sealing }: Pick<Database, 'sealing'>,
  registrationId: string,
  {
    version,
    field_versions_sealed: sealed,
    questionnaire,
  }: SealedFieldVersions & { questionnaire: Questionnaire },
): FieldVersions {
  const content =
    sealed && (JSON.parse(sealing.open(versionsPlace(registrationId), sealed).toString()) as VersionsContent);
  return content?.of === version ? content.fields : touchFields({}, fieldsOf(questionnaire), version);
}

export function sealFieldVersions(
  { sealing }: Pick<Database, 'sealing'>,
  registrationId: string,
  content: VersionsContent,
): Buffer {
  return sealing.seal(versionsPlace(registrationId), JSON.stringify(content));
}
