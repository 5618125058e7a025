/**
 * How every open registration hears of a moved window: commands written in short transactions, after the change itself
 * has been committed with a row that says how far the word has come. Whoever dies in between is relieved by the worker.
 */
import { v7 as newId } from 'uuid';
import { OPEN_STATUSES } from '../../domain/lifecycle.ts';
import type { Command } from '../../domain/registration.ts';
import { readClock } from './door.ts';
import { inTransaction, type Database } from '../database.ts';
import { shareWindow } from '../window-lock.ts';

/** So many rows take some tens of milliseconds, for which another change of the window has to wait. */
const CHUNK = 500;

interface ChangeRow {
  /** A bigint, which the driver gives as text. */
  number: string;
  election_id: string;
  closes_at: Date;
  staff_id: string;
  changed_at: Date;
  last_registration_id: string | null;
  reached: number;
  told_at: Date | null;
}

const changes = (db: Database) => db.knex<ChangeRow>('window_changes');

type NewChange = Pick<ChangeRow, 'election_id' | 'closes_at' | 'staff_id'>;

/** Notes, in the transaction of the change, that there is something to tell. Returns its number. */
export async function writeWindowChange(db: Database, change: NewChange): Promise<string> {
  const [row] = await db
    .knex('window_changes')
    .insert({ ...change, changed_at: new Date(await readClock(db)) })
    .returning<{ number: string }[]>('number');
  if (row === undefined) throw new Error('The change of the window was not written');
  return row.number;
}

/** Tells every registration that was open at the change, from where the word has come to; returns how many in all. */
export async function tellOfWindowChange(db: Database, number: string): Promise<number> {
  for (;;) {
    const { reached, told, electionId } = await tellSome(db, number);
    if (told) return reached;
    await db.failpoint?.('windowChange.after-chunk', electionId);
  }
}

/** Brings to an end what others have begun to tell; returns how many changes. */
export async function finishWindowChanges(db: Database): Promise<number> {
  const numbers: string[] = await changes(db).whereNull('told_at').orderBy('number').pluck('number');
  for (const number of numbers) await tellOfWindowChange(db, number);
  return numbers.length;
}

interface Progress {
  readonly electionId: string;
  readonly reached: number;
  readonly told: boolean;
}

async function tellSome(db: Database, number: string): Promise<Progress> {
  const known = await changes(db).where({ number }).first('election_id');
  if (known === undefined) throw new Error('The change of the window is unknown');
  const electionId = known.election_id;
  return inTransaction(db, async (tx) => {
    // While it is held no newer change can come between our look for one and our commands.
    await shareWindow(tx, electionId);
    const change = await changes(tx).where({ number }).forUpdate().first();
    if (change === undefined || change.told_at !== null) {
      return { electionId, reached: change?.reached ?? 0, told: true };
    }
    const newer = await changes(tx)
      .where({ election_id: electionId })
      .andWhere('number', '>', number)
      .first('number');
    // Whoever has not heard of this end needs not: the newer word goes to everybody.
    const ids = newer === undefined ? await nextRegistrations(tx, change) : [];
    await writeCommands(tx, change, ids);
    const told = ids.length < CHUNK;
    const reached = change.reached + ids.length;
    await changes(tx)
      .where({ number })
      .update({
        reached,
        last_registration_id: ids.at(-1) ?? change.last_registration_id,
        ...(told ? { told_at: tx.knex.fn.now() } : {}),
      });
    return { electionId, reached, told };
  });
}

/** Registrations that were opened later have the new end from the beginning. */
async function nextRegistrations(db: Database, change: ChangeRow): Promise<string[]> {
  const query = db
    .knex<{ id: string; election_id: string; status: string; created_at: Date }>('registrations')
    .where({ election_id: change.election_id })
    .whereIn('status', [...OPEN_STATUSES])
    .andWhere('created_at', '<=', change.changed_at)
    .orderBy('id')
    .limit(CHUNK)
    .forUpdate();
  if (change.last_registration_id !== null) void query.andWhere('id', '>', change.last_registration_id);
  return query.pluck('id');
}

/** Takes the next number of each registration, and writes the command under it; one statement for many rows. */
const WRITE = `
with taken as (
  update registrations set next_command_number = next_command_number + 1
   where id = any(:ids) returning id, next_command_number - 1 as number
), paired as (
  select * from unnest(:ids::uuid[], :commandIds::uuid[]) as pair (registration_id, command_id)
)
insert into commands
  (id, registration_id, number, kind, payload, actor_kind, actor_id, received_at, in_time, state)
select command_id, taken.id, number, 'windowChange', :payload, 'staff', :staffId, :at, true, 'accepted'
  from taken join paired on paired.registration_id = taken.id`;

async function writeCommands(db: Database, change: ChangeRow, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const command: Command = { kind: 'windowChange', closesAt: change.closes_at.getTime() };
  await db.knex.raw(WRITE, {
    ...{ ids, commandIds: ids.map(() => newId()), payload: JSON.stringify(command) },
    ...{ staffId: change.staff_id, at: new Date(await readClock(db)) },
  });
}
