/** A draft as it stands in the database: the whole of the answers, sealed, with their version. */
import type { Answers } from '../domain/questionnaire.ts';
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

const place = (registrationId: string) => ({
  table: 'drafts',
  column: 'answers_sealed',
  row: registrationId,
});

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
