/**
 * Sessions of staff. A session exists only after a sign-in, each sign-in makes a new one, and the database holds no
 * more than the hash of its token: there is nothing to fix before and nothing to steal from a backup (ADM-2).
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from './database.ts';
import type { Staff } from './staff.ts';

/** A clerk who leaves the desk is signed out; nobody works longer than a day on one password. */
export const SESSION_IDLE_SECONDS = 30 * 60;
export const SESSION_LIFE_SECONDS = 8 * 3600;

/** The last sight of a session is noted this often, not at each of a page's ten requests. */
const TOUCH_AFTER_SECONDS = 60;

const TOKEN_BYTES = 32;

interface SessionRow extends Staff {
  readonly token_hash: Buffer;
  readonly last_seen_at: Date;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Opens a session and returns its token, the only copy. Sessions that have run out are swept on the way. */
export async function openStaffSession({ knex }: Database, staffId: string, now: Date): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await knex('staff_sessions')
    .where('last_seen_at', '<=', before(now, SESSION_IDLE_SECONDS))
    .orWhere('created_at', '<=', before(now, SESSION_LIFE_SECONDS))
    .delete();
  await knex('staff_sessions').insert({
    token_hash: hashOf(token),
    staff_id: staffId,
    created_at: now,
    last_seen_at: now,
  });
  return token;
}

/**
 * Whose session this is, read with the present row of the member of staff, so that a disabled account or a changed
 * role takes effect at the next click (ADM-6); undefined when it has run out or its owner is disabled.
 */
export async function findStaffSession(
  { knex }: Database,
  token: string,
  now: Date,
): Promise<Staff | undefined> {
  const hash = hashOf(token);
  const row = await knex('staff_sessions as s')
    .join('staff as p', 'p.id', 's.staff_id')
    .where('s.token_hash', hash)
    .where('s.last_seen_at', '>', before(now, SESSION_IDLE_SECONDS))
    .where('s.created_at', '>', before(now, SESSION_LIFE_SECONDS))
    .whereNull('p.disabled_at')
    .first<SessionRow | undefined>('p.id', 'p.email', 'p.name', 'p.role', 'p.governorate', 's.last_seen_at');
  if (!row) return undefined;
  if (row.last_seen_at <= before(now, TOUCH_AFTER_SECONDS)) {
    await knex('staff_sessions').where({ token_hash: hash }).update({ last_seen_at: now });
  }
  const { id, email, name, role, governorate } = row;
  return { id, email, name, role, governorate };
}

export async function endStaffSession({ knex }: Database, token: string): Promise<void> {
  await knex('staff_sessions')
    .where({ token_hash: hashOf(token) })
    .delete();
}

function before(now: Date, seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000);
}
