/** Candidates as the sign-in knows them: by their mobile line. */
import { v7 as uuidv7 } from 'uuid';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from './database.ts';

/** Both columns are null for a candidate whose number another one has taken over: nobody can sign in as them. */
export interface CandidateRow {
  id: string;
  mobile_sealed: Buffer | null;
  mobile_hmac: Buffer | null;
}

export const candidatePlace = (row: string) => ({ table: 'candidates', column: 'mobile_sealed', row });

/** The candidate of a mobile (`+989…`), made on the first sign-in; locked until the transaction ends. */
export async function lockedCandidate(db: Database, mobile: string, mobileHmac: Buffer): Promise<string> {
  const id = uuidv7();
  await db
    .knex('candidates')
    .insert({ id, mobile_sealed: db.sealing.seal(candidatePlace(id), mobile), mobile_hmac: mobileHmac })
    .onConflict('mobile_hmac')
    .ignore();
  const row = await db
    .knex<CandidateRow>('candidates')
    .select('id')
    .where({ mobile_hmac: mobileHmac })
    .forUpdate()
    .first();
  if (!row) throw new Refusal('unavailable');
  return row.id;
}

/** The mobile of a candidate, `+989…`. */
export async function getMobile(db: Database, candidateId: string): Promise<string> {
  const row = await db
    .knex<CandidateRow>('candidates')
    .select('mobile_sealed')
    .where({ id: candidateId })
    .first();
  if (!row) throw new Refusal('not-found');
  if (row.mobile_sealed === null) throw new Refusal('session-expired');
  return mobileOf(db, { id: candidateId, mobile_sealed: row.mobile_sealed });
}

interface WithMobile {
  readonly id: string;
  readonly mobile_sealed: Buffer;
}

export function mobileOf({ sealing }: Database, { id, mobile_sealed: sealed }: WithMobile): string {
  return sealing.open(candidatePlace(id), sealed).toString();
}
