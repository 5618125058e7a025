/**
 * The only way from the command log to the engine: the undelivered commands of one registration, in their order,
 * one sender at a time. API, panel and worker call the same function; what it cannot send stays in the log.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isFinal, ruling, type Status } from '../domain/lifecycle.ts';
import type { Command, Instant } from '../domain/registration.ts';
import type { CommandRow } from './commands/command.ts';
import { inTransaction, type Database } from './database.ts';
import { createGate, type Gate } from './delivery-gate.ts';
import { createLaggards } from './delivery-laggards.ts';
import type { RegistrationRow } from './registration-row.ts';

export interface CommandToSend {
  readonly id: string;
  readonly registrationId: string;
  readonly number: number;
  readonly command: Command;
  readonly receivedAt: Instant;
  readonly governorate: string;
  readonly governorateName: string;
  readonly electionId: string;
}

/** The port to the engine; built in one line over platform/temporal-client by workflows/protocol.ts. */
export interface CommandSender {
  /** Throws for any other reason than these; it concerns this command alone. */
  send(command: CommandToSend, signal: AbortSignal): Promise<Sending>;
}

/**
 * `closed`: the workflow has ended and takes no more. `busy`: it takes nothing at this moment, for instance because a
 * new run begins. `away`: the engine cannot be reached, or has not answered before the signal.
 */
export type Sending = 'sent' | 'closed' | 'busy' | 'away';

export interface Delivery {
  /** Sends what is undelivered of one registration, in order. Never throws; false when something had to stay. */
  deliver(registrationId: string, options: { readonly deadlineMs: number }): Promise<boolean>;
  /** Sends everything that is undelivered; returns how many registrations it tried. */
  redeliver(): Promise<number>;
}

interface DeliveryOptions {
  /** Told of every failure; messages of the engine's client hold no personal data. */
  readonly onFailure?: (error: unknown) => void;
}

/** The re-deliverer has no caller who waits, and the engine may be slow under load. */
const REDELIVERY_DEADLINE_MS = 5_000;
const REDELIVERY_BATCH = 500;

export function createDelivery(db: Database, sender: CommandSender, options: DeliveryOptions = {}): Delivery {
  const gate = createGate();
  const laggards = createLaggards();
  const send = (command: CommandToSend, deadline: AbortSignal) =>
    sendPatiently(sender, gate, { command, deadline });

  const deliver = async (registrationId: string, deadlineMs: number): Promise<boolean> => {
    const deadline = AbortSignal.timeout(deadlineMs);
    try {
      await gate.pass(deadline, () =>
        inTransaction(db, (tx) => sendAll(tx, send, { registrationId, deadline, deadlineMs })),
      );
      laggards.remove(registrationId);
      return true;
    } catch (error) {
      if (error instanceof Untaken) laggards.add(registrationId);
      options.onFailure?.(error);
      return false;
    }
  };

  return {
    deliver: (registrationId, { deadlineMs }) => deliver(registrationId, deadlineMs),
    async redeliver() {
      const ids = await listUndelivered(db, laggards.resting());
      await Promise.all(ids.map((id) => deliver(id, REDELIVERY_DEADLINE_MS)));
      return ids.length;
    },
  };
}

/** The engine is there, but takes the command of this one registration not: an operator may have to look. */
class Untaken extends Error {
  override readonly name = 'Untaken';
}

const BUSY_PAUSE_MS = 50;

interface Parcel {
  readonly command: CommandToSend;
  readonly deadline: AbortSignal;
}

/** Until the deadline when the workflow is only busy. Throws Untaken for what concerns this registration alone. */
async function sendPatiently(
  sender: CommandSender,
  gate: Gate,
  { command, deadline }: Parcel,
): Promise<'sent' | 'closed'> {
  for (;;) {
    const answer = await sender.send(command, deadline).catch((cause: unknown) => {
      gate.answered();
      throw new Untaken('The engine does not take a command', { cause });
    });
    if (answer === 'away') {
      gate.silent();
      throw new Error('The engine is away; the log keeps the command');
    }
    gate.answered();
    if (answer !== 'busy') return answer;
    await delay(BUSY_PAUSE_MS, undefined, { signal: deadline }).catch((cause: unknown) => {
      throw new Untaken('The workflow is busy', { cause });
    });
  }
}

