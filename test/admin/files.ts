/** Files on the desk, written straight into the tables: what the panel's tests need without a candidate's journey. */
import { createHash, randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { DEMO_CONSTITUENCIES, DEMO_ELECTION_ID } from '../../scripts/demo-data.ts';
import { sealContent } from '../../store/document-content.ts';
import type { Database } from '../../store/database.ts';
import { notePlace } from '../../store/defects.ts';
import type { Answers } from '../../domain/questionnaire.ts';
import { ANSWERS, DOT, PERSON, type Person, type Picture } from './model-candidate.ts';

export const DAMGHAN = '2001';
export const GARMSAR = '2004';

export interface FileWish {
  readonly governorate: string;
  readonly person?: Partial<Person>;
  /** `+989…`; a number that nobody can look for when it is left out. */
  readonly mobile?: string;
  readonly status?: string;
  /** Nothing but line and person is known yet: no card, no submission. */
  readonly unproven?: boolean;
  /** Minutes since it waits. */
  readonly waitingMinutes?: number;
  /** Which of the governorate's constituencies. */
  readonly constituency?: number;
  readonly answers?: Answers;
  readonly pictures?: Readonly<Record<string, Picture>>;
  /** A second round: defects of the first, answered since. */
  readonly answered?: readonly { readonly target: string; readonly reason: string; readonly note?: string }[];
  /** The answers of the first round, where they differ. */
  readonly formerAnswers?: Answers;
}

const KINDS = ['birth-certificate', 'national-card', 'photo', 'education', 'no-criminal-record'];
const CREATED_DAYS_BEFORE = 4;
const DAY_MS = 86_400_000;

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes one registration with its history, revision and documents; returns its id. Only under tests. */
export async function putFile(db: Database, wish: FileWish): Promise<string> {
  const registration = await putRegistration(db, wish);
  if (wish.unproven) return registration.id;
  await putDocuments(db, registration, wish.pictures ?? {});
  const rounds = wish.answered ? 2 : 1;
  for (let number = 1; number <= rounds; number += 1) {
    const answers = number < rounds ? (wish.formerAnswers ?? wish.answers) : wish.answers;
    await putRevision(db, registration, { number, answers: answers ?? ANSWERS });
  }
  for (const defect of wish.answered ?? []) await putDefect(db, registration, defect);
  await putHistory(db, registration, { rounds, status: wish.status ?? 'under-review' });
  return registration.id;
}

interface Written {
  readonly id: string;
  readonly waitingSince: Date;
}

async function putRegistration({ knex, sealing }: Database, wish: FileWish): Promise<Written> {
  const id = newId();
  const candidateId = newId();
  const person = { ...PERSON, ...wish.person };
  const place = (column: string) => ({ table: 'registrations', column, row: id });
  const waitingSince = new Date(Date.now() - (wish.waitingMinutes ?? 90) * 60_000);
  const constituencies = DEMO_CONSTITUENCIES.filter(
    ({ governorate, electionId }) => governorate === wish.governorate && electionId === DEMO_ELECTION_ID,
  );
  const constituency = constituencies[wish.constituency ?? 0];
  if (!constituency) throw new Error('The demo election has no such constituency.');
  const mobile = wish.mobile ?? `+98912${randomBytes(4).readUInt32BE() % 10_000_000}`;
  await knex('candidates').insert({
    id: candidateId,
    mobile_sealed: sealing.seal({ table: 'candidates', column: 'mobile_sealed', row: candidateId }, mobile),
    mobile_hmac: sealing.fingerprint('mobile', wish.mobile ?? candidateId),
  });
  const { nationalId, birthDate, ...names } = person;
  await knex('registrations').insert({
    id,
    candidate_id: candidateId,
    election_id: DEMO_ELECTION_ID,
    constituency_id: constituency.id,
    governorate: wish.governorate,
    national_id_sealed: sealing.seal(place('national_id_sealed'), nationalId),
    national_id_hmac: sealing.fingerprint('national-id', wish.unproven ? nationalId : id),
    birth_date_sealed: sealing.seal(place('birth_date_sealed'), birthDate),
    person_sealed: sealing.seal(place('person_sealed'), JSON.stringify(names)),
    status: wish.unproven ? 'awaiting-verification' : (wish.status ?? 'under-review'),
    revision: wish.answered ? 2 : 1,
    frozen_revision: wish.answered ? 2 : 1,
    round: wish.answered ? 2 : 1,
    line: 'confirmed',
    person: 'confirmed',
    ...(wish.unproven
      ? { card: 'none' }
      : { card: 'confirmed', card_attempt_id: newId(), identity_way: 'card' }),
    closes_at: new Date(Date.now() + 30 * DAY_MS),
    correction_hours: 72,
    waiting_since: waitingSince,
    preliminary_code: String(randomBytes(6).readUIntBE(0, 6) % 1e14)
      .padStart(14, '0')
      .replace(/(\d{4})(\d{4})(\d{4})(\d\d)/, '$1-$2-$3-$4'),
    created_at: new Date(waitingSince.getTime() - CREATED_DAYS_BEFORE * DAY_MS),
    updated_at: waitingSince,
  });
  return { id, waitingSince };
}

async function putDocuments(
  db: Database,
  { id, waitingSince }: Written,
  pictures: Readonly<Record<string, Picture>>,
): Promise<void> {
  for (const kind of KINDS) {
    const documentId = newId();
    const { content, width, height } = pictures[kind] ?? DOT;
    const { keySealed, contentSealed } = sealContent(db, documentId, content);
    await db.knex('documents').insert({
      id: documentId,
      registration_id: id,
      kind,
      version: 1,
      bytes: content.length,
      width,
      height,
      original_sha256: sha256(content),
      sha256: sha256(content),
      key_sealed: keySealed,
      content_sealed: contentSealed,
      uploaded_at: new Date(waitingSince.getTime() - 3_600_000),
    });
  }
}

async function putRevision(
  { knex, sealing }: Database,
  { id, waitingSince }: Written,
  { number, answers }: { number: number; answers: Answers },
): Promise<void> {
  const commandId = newId();
  await knex('commands').insert({
    id: commandId,
    registration_id: id,
    number,
    kind: 'submission',
    payload: JSON.stringify({ kind: 'submission', revision: number, contentHash: sha256(`${id}${number}`) }),
    actor_kind: 'candidate',
    received_at: waitingSince,
    in_time: true,
    state: 'done',
    decided_at: waitingSince,
  });
  await knex('registrations')
    .where({ id })
    .update({ next_command_number: number + 1 });
  await knex('revisions').insert({
    registration_id: id,
    number,
    command_id: commandId,
    draft_version: number,
    answers_sealed: sealing.seal(
      { table: 'revisions', column: 'answers_sealed', row: `${id}:${number}` },
      JSON.stringify(answers),
    ),
    documents: JSON.stringify(KINDS.map((kind) => ({ kind, version: 1 }))),
    content_hash: sha256(`${id}${number}`),
    frozen_at: waitingSince,
  });
}

async function putDefect(
  { knex, sealing }: Database,
  { id, waitingSince }: Written,
  { target, reason, note }: { target: string; reason: string; note?: string },
): Promise<void> {
  const defectId = newId();
  const command = await knex('commands').where({ registration_id: id }).first<{ id: string }>('id');
  await knex('defects').insert({
    id: defectId,
    registration_id: id,
    command_id: command.id,
    revision: 1,
    round: 1,
    target,
    reason,
    note_sealed: note ? sealing.seal(notePlace(defectId), note) : null,
    state: 'answered',
    opened_at: new Date(waitingSince.getTime() - DAY_MS),
    answered_at: waitingSince,
  });
}

async function putHistory(
  { knex }: Database,
  { id, waitingSince }: Written,
  { rounds, status }: { rounds: number; status: string },
): Promise<void> {
  const submitted = (revision: number) => ({ type: 'submitted', revision, contentHash: '', at: 0 });
  const facts: { type: string; [key: string]: unknown }[] = [
    { type: 'opened' },
    { type: 'lineConfirmed' },
    { type: 'personConfirmed' },
    { type: 'cardStarted' },
    { type: 'cardConfirmed' },
    submitted(1),
  ];
  if (rounds > 1) facts.push({ type: 'returned', revision: 1, defectIds: ['a', 'b'] }, submitted(2));
  if (status === 'approved' || status === 'rejected') facts.push({ type: status });
  const step = (CREATED_DAYS_BEFORE * DAY_MS) / facts.length;
  await knex('registration_facts').insert(
    facts.map((fact, index) => ({
      registration_id: id,
      sequence: index + 1,
      type: fact.type,
      payload: JSON.stringify(fact),
      cause: newId(),
      round: fact.type === 'returned' ? 1 : index > 5 ? rounds : 1,
      recorded_at: new Date(waitingSince.getTime() - (facts.length - 1 - index) * step),
    })),
  );
  await knex('registrations').where({ id }).update({ sequence: facts.length });
  await knex('messages').insert({
    id: newId(),
    registration_id: id,
    cause: newId(),
    kind: 'submitted',
    text: 'پرسشنامه شما دریافت شد و برای بررسی به فرمانداری رفت.',
    sent_at: waitingSince,
  });
}
