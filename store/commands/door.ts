/**
 * The door that every command comes through: one transaction that locks the registration's row, reads the time
 * under that lock, asks the law, and writes the row. When it commits, the command is accepted and cannot be lost.
 */
import { v7 as newId } from 'uuid';
import {
  deadline,
  decide,
  fold,
  type Command,
  type Instant,
  type Registration,
} from '../../domain/registration.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { RefusalCode } from '../../domain/refusals.ts';
import { inTransaction, type Database } from '../database.ts';
import { RULES_VERSION } from '../election-rules.ts';
import { bindKey, findEffect, releaseKey } from '../idempotency.ts';
import { stateOf, type RegistrationRow } from '../registration-row.ts';
import { heldWindow, WINDOW_SPACE, type HeldWindow, type WindowRow } from '../window-lock.ts';
import { commandView, findCommand, type Actor, type CommandView, type Idempotency } from './command.ts';

export const COMMAND_EFFECT = 'command';

/** What a command finds behind the door: the locked row, the time, and where the log leads to. */
export interface Ground extends HeldWindow {
  readonly commandId: string;
  readonly row: RegistrationRow;
  /** The state after the commands that are accepted and not yet decided: what this one will meet. */
  readonly state: Registration;
  /** Until when the candidate may act, by the election's window as it is now; null while the move is not theirs. */
  readonly deadline: Instant | null;
  /** By the database's clock, under the lock. */
  readonly receivedAt: Instant;
  /** Of the election, for `rulesOf`. */
  readonly rulesVersion: string;
}

interface Accepted {
  readonly command: Command;
  readonly result?: unknown;
  /** Writes down what is accepted with the command, in the same transaction, once its row exists. */
  readonly freeze?: () => Promise<unknown>;
}

/** A command that came too late: its row is kept as evidence, its key is free again, and the caller is refused. */
interface Late {
  readonly late: Command;
}

interface Visit {
  readonly registrationId: string;
  /** Whose registration it has to be; null for staff, bank and system, who are checked elsewhere. */
  readonly candidateId: string | null;
  readonly actor: Actor;
  readonly idempotency: Idempotency;
}

/**
 * Runs `consider` at the door and writes the command that it returns.
 * The same key gives back the command that it made before. Refuses `not-found`, `idempotency-key-reused`, what
 * `consider` throws, and `window-closed` for what is late.
 */
export async function enter(
  db: Database,
  visit: Visit,
  consider: (ground: Ground, db: Database) => Promise<Accepted | Late>,
): Promise<CommandView> {
  const passed = await inTransaction(db, async (tx) => {
    const commandId = newId();
    const row = await lockRow(tx, visit, commandId);
    if (row === undefined) return { view: await madeBefore(tx, visit.idempotency, commandId), late: false };
    const ground = await groundOf(tx, row, commandId);
    const outcome = await consider(ground, tx);
    const late = 'late' in outcome;
    if (late) await releaseKey(tx, visit.idempotency);
    const view = await writeCommand(tx, {
      ground,
      actor: visit.actor,
      ...(late ? { command: outcome.late, refusal: 'window-closed' as const } : outcome),
    });
    if (!late) await outcome.freeze?.();
    await tx.failpoint?.('accept.before-commit', visit.registrationId, view.kind);
    return { view, late };
  });
  await db.failpoint?.('accept.after-commit', visit.registrationId, passed.view.kind);
  if (passed.late) throw new Refusal('window-closed');
  return passed.view;
}

/** Binds the key to this command, or finds the command that it is bound to. */
export async function repeatedCommand(
  db: Database,
  idempotency: Idempotency,
  commandId: string,
): Promise<CommandView | undefined> {
  const bound = await bindKey(db, idempotency, { effect: COMMAND_EFFECT, effectId: commandId });
  return bound.repeated ? madeBefore(db, idempotency, commandId) : undefined;
}

/** The command that the key was bound to before; when it is bound to ours, it is the registration that is not there. */
async function madeBefore(db: Database, idempotency: Idempotency, commandId: string): Promise<CommandView> {
  const bound = await findEffect(db, idempotency, COMMAND_EFFECT);
  if (bound === commandId) throw new Refusal('not-found');
  const command = bound === undefined ? undefined : await findCommand(db, bound, null);
  if (command === undefined) throw new Refusal('request-in-flight');
  return command;
}

/** Refuses what the law forbids in the state that the log leads to; to be late is for the caller to say. */
export function heedTheLaw({ state, receivedAt }: Ground, command: Command): void {
  const { refusal } = decide(state, command, receivedAt);
  if (refusal !== null && refusal !== 'window-closed') throw new Refusal(refusal);
}

