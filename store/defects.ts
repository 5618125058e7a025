/** Defects on their way: proposed with a decision, open once the workflow returns the file, answered by the next submission. */
import type { Knex } from 'knex';
import type { Fact, Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';

/** The target of a rejection's note: no single item, the file as a whole. */
export const WHOLE_FILE = '/';

export const notePlace = (row: string) => ({ table: 'defects', column: 'note_sealed', row });

interface Moment {
  readonly registrationId: string;
  readonly at: Instant;
}

/** What a fact does to the defects of its registration. */
export async function moveDefects(db: Database, fact: Fact, { registrationId, at }: Moment): Promise<void> {
  const defects = db.knex('defects').where({ registration_id: registrationId });
  if (fact.type === 'returned') {
    await defects.whereIn('id', [...fact.defectIds]).update({ state: 'open', opened_at: new Date(at) });
  }
  if (fact.type === 'submitted') {
    await defects.where({ state: 'open' }).update({ state: 'answered', answered_at: new Date(at) });
  }
}

/** A defect as its candidate sees it. */
export interface DefectView {
  readonly id: string;
  readonly target: string;
  readonly reason: string;
  readonly whatToDo: string;
  readonly note: string | null;
  readonly since: Date;
}

interface DefectRow {
  id: string;
  registration_id: string;
  command_id: string;
  target: string;
  reason: string;
  note_sealed: Buffer | null;
  state: string;
  opened_at: Date | null;
  defect_reasons: readonly { code: string; whatToDo: string }[];
}

const rowsOf = (db: Database): Knex.QueryBuilder =>
  db
    .knex('defects')
    .join('registrations', 'registrations.id', 'defects.registration_id')
    .join('elections', 'elections.id', 'registrations.election_id')
    .orderBy('defects.id')
    .select('defects.*', 'elections.defect_reasons');

/** The defects that wait for the candidate, by registration, oldest first. */
export async function listOpenDefects(
  db: Database,
  registrationIds: readonly string[],
): Promise<Map<string, DefectView[]>> {
  const rows: DefectRow[] = await rowsOf(db)
    .where('defects.state', 'open')
    .whereIn('defects.registration_id', [...registrationIds]);
  return group(db, rows, 'registration_id');
}

/** What came with decisions, by command, oldest first; of a rejection the one «defect» of the whole file. */
export async function listDefectsOf(
  db: Database,
  commandIds: readonly string[],
): Promise<Map<string, DefectView[]>> {
  if (commandIds.length === 0) return new Map();
  return group(db, await rowsOf(db).whereIn('defects.command_id', [...commandIds]), 'command_id');
}

function group(
  db: Database,
  rows: readonly DefectRow[],
  by: 'registration_id' | 'command_id',
): Map<string, DefectView[]> {
  const groups = new Map<string, DefectView[]>();
  for (const row of rows) groups.set(row[by], [...(groups.get(row[by]) ?? []), shown(db, row)]);
  return groups;
}

function shown(db: Database, row: DefectRow): DefectView {
  const { id, target, reason, note_sealed: note } = row;
  return {
    ...{ id, target, reason },
    whatToDo: row.defect_reasons.find(({ code }) => code === reason)?.whatToDo ?? '',
    note: note === null ? null : db.sealing.open(notePlace(id), note).toString(),
    since: row.opened_at ?? new Date(0),
  };
}
