/** A number goes over to a candidate, whoever has decided it: what is written then, and to whom it may not go. */
import { v7 as newId } from 'uuid';
import { OPEN_STATUSES } from '../domain/lifecycle.ts';
import type { Instant } from '../domain/registration.ts';
import { writeAudit } from './audit.ts';
import { candidatePlace, mobileOf, type CandidateRow } from './candidates.ts';
import { readClock, writeCommand } from './commands/door.ts';
import type { Actor, CommandView } from './commands/command.ts';
import type { Database } from './database.ts';
import type { RegistrationRow } from './registration-row.ts';
import type { SessionRow } from './sessions.ts';
import { writeSms } from './sms.ts';

/** Registrations that keep nobody's number: whoever has only these has nothing to lose with it. */
const LEFT_BEHIND = ['withdrawn', 'expired'];

/** In the order of their ids, so that two who change to each other's number do not wait for one another. */
export async function lockCandidates({ knex }: Database, candidateId: string, mobileHmac: Buffer) {
  const rows = await knex<CandidateRow>('candidates')
    .where({ id: candidateId })
    .orWhere({ mobile_hmac: mobileHmac })
    .orderBy('id')
    .forUpdate();
  return {
    own: rows.find(({ id }) => id === candidateId),
    other: rows.find(({ mobile_hmac: hmac }) => hmac?.equals(mobileHmac) ?? false),
  };
}

/** Whether the number of this candidate may not go to another one. */
export async function hasToLose({ knex }: Database, candidateId: string): Promise<boolean> {
  const kept = await knex<RegistrationRow>('registrations')
    .where({ candidate_id: candidateId })
    .whereNotIn('status', LEFT_BEHIND)
    .first('id');
  return kept !== undefined;
}

/** Who had signed in with the number before and has nothing there: the person has come with the number. */
async function vacate({ knex }: Database, candidateId: string, now: Instant): Promise<void> {
  await knex('candidates').where({ id: candidateId }).update({ mobile_sealed: null, mobile_hmac: null });
  await knex<SessionRow>('sessions')
    .where({ candidate_id: candidateId, ended_at: null })
    .update({ ended_at: new Date(now), ended_by: 'sign-out' });
}

interface Move {
  /** Of this change. */
  readonly id: string;
  readonly own: CandidateRow & { readonly mobile_sealed: Buffer };
  /** Who has had the number so far, with nothing to lose. */
  readonly other: CandidateRow | undefined;
  /** `+989…` */
  readonly mobile: string;
  readonly mobileHmac: Buffer;
  readonly actor: Actor;
  readonly at: Instant;
}

/**
 * Writes the number, the word to the old one, and a command to every open registration, which asks anew whose line it
 * is; gives the commands. The caller holds the locks of both candidates.
 */
export async function moveNumber(db: Database, move: Move): Promise<CommandView[]> {
  const { own, other, actor, at } = move;
  if (other !== undefined) await vacate(db, other.id, at);
  await db
    .knex('candidates')
    .where({ id: own.id })
    .update({
      mobile_sealed: db.sealing.seal(candidatePlace(own.id), move.mobile),
      mobile_hmac: move.mobileHmac,
    });
  const commands = await tellRegistrations(db, own.id, actor);
  // Where there is a file, its reviewer sees whether the old number has heard of it.
  const registrationId = commands.at(-1)?.registrationId ?? null;
  const cause = `mobile-change-${move.id}`;
  const told = { registrationId, cause, template: 'mobile-changed', parameters: {} } as const;
  await writeSms(db, { ...told, mobile: mobileOf(db, own), at });
  await writeAudit(db, {
    ...{ actor, action: 'mobile-changed', subject: { kind: 'candidate', id: own.id }, governorate: null },
    detail: { registrations: commands.length, vacated: other !== undefined },
  });
  return commands;
}

/** One command each, under the lock of the row as at every door. */
async function tellRegistrations(db: Database, candidateId: string, actor: Actor): Promise<CommandView[]> {
  const rows = await db
    .knex<RegistrationRow>('registrations')
    .where({ candidate_id: candidateId })
    .whereIn('status', [...OPEN_STATUSES])
    .orderBy('id')
    .forUpdate();
  const receivedAt = await readClock(db);
  const told: CommandView[] = [];
  for (const row of rows) {
    const ground = { commandId: newId(), receivedAt, row };
    told.push(await writeCommand(db, { ground, actor, command: { kind: 'mobileChange' } }));
  }
  return told;
}
