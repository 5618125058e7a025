/** A registration as its candidate sees it, and as anybody may who holds its preliminary code. */
import type { Mover, Status } from '../domain/lifecycle.ts';
import { moverOf, type Confirmation } from '../domain/registration.ts';
import { triesLeft } from '../domain/card-guard.ts';
import { Refusal } from '../domain/refusal.ts';
import { listWrongEntries } from './card-tries.ts';
import { readConstituencies, type Constituency } from './constituencies.ts';
import type { Database } from './database.ts';
import { listOpenDefects, type DefectView } from './defects.ts';
import type { RegistrationRow } from './registration-row.ts';

export interface RegistrationView {
  readonly id: string;
  readonly status: Status;
  readonly whoseMove: Mover;
  readonly revision: number;
  readonly round: number;
  /** Whether the last submission was confirmed by a code, or waits for one; null before the first. */
  readonly confirmation: Confirmation | null;
  readonly electionId: string;
  readonly constituency: Constituency;
  readonly identity: {
    readonly line: RegistrationRow['line'];
    readonly card: RegistrationRow['card'];
    /** Why the line, the person or the card was refused, else why an answer takes longer; null otherwise. */
    readonly reason: string | null;
    /** How it was proven; null as long as it is not. */
    readonly way: RegistrationRow['identity_way'];
    /** Wrong passwords that the card that was tried last can take before it rests until the next day. */
    readonly triesLeft: number;
  };
  readonly preliminaryCode: string | null;
  readonly deadline: Date | null;
  readonly openDefects: readonly DefectView[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface ViewRow extends RegistrationRow {
  time_zone: string;
}

/** Refuses `not-found`, also for somebody else's. */
export async function getRegistration(
  db: Database,
  id: string,
  candidateId: string,
): Promise<RegistrationView> {
  const [view] = await readViews(db, { candidateId, id });
  if (view === undefined) throw new Refusal('not-found');
  return view;
}

/** All of a candidate, newest first. */
export function listRegistrations(db: Database, candidateId: string): Promise<RegistrationView[]> {
  return readViews(db, { candidateId });
}

interface Wanted {
  readonly candidateId: string;
  readonly id?: string;
}

async function readViews(db: Database, { candidateId, id }: Wanted): Promise<RegistrationView[]> {
  const query = db
    .knex('registrations')
    .join('elections', 'elections.id', 'registrations.election_id')
    .where({ candidate_id: candidateId })
    .orderBy('registrations.id', 'desc')
    .select('registrations.*', 'elections.time_zone');
  if (id !== undefined) void query.where('registrations.id', id);
  const rows = (await query) as ViewRow[];
  if (rows.length === 0) return [];
  const constituencies = await readConstituencies(
    db,
    rows.map((row) => row.constituency_id),
  );
  const returned = rows.filter((row) => row.round > 0).map((row) => row.id);
  const defects = returned.length === 0 ? undefined : await listOpenDefects(db, returned);
  const tried = rows.some(({ card }) => card !== 'none' && card !== 'confirmed');
  const wrongEntries = tried ? await listWrongEntries(db, candidateId) : undefined;
  const now = Date.now();
  return rows.map((row) => ({
    ...viewOf(row),
    constituency: need(constituencies.get(row.constituency_id)),
    identity: {
      line: row.line,
      card: row.card,
      way: row.identity_way,
      reason: identityReason(row),
      triesLeft: triesLeft(wrongEntries?.get(row.id) ?? [], { now, timeZone: row.time_zone }),
    },
    openDefects: defects?.get(row.id) ?? [],
  }));
}

/** What was refused goes before what only takes longer; a card does not matter any more to whom it was proven without. */
function identityReason(row: RegistrationRow): string | null {
  const refused = [row.line === 'refused' && row.line_reason, row.person === 'refused' && row.person_reason];
  const ofCard = row.identity_way === null ? row.card_reason : null;
  return refused.find(Boolean) || ofCard || row.line_reason || row.person_reason || null;
}

function viewOf(row: RegistrationRow) {
  return {
    id: row.id,
    status: row.status,
    whoseMove: moverOf(row),
    revision: row.revision,
    round: row.round,
    confirmation: row.confirmation,
    electionId: row.election_id,
    preliminaryCode: row.preliminary_code,
    deadline: row.deadline,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function need<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('A registration without its constituency');
  return value;
}

export interface PublicStatus {
  readonly status: Status;
  readonly whoseMove: Mover;
  readonly updatedAt: Date;
}

/** What anybody may know who holds the preliminary code. */
export async function findPublicStatus(db: Database, code: string): Promise<PublicStatus | undefined> {
  const row = await db
    .knex<RegistrationRow>('registrations')
    .where({ preliminary_code: code })
    .first('status', 'confirmation', 'updated_at');
  return row && { status: row.status, whoseMove: moverOf(row), updatedAt: row.updated_at };
}