/** Registrations with undelivered commands, the longest waiting first. */
async function listUndelivered(db: Database, except: readonly string[]): Promise<string[]> {
  return db
    .knex<CommandRow>('commands')
    .where({ state: 'accepted' })
    .whereRaw('registration_id <> all(:except::uuid[])', { except })
    .groupBy('registration_id')
    .orderByRaw('min(received_at)')
    .limit(REDELIVERY_BATCH)
    .pluck('registration_id');
}

type Send = (command: CommandToSend, deadline: AbortSignal) => Promise<'sent' | 'closed'>;

interface Errand {
  readonly registrationId: string;
  readonly deadline: AbortSignal;
  readonly deadlineMs: number;
}

/** Under the registration's advisory lock, which the transaction gives back; stops at the first failure. */
async function sendAll(db: Database, send: Send, errand: Errand): Promise<void> {
  const { registrationId, deadline, deadlineMs } = errand;
  await db.knex.raw(
    `select set_config('lock_timeout', ?, true), pg_advisory_xact_lock(hashtextextended(?, 1))`,
    [String(Math.ceil(deadlineMs)), registrationId],
  );
  for (const parcel of await listParcels(db, registrationId)) {
    deadline.throwIfAborted();
    if (isFinal(parcel.status)) {
      await refuseUnsent(db, parcel, parcel.status);
      continue;
    }
    await db.failpoint?.('deliver.before-signal', registrationId, parcel.kind);
    const answer = await send(toSend(parcel), deadline);
    await db.failpoint?.('deliver.after-signal', registrationId, parcel.kind);
    if (answer === 'sent') await markDelivered(db, parcel);
    else await refuseAfterTheEnd(db, parcel);
  }
}

/** A command with what its addressee has to know of the registration. */
interface ParcelRow extends CommandRow, Pick<RegistrationRow, 'governorate' | 'election_id'> {
  readonly status: Status;
  readonly governorate_name: string;
}

/** The undelivered commands in their order. */
async function listParcels(db: Database, registrationId: string): Promise<ParcelRow[]> {
  return db
    .knex('commands as c')
    .join('registrations as r', 'r.id', 'c.registration_id')
    .join('divisions as d', 'd.code', 'r.governorate')
    .where({ 'c.registration_id': registrationId, 'c.state': 'accepted' })
    .orderBy('c.number')
    .select<ParcelRow[]>('c.*', 'r.status', 'r.governorate', 'r.election_id', 'd.name as governorate_name');
}

function toSend(row: ParcelRow): CommandToSend {
  return {
    id: row.id,
    registrationId: row.registration_id,
    number: row.number,
    command: row.payload as Command,
    receivedAt: row.received_at.getTime(),
    governorate: row.governorate,
    governorateName: row.governorate_name,
    electionId: row.election_id,
  };
}

/** The workflow may have decided it already; then its outcome stands. */
async function markDelivered(db: Database, { id }: CommandRow): Promise<void> {
  await db
    .knex<CommandRow>('commands')
    .where({ id, state: 'accepted' })
    .update({ state: 'delivered', delivered_at: db.knex.fn.now() });
}

/** The workflow ended between our look at the status and the signal; the row of the registration says how. */
async function refuseAfterTheEnd(db: Database, command: CommandRow): Promise<void> {
  const registration = await db
    .knex<RegistrationRow>('registrations')
    .where({ id: command.registration_id })
    .first('status');
  if (registration === undefined || !isFinal(registration.status)) {
    throw new Untaken('The workflow has ended, but its registration is open; an operator has to look');
  }
  await refuseUnsent(db, command, registration.status);
}

/** Nobody can move a closed registration; the law says with which word. */
async function refuseUnsent(db: Database, command: CommandRow, status: Status): Promise<void> {
  const code = ruling(status, command.kind);
  await db
    .knex<CommandRow>('commands')
    .where({ id: command.id })
    .whereIn('state', ['accepted', 'delivered'])
    .update({
      state: 'refused',
      code: code === 'legal' ? 'not-your-move' : code,
      decided_at: db.knex.fn.now(),
    });
  await db.knex.raw(`select pg_notify('command_outcome', ?)`, [command.id]);
}
