/**
 * The record: one transaction that writes a fact and everything that must be true together with it — the projection,
 * what the candidate is told, the defects, the audit, and the outcome of the command.
 *
 * Idempotent by its cause: a local activity does run again, and then gets the first result.
 */
import { deadline, type Fact, type Instant } from '../domain/registration.ts';
import { writeAudit } from './audit.ts';
import type { CommandRow } from './commands/command.ts';
import { inTransaction, type Database } from './database.ts';
import type { Entry, Recorded, RecordGround } from './record-entry.ts';
import { writeRecord } from './record-writing.ts';
import { stateOf, type RegistrationRow } from './registration-row.ts';
import { listSmsOf } from './sms.ts';

export type { Entry, Recorded } from './record-entry.ts';

/** The workflow and the database disagree on what has happened: nothing that a retry could mend. */
export class RecordConflict extends Error {
  override readonly name = 'RecordConflict';
}

export async function record(db: Database, entry: Entry): Promise<Recorded> {
  try {
    return await recordOnce(db, entry);
  } catch (error) {
    if (!isTakenByAnother(error)) throw error;
    // Somebody else's line was confirmed for this national id first (DESIGN §2.1).
    return recordOnce(db, { ...entry, facts: entry.facts.map(refuseLine) });
  }
}

function isTakenByAnother(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === 'one_registration_per_person';
}

function refuseLine(fact: Fact): Fact {
  return fact.type === 'lineConfirmed' ? { type: 'lineRefused', reason: 'already-registered' } : fact;
}

async function recordOnce(db: Database, entry: Entry): Promise<Recorded> {
  const recorded = await inTransaction(db, async (tx) => {
    const row = await tx
      .knex<RegistrationRow>('registrations')
      .where({ id: entry.registrationId })
      .forUpdate()
      .first();
    if (row === undefined) throw new RecordConflict('The registration is not in the database');
    const ground = await groundOf(tx, row, entry);
    const { at } = ground;
    if (entry.outcome !== null && ground.state === null) return turnAway(tx, row, { entry, at });
    const before = await findRecorded(tx, row, { entry, ground });
    if (before !== undefined) return before;
    const expires = entry.facts.some(({ type }) => type === 'expired');
    if (row.sequence !== entry.sequence) return { ...(await catchUp(tx, row, entry)), behind: true };
    if (expires && (await mustWait(tx, row, at))) {
      return { facts: [], sms: [], at, deferred: true, behind: false };
    }
    const written = await writeRecord(tx, { row, entry, ground });
    await tx.failpoint?.('record.before-commit', entry.registrationId, entry.facts[0]?.type);
    return written;
  });
  await db.failpoint?.('record.after-commit', entry.registrationId, entry.facts[0]?.type);
  return recorded;
}

/** A statement of its own after the lock: it sees what others committed before, and its time holds no waiting. */
const GROUND = `
select clock_timestamp() as at,
       exists(select from registration_facts f where f.registration_id = r.id and f.cause = :cause) as known,
       c.state, c.kind, c.actor_kind, c.actor_id,
       r.preliminary_code, r.candidate_id, candidates.mobile_sealed, elections.time_zone,
       divisions.name as governorate_name,
       coalesce((select coalesce(v.returned_at + interval '2 minutes', v.expires_at) < clock_timestamp()
                   from card_verifications v where v.id = r.card_attempt_id), false) as is_away
  from registrations r
  join candidates on candidates.id = r.candidate_id
  join elections on elections.id = r.election_id
  join divisions on divisions.code = r.governorate
  left join commands c on c.id = :commandId and c.registration_id = r.id
 where r.id = :registrationId`;

async function groundOf(
  db: Database,
  row: RegistrationRow,
  { cause, outcome }: Entry,
): Promise<RecordGround> {
  const { rows } = await db.knex.raw<{ rows: (Omit<RecordGround, 'at'> & { at: Date })[] }>(GROUND, {
    registrationId: row.id,
    cause,
    commandId: outcome?.commandId ?? null,
  });
  const [ground] = rows;
  if (ground === undefined) throw new Error('The registration is unknown');
  return { ...ground, at: ground.at.getTime() };
}

interface FactRow {
  registration_id: string;
  sequence: number;
  type: string;
  payload: Fact;
  cause: string;
  round: number;
  recorded_at: Date;
}

/** Sent to the workflow by hand, past the log: nothing comes of it but a line in the audit (ADM-10). */
async function turnAway(
  db: Database,
  row: RegistrationRow,
  { entry, at }: { readonly entry: Entry; readonly at: Instant },
): Promise<Recorded> {
  await writeAudit(db, {
    actor: { kind: 'system', id: null },
    action: 'command-not-in-log',
    subject: { kind: 'registration', id: row.id },
    governorate: null,
    detail: { cause: entry.cause, facts: entry.facts.map(({ type }) => type) },
  });
  return { facts: [], sms: [], at, deferred: false, behind: false };
}

/** The first result of this cause, when it has one; with everything else that the workflow may have missed. */
async function findRecorded(
  db: Database,
  row: RegistrationRow,
  { entry, ground }: { readonly entry: Entry; readonly ground: RecordGround },
): Promise<Recorded | undefined> {
  const { registrationId, cause } = entry;
  const { known, state } = ground;
  if (!known && state !== 'refused') return undefined;
  const missed = await catchUp(db, row, entry);
  const sms = known ? await listSmsOf(db, registrationId, cause) : [];
  return { ...missed, sms: [...new Set([...missed.sms, ...sms])], behind: false };
}

/** The facts that the workflow does not know, and the SMS that they caused. */
async function catchUp(
  db: Database,
  row: RegistrationRow,
  { registrationId, sequence }: Entry,
): Promise<Omit<Recorded, 'behind'>> {
  const missed = await db
    .knex<FactRow>('registration_facts')
    .where({ registration_id: registrationId })
    .andWhere('sequence', '>', sequence)
    .orderBy('sequence');
  if (missed.length !== row.sequence - sequence) {
    throw new RecordConflict(`The database has ${row.sequence} facts, the workflow ${sequence}`);
  }
  const causes = [...new Set(missed.map(({ cause }) => cause))];
  const sms = await Promise.all(causes.map((cause) => listSmsOf(db, registrationId, cause)));
  return {
    facts: missed.map((fact) => ({ sequence: fact.sequence, fact: fact.payload })),
    sms: sms.flat(),
    at: (missed.at(-1)?.recorded_at ?? row.updated_at).getTime(),
    deferred: false,
  };
}

/** Temporal may have been down across the deadline: whoever came in time goes first, and an extension counts at once. */
async function mustWait(db: Database, row: RegistrationRow, now: Instant): Promise<boolean> {
  const inTime = await db
    .knex<CommandRow>('commands')
    .where({ registration_id: row.id, in_time: true })
    .whereIn('state', ['accepted', 'delivered'])
    .first('id');
  if (inTime !== undefined) return true;
  const window = await db
    .knex('election_windows')
    .where({ election_id: row.election_id, kind: 'registration' })
    .first<{ closes_at: Date } | undefined>('closes_at');
  const state = stateOf(row);
  const until = deadline(window === undefined ? state : { ...state, closesAt: window.closes_at.getTime() });
  return until === null || now < until;
}
