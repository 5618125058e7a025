/** Headquarters moves the end of an election's registration window, while registrations run (DESIGN §2.10). */
import { Refusal } from '../domain/refusal.ts';
import { writeAudit } from './audit.ts';
import { tellOfWindowChange, writeWindowChange } from './commands.ts';
import { inTransaction, type Database } from './database.ts';
import { ownWindow } from './window-lock.ts';
import { isUuid } from './worklist.ts';

export interface WindowChange {
  readonly electionId: string;
  readonly closesAt: Date;
  /** Why, for the audit: the order that extends or shortens it. */
  readonly reason: string;
  readonly staffId: string;
}

/**
 * Moves the window, and then tells every open registration of the election; returns how many. The new end counts for
 * everybody as soon as it is committed; of the rest the worker does what we cannot finish.
 * Refuses `not-found` for an unknown election and `request-invalid` for an end before the beginning.
 */
export async function changeWindow(db: Database, change: WindowChange): Promise<number> {
  if (!isUuid(change.electionId)) throw new Refusal('not-found');
  const number = await inTransaction(db, (tx) => moveEnd(tx, change));
  await db.failpoint?.('windowChange.after-commit', change.electionId);
  return tellOfWindowChange(db, number);
}

/** All that has to happen while nobody is at a door. */
async function moveEnd(
  db: Database,
  { electionId, closesAt, staffId, reason }: WindowChange,
): Promise<string> {
  await ownWindow(db, electionId);
  const windows = () => db.knex('election_windows').where({ election_id: electionId, kind: 'registration' });
  const window = await windows().first<{ opens_at: Date; closes_at: Date } | undefined>(
    'opens_at',
    'closes_at',
  );
  if (!window) throw new Refusal('not-found');
  if (closesAt <= window.opens_at) throw beforeOpening();
  await windows().update({ closes_at: closesAt });
  await writeAudit(db, {
    actor: { kind: 'staff', id: staffId },
    action: 'window-changed',
    subject: { kind: 'election', id: electionId },
    governorate: null,
    detail: { from: window.closes_at.toISOString(), to: closesAt.toISOString(), reason },
  });
  return writeWindowChange(db, { election_id: electionId, closes_at: closesAt, staff_id: staffId });
}

function beforeOpening(): Refusal {
  const message = 'پایان مهلت باید پس از آغاز آن باشد.';
  return new Refusal('request-invalid', {
    errors: [{ pointer: '/closesAt', code: 'before-opening', message }],
  });
}
