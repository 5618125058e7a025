/** What a record writes, once it is certain that it has to: everything that is true together with its facts. */
import { isFinal } from '../domain/lifecycle.ts';
import { fold, type Fact, type Registration } from '../domain/registration.ts';
import { announce } from './announcements.ts';
import { prepareAudit } from './audit.ts';
import { markReturned, prepareAbandon } from './card-verifications.ts';
import type { Database } from './database.ts';
import { moveDefects } from './defects.ts';
import type { Entry, RecordGround, Recorded } from './record-entry.ts';
import { columnsOf, stateOf, type RegistrationRow } from './registration-row.ts';
import { markConfirmed } from './revisions.ts';
import { writeTogether, type Write } from './write-together.ts';

interface Writing {
  readonly row: RegistrationRow;
  readonly entry: Entry;
  readonly ground: RecordGround;
}

interface NumberedFact {
  readonly sequence: number;
  readonly fact: Fact;
  readonly round: number;
}

/** In the transaction that holds the row; facts are numbered from what the row says. */
export async function writeRecord(db: Database, writing: Writing): Promise<Recorded> {
  const { row, entry, ground } = writing;
  const { registrationId, cause } = entry;
  const { at } = ground;
  const sms: string[] = [];
  const told: Write[] = [];
  const facts: NumberedFact[] = [];
  let state = stateOf(row);
  for (const fact of entry.facts) {
    const before = state;
    state = fold(before, fact);
    facts.push({ sequence: state.sequence, fact, round: state.round });
    await moveDefects(db, fact, { registrationId, at });
    if (fact.type === 'submissionConfirmed') await markConfirmed(db, { registrationId, fact, at });
    if (fact.type === 'cardReturned') await markReturned(db, fact.attemptId);
    const occasion = { fact, before, after: state, registrationId, cause, at };
    const { writes, smsId } = announce(db, { ...occasion, particulars: ground });
    told.push(...writes);
    if (smsId !== null) sms.push(smsId);
  }
  const writes = [
    ...told,
    ...factsOf(db, writing, facts),
    ...projectionOf(db, writing, state),
    ...outcomeOf(db, writing),
    auditOf(db, writing, state),
  ];
  await writeTogether(db, writes, [
    { channel: 'registration_changed', payload: registrationId },
    { channel: 'command_outcome', payload: entry.outcome?.commandId ?? '' },
  ]);
  return {
    facts: facts.map(({ sequence, fact }) => ({ sequence, fact })),
    ...{ sms, at, deferred: false, behind: false },
  };
}

function factsOf(db: Database, { entry, ground }: Writing, facts: readonly NumberedFact[]): Write[] {
  if (facts.length === 0) return [];
  const rows = facts.map(({ sequence, fact, round }) => ({
    registration_id: entry.registrationId,
    sequence,
    type: fact.type,
    payload: JSON.stringify(fact),
    cause: entry.cause,
    round,
    recorded_at: new Date(ground.at),
  }));
  return [db.knex('registration_facts').insert(rows)];
}

function projectionOf(db: Database, { row, ground }: Writing, state: Registration): Write[] {
  if (state.sequence === row.sequence) return [];
  const at = new Date(ground.at);
  const changed = {
    ...columnsOf(state),
    ...(state.status === row.status ? {} : { waiting_since: at }),
    version: row.version + 1,
    updated_at: at,
  };
  return [db.knex('registrations').where({ id: row.id }).update(changed)];
}

/** The outcome of the command; what is already decided stays as it is. */
function outcomeOf(db: Database, { entry: { outcome }, ground }: Writing): Write[] {
  if (outcome === null) return [];
  const decided = {
    state: outcome.refusal === null ? 'done' : 'refused',
    code: outcome.refusal,
    decided_at: new Date(ground.at),
  };
  const undecided = db.knex('commands').where({ id: outcome.commandId }).whereIn('state', UNDECIDED);
  const abandoned = outcome.refusal === null ? [] : [prepareAbandon(db, outcome.commandId)];
  return [...abandoned, undecided.update(decided)];
}

const UNDECIDED = ['accepted', 'delivered'];

function auditOf(db: Database, { row, entry, ground }: Writing, state: Registration): Write {
  const command = UNDECIDED.includes(ground.state ?? '') ? ground : undefined;
  return prepareAudit(db, {
    actor: { kind: command?.actor_kind ?? 'system', id: command?.actor_id ?? null },
    action: command?.kind ?? entry.facts[0]?.type ?? 'recorded',
    subject: { kind: 'registration', id: row.id },
    governorate: row.governorate,
    detail: {
      cause: entry.cause,
      facts: entry.facts.map(({ type }) => type),
      refusal: entry.outcome?.refusal ?? null,
      status: state.status,
      final: isFinal(state.status),
      revision: state.revision,
    },
  });
}
