/** Sessions of candidates, from the first request after the sign-in to their end. */
import { createHash, createHmac } from 'node:crypto';
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import { tryCode } from './code-attempts.ts';
import { inTransaction, type Database } from './database.ts';

const SESSION_IDLE_MS = 30 * 60_000;
/** How exactly "last seen" is kept: a write per request would cost more than it tells. */
const LAST_SEEN_STEP_MS = 60_000;
/** A confirmation by code counts this long for what asks for a fresh one (SES-5). */
const FRESH_CODE_MS = 10 * 60_000;

export type DeviceKind = 'android' | 'windows' | 'web' | 'api';

export interface Device {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly name: string;
}

/** Who is signed in, and on what. */
export interface Session {
  readonly id: string;
  readonly candidateId: string;
  readonly device: Device;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly confirmedAt: Date;
  /** It goes on under another token, and this one is good for the repeat of the request that changed it (SES-6). */
  readonly rotated: boolean;
}

export interface SessionRow {
  id: string;
  candidate_id: string;
  code_id: string;
  token_hash: Buffer;
  device_id: string;
  device_kind: DeviceKind;
  device_name: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  confirmed_at: Date;
  ended_at: Date | null;
  ended_by: 'sign-out' | 'replaced' | 'mobile-change' | null;
  replaced_by: string | null;
}

/**
 * Derived from the session's id under a key that the database does not have, so that the repeat of a request gives the
 * same token and the database keeps only its SHA-256 (SES-1).
 */
export function tokenOf(sessionKey: Buffer, sessionId: string): string {
  return createHmac('sha256', sessionKey).update(sessionId).digest('base64url');
}

/** What the database keeps of a token (SES-1). */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function session(row: SessionRow): Session {
  return {
    id: row.id,
    candidateId: row.candidate_id,
    device: { id: row.device_id, kind: row.device_kind, name: row.device_name },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    confirmedAt: row.confirmed_at,
    rotated: row.ended_by === 'mobile-change',
  };
}

/** Whether its time is over, whoever asks: twelve hours in all, half an hour without use. */
export function isOver(row: SessionRow, now: Instant): boolean {
  return row.expires_at.getTime() <= now || row.last_seen_at.getTime() + SESSION_IDLE_MS <= now;
}

/** A session, and whether the registration that the request names belongs to its candidate. */
export interface Caller {
  readonly session: Session;
  readonly isOwner: boolean;
}

interface Claim {
  readonly token: string;
  /** The registration that the request is about; null for none. */
  readonly registrationId: string | null;
  /** Whether the request is a use of the session, and puts its idle end off. */
  readonly isUse: boolean;
  /** Whether it may be the repeat of a request that took its own token out of use. */
  readonly mayBeRotated?: boolean;
}

/** A client whose answer was lost asks again within seconds. */
const ROTATED_MS = 10 * 60_000;

function isRepeat({ ended_by: by, ended_at: at }: SessionRow, now: Instant): boolean {
  return by === 'mobile-change' && at !== null && at.getTime() + ROTATED_MS > now;
}

/**
 * The live session of a token.
 * @throws Refusal `sign-in-required` for a token that we did not give, `session-expired`, or `session-replaced` with
 * the device that took over.
 */
export async function getSession(db: Database, token: string, now: Instant): Promise<Session> {
  return (await getCaller(db, { token, registrationId: null, isUse: true }, now)).session;
}

/** The same, with one more question answered in the same statement. Throws what `getSession` throws. */
export async function getCaller(
  db: Database,
  { token, registrationId, isUse, mayBeRotated = false }: Claim,
  now: Instant,
): Promise<Caller> {
  const own = db
    .knex('registrations')
    .where({ id: registrationId })
    .whereRaw('registrations.candidate_id = sessions.candidate_id');
  const row = await db
    .knex('sessions')
    .where({ token_hash: hashOf(token) })
    .first<(SessionRow & { is_owner: boolean }) | undefined>(
      'sessions.*',
      db.knex.raw('exists(?) as is_owner', [own]),
    );
  if (!row) throw new Refusal('sign-in-required');
  if (row.ended_by === 'replaced') throw new Refusal('session-replaced', await replacement(db, row));
  if (mayBeRotated && isRepeat(row, now)) return { session: session(row), isOwner: row.is_owner };
  if (row.ended_at !== null || isOver(row, now)) throw new Refusal('session-expired');
  if (isUse && row.last_seen_at.getTime() + LAST_SEEN_STEP_MS <= now) {
    await db
      .knex('sessions')
      .where({ id: row.id, ended_at: null })
      .update({ last_seen_at: new Date(now) });
  }
  return { session: session(row), isOwner: row.is_owner };
}

async function replacement(
  db: Database,
  row: SessionRow,
): Promise<{ device?: { kind: string; name: string; since: string } }> {
  const by = row.replaced_by
    ? await db.knex<SessionRow>('sessions').where({ id: row.replaced_by }).first()
    : undefined;
  if (!by) return {};
  return { device: { kind: by.device_kind, name: by.device_name, since: by.created_at.toISOString() } };
}

/** Whether a session that a request came with is still the candidate's; for what goes on after the request. */
export async function isLive(db: Database, sessionId: string, now: Instant): Promise<boolean> {
  const row = await db.knex<SessionRow>('sessions').where({ id: sessionId }).first();
  return row !== undefined && row.ended_at === null && !isOver(row, now);
}

/** Signs out; the next request with this token is refused. */
export async function endSession(db: Database, sessionId: string, now: Instant): Promise<void> {
  await db
    .knex('sessions')
    .where({ id: sessionId, ended_at: null })
    .update({ ended_at: new Date(now), ended_by: 'sign-out' });
}

/** Whether this session was confirmed by a code so recently that none has to be asked for. */
export function isFresh({ confirmedAt }: Session, now: Instant): boolean {
  return now - confirmedAt.getTime() < FRESH_CODE_MS;
}

export type ConfirmedPurpose = 'submission' | 'withdrawal' | 'mobile-change';

interface Confirmation {
  readonly session: Session;
  readonly purpose: ConfirmedPurpose;
  /** Null for what concerns the candidate and not one registration. */
  readonly registrationId: string | null;
  readonly codeId: string;
  readonly code: string;
  readonly codeKey: Buffer;
  readonly now: Instant;
}

/**
 * Confirms a session by a fresh code for what is to be done now.
 * @throws Refusal `code-wrong` (`attemptsLeft`), `code-expired`, `code-used`, `code-locked`
 */
export async function confirmSession(db: Database, confirmation: Confirmation): Promise<void> {
  const verdict = await inTransaction(db, async (tx) => {
    const tried = await tryCode(tx, {
      ...confirmation,
      deviceId: confirmation.session.device.id,
      sessionId: confirmation.session.id,
    });
    if (tried.ok) {
      const confirmedAt = new Date(confirmation.now);
      await tx.knex('sessions').where({ id: confirmation.session.id }).update({ confirmed_at: confirmedAt });
    }
    return tried;
  });
  if (!verdict.ok) throw verdict.refusal;
}
