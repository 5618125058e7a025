/** Whose a request for a code may be taken to be: the owner's, by the device that signed in last, or anybody's. */
import type { CodeLane } from '../domain/code-lock.ts';
import type { Database } from './database.ts';

interface Asker {
  readonly mobileHmac: Buffer;
  readonly deviceId: string;
  /** Null before sign-in. */
  readonly sessionId: string | null;
}

const LAST_DEVICE = `
select s.device_id from candidates c
  join sessions s on s.candidate_id = c.id
 where c.mobile_hmac = :mobileHmac
 order by s.created_at desc limit 1`;

/** The same statement for every number, known or not: how long it takes tells nothing (OTP-9). */
export async function laneOf(db: Database, { mobileHmac, deviceId, sessionId }: Asker): Promise<CodeLane> {
  const { rows } = await db.knex.raw<{ rows: { device_id: string }[] }>(LAST_DEVICE, { mobileHmac });
  return sessionId !== null || rows[0]?.device_id === deviceId ? 'own' : 'strangers';
}
