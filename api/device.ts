import type { Database } from '../store/database.ts';

/**
 * What an app calls the device that it runs on, as it is kept: a keyed hash. The contract asks for no more than a
 * lasting text, and apps have been known to take the number of the telephone for it.
 */
export function keptDeviceId(db: Database, id: string): string {
  return db.sealing.fingerprint('device', id).toString('base64url');
}
