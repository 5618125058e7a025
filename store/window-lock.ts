/**
 * The lock of an election's window: doors share it, a change has it alone for a moment. An advisory lock, because its
 * queue is fair; with row locks a change waits for ever while doors come and go, and every door writes to the row.
 */
import type { ElectionWindow } from '../domain/window.ts';
import type { Database } from './database.ts';

/** Tells this use of advisory locks from others. */
export const WINDOW_SPACE = 2;

/** Until this transaction ends the window stays as it is. */
export async function shareWindow(db: Database, electionId: string): Promise<void> {
  await db.knex.raw('select pg_advisory_xact_lock_shared(hashtextextended(?, ?))', [
    electionId,
    WINDOW_SPACE,
  ]);
}

/** Until this transaction ends nobody is at a door of this election. */
export async function ownWindow(db: Database, electionId: string): Promise<void> {
  await db.knex.raw('select pg_advisory_xact_lock(hashtextextended(?, ?))', [electionId, WINDOW_SPACE]);
}

/** What a statement has to select that reads the window. */
export interface WindowRow {
  time_zone: string;
  opens_at: Date;
  closes_at: Date;
  daily_from: string | null;
  daily_to: string | null;
}

export interface HeldWindow {
  readonly window: ElectionWindow;
  readonly timeZone: string;
}

/**
 * The window as it stands, locked against a change until we are through; undefined for an unknown election. Always
 * taken before the lock of a registration's row, so that a door and the word of a change cannot wait for each other.
 */
export async function holdWindow(db: Database, electionId: string): Promise<HeldWindow | undefined> {
  await shareWindow(db, electionId);
  const row = await db
    .knex('elections')
    .join('election_windows', 'election_windows.election_id', 'elections.id')
    .where({ 'elections.id': electionId, 'election_windows.kind': 'registration' })
    .first<WindowRow | undefined>('time_zone', 'opens_at', 'closes_at', 'daily_from', 'daily_to');
  return row && heldWindow(row);
}

export function heldWindow(row: WindowRow): HeldWindow {
  return {
    timeZone: row.time_zone,
    window: {
      opensAt: row.opens_at.getTime(),
      closesAt: row.closes_at.getTime(),
      dailyFrom: row.daily_from,
      dailyTo: row.daily_to,
    },
  };
}
