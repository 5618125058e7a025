/** Candidates as the sign-in knows them: by their mobile line. */
import { v7 as uuidv7 } from 'uuid';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from './database.ts';

interface CandidateRow {
  id: string;
  mobile_sealed: Buffer;
  mobile_hmac: Buffer;
}

/** The candidate of a mobile (`+989…`), made on the first sign-in; locked until the transaction ends. */
export async function lockedCandidate(db: Database, mobile: string, mobileHmac: Buffer): Promise<string> {
  const id = uuidv7();
  const place = { table: 'candidates', column: 'mobile_sealed', row: id };
  await db
    .knex('candidates')
    .insert({ id, mobile_sealed: db.sealing.seal(place, mobile), mobile_hmac: mobileHmac })
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
  const place = { table: 'candidates', column: 'mobile_sealed', row: candidateId };
  return db.sealing.open(place, row.mobile_sealed).toString();
}
