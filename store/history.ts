/** The history of a registration as its candidate may read it: what happened, when, in which round; never who. */
import type { Status } from '../domain/lifecycle.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Confirmation, FactType } from '../domain/registration.ts';
import type { Database } from './database.ts';
import type { RegistrationRow } from './registration-row.ts';

export interface HistoryItem {
  readonly at: Date;
  readonly fact: FactType;
  readonly round: number;
}

interface FactRow {
  registration_id: string;
  sequence: number;
  type: FactType;
  round: number;
  recorded_at: Date;
}

/** All facts, oldest first. The caller has checked whose registration it is. */
export async function listHistory(db: Database, registrationId: string): Promise<HistoryItem[]> {
  const rows = await db
    .knex<FactRow>('registration_facts')
    .select('type', 'round', 'recorded_at')
    .where({ registration_id: registrationId })
    .orderBy('sequence');
  return rows.map((row) => ({ at: row.recorded_at, fact: row.type, round: row.round }));
}

export interface Progress {
  /** How many facts there are: where a reader of events stands. */
  readonly facts: number;
  readonly status: Status;
  readonly revision: number;
  readonly round: number;
  readonly confirmation: Confirmation | null;
  readonly updatedAt: Date;
}

/** How far a registration has come. @throws Refusal `not-found` */
export async function readProgress(db: Database, registrationId: string): Promise<Progress> {
  const row = await db.knex<RegistrationRow>('registrations').where({ id: registrationId }).first();
  if (!row) throw new Refusal('not-found');
  const { sequence: facts, status, revision, round, confirmation, updated_at: updatedAt } = row;
  return { facts, status, revision, round, confirmation, updatedAt };
}