/** The database's clock now, in whole milliseconds; a statement of its own, so that no wait for a lock falls into it. */
export async function readClock(db: Database): Promise<Instant> {
  const { rows } = await db.knex.raw<{ rows: { at: Date }[] }>('select clock_timestamp() as at');
  if (rows[0] === undefined) throw new Error('The database has no clock');
  return rows[0].at.getTime();
}

/**
 * Binds the key, holds the window and locks the row, in this order, which is everybody's: each part reads from the one
 * before. Undefined when the key was bound before, or when there is no such registration.
 */
const LOCKED = `
with bound as (
  insert into idempotency_keys (scope, key, body_hash, effect, effect_id)
  values (:scope, :key, :bodyHash, :effect, :commandId) on conflict (scope, key) do nothing
  returning effect_id
), held as materialized (
  select r.id, pg_advisory_xact_lock_shared(hashtextextended(r.election_id::text, ${WINDOW_SPACE}))
    from bound, registrations r
   where r.id = :registrationId and r.candidate_id = coalesce(:candidateId::uuid, r.candidate_id)
)
select r.* from held join registrations r on r.id = held.id for update of r`;

/** A statement of its own after the locks: it sees what others committed before, and its time holds no waiting. */
const FOUND = `
select clock_timestamp() as at, time_zone, opens_at, closes_at, daily_from, daily_to, ${RULES_VERSION},
       (select coalesce(json_agg(json_build_object('payload', payload, 'received_at', received_at) order by number), '[]')
          from commands where registration_id = :registrationId and state in ('accepted', 'delivered')) as undecided
  from elections join election_windows on election_windows.election_id = elections.id
 where elections.id = :electionId and election_windows.kind = 'registration'`;

interface Found extends WindowRow {
  readonly at: Date;
  readonly rules_version: string;
  readonly undecided: readonly { readonly payload: Command; readonly received_at: string }[];
}

async function lockRow(db: Database, visit: Visit, commandId: string): Promise<RegistrationRow | undefined> {
  const { registrationId, candidateId, idempotency } = visit;
  const { rows } = await db.knex.raw<{ rows: RegistrationRow[] }>(LOCKED, {
    ...{ registrationId, candidateId, commandId, effect: COMMAND_EFFECT },
    ...{ scope: idempotency.scope, key: idempotency.key, bodyHash: idempotency.bodyHash },
  });
  return rows[0];
}

async function groundOf(db: Database, row: RegistrationRow, commandId: string): Promise<Ground> {
  const { rows } = await db.knex.raw<{ rows: Found[] }>(FOUND, {
    registrationId: row.id,
    electionId: row.election_id,
  });
  const [found] = rows;
  if (found === undefined) throw new Refusal('not-found');
  const state = found.undecided.reduce(foresee, stateOf(row));
  const election = heldWindow(found);
  const until = deadline({ ...state, closesAt: election.window.closesAt });
  const receivedAt = found.at.getTime();
  return {
    ...{ commandId, row, state, deadline: until, receivedAt },
    ...election,
    rulesVersion: found.rules_version,
  };
}

/** What an undecided command will do: the same rules decide it in the workflow. */
function foresee(state: Registration, { payload, received_at }: Found['undecided'][number]): Registration {
  return decide(state, payload, Date.parse(received_at)).facts.reduce(fold, state);
}

interface NewCommand extends Pick<Accepted, 'command' | 'result'> {
  readonly ground: Pick<Ground, 'commandId' | 'receivedAt'> & {
    readonly row: Pick<RegistrationRow, 'id' | 'next_command_number'>;
  };
  readonly actor: Actor;
  readonly refusal?: RefusalCode;
}

/** Writes the row under the next number of its registration. A refused one is evidence that somebody was late. */
export async function writeCommand(
  db: Database,
  { ground, actor, ...accepted }: NewCommand,
): Promise<CommandView> {
  const { row, commandId, receivedAt } = ground;
  const at = new Date(receivedAt);
  const { command, result, refusal } = accepted;
  const written = {
    id: commandId,
    registration_id: row.id,
    number: row.next_command_number,
    kind: command.kind,
    actor_kind: actor.kind,
    actor_id: actor.id,
    received_at: at,
    in_time: refusal === undefined,
    state: refusal === undefined ? ('accepted' as const) : ('refused' as const),
    code: refusal ?? null,
    decided_at: refusal === undefined ? null : at,
  };
  const numbered = db
    .knex<RegistrationRow>('registrations')
    .where({ id: row.id })
    .update({ next_command_number: row.next_command_number + 1 });
  await db.knex
    .with('numbered', numbered)
    .insert({
      ...written,
      payload: JSON.stringify(command),
      result: result === undefined ? null : JSON.stringify(result),
    })
    .into('commands');
  return commandView({ ...written, payload: command, delivered_at: null, result: result ?? null });
}
