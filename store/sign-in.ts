/**
 * Signing in: a one-time code opens the one live session of a candidate (SES-2) and ends the one before.
 */
import { v7 as uuidv7 } from 'uuid';
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import { lockedCandidate } from './candidates.ts';
import { tryCode } from './code-attempts.ts';
import { inTransaction, type Database } from './database.ts';
import { bindKey, findEffect, type Idempotency } from './idempotency.ts';
import { writeSms } from './sms.ts';
import { hashOf, isOver, tokenOf, type Device, type DeviceKind, type SessionRow } from './sessions.ts';

const SESSION_LIFE_MS = 12 * 3_600_000;

const EFFECT = 'session';

interface SignIn {
  readonly codeId: string;
  readonly code: string;
  readonly device: Device;
  readonly idempotency: Idempotency;
  readonly codeKey: Buffer;
  readonly sessionKey: Buffer;
  readonly now: Instant;
}

export interface SignedIn {
  readonly token: string;
  readonly expiresAt: Date;
  /** The session on another device that this one ended. */
  readonly replaced: { readonly kind: DeviceKind; readonly name: string; readonly since: Date } | null;
}

/**
 * Opens a session with a one-time code, makes the candidate on the first sign-in, and ends an earlier session.
 * The same key gives the same session and token again.
 * @throws Refusal `code-wrong` (`attemptsLeft`), `code-expired`, `code-used`, `code-locked`, `idempotency-key-reused`
 */
export async function signIn(db: Database, request: SignIn): Promise<SignedIn> {
  const outcome = await inTransaction(db, async (tx) => {
    const earlier = await findEffect(tx, request.idempotency, EFFECT);
    if (earlier) return repeatedSignIn(tx, earlier, request.sessionKey);
    const verdict = await tryCode(tx, {
      ...request,
      purpose: 'sign-in',
      deviceId: request.device.id,
      sessionId: null,
      registrationId: null,
    });
    if (verdict.ok) {
      const opened = await openSession(tx, request, verdict);
      await tx.failpoint?.('session.before-commit', request.codeId);
      return opened;
    }
    // A parallel request with the same key may have used the code while this one waited for its row.
    const meanwhile = await findEffect(tx, request.idempotency, EFFECT);
    return meanwhile ? repeatedSignIn(tx, meanwhile, request.sessionKey) : verdict.refusal;
  });
  await db.failpoint?.('session.after-commit', request.codeId);
  // Thrown outside, so that a wrong attempt stays counted.
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

async function openSession(
  db: Database,
  request: SignIn,
  { mobile, mobileHmac }: { mobile: string; mobileHmac: Buffer },
): Promise<SignedIn> {
  const id = uuidv7();
  await bindKey(db, request.idempotency, { effect: EFFECT, effectId: id });
  const candidateId = await lockedCandidate(db, mobile, mobileHmac);
  const token = tokenOf(request.sessionKey, id);
  const at = new Date(request.now);
  const row: SessionRow = {
    id,
    candidate_id: candidateId,
    code_id: request.codeId,
    token_hash: hashOf(token),
    device_id: request.device.id,
    device_kind: request.device.kind,
    device_name: request.device.name,
    created_at: at,
    last_seen_at: at,
    expires_at: new Date(request.now + SESSION_LIFE_MS),
    confirmed_at: at,
    ended_at: null,
    ended_by: null,
    replaced_by: null,
  };
  const [ended] = await db
    .knex<SessionRow>('sessions')
    .where({ candidate_id: candidateId, ended_at: null })
    .update({ ended_at: at, ended_by: 'replaced' })
    .returning('*');
  await db.knex('sessions').insert(row);
  if (ended) await db.knex('sessions').where({ id: ended.id }).update({ replaced_by: id });
  const replaced = replacedDevice(ended, row);
  // Who has read the code on somebody else's phone must not stay unnoticed.
  if (replaced !== null) {
    const told = {
      registrationId: null,
      cause: `session-${id}`,
      template: 'device-new',
      parameters: {},
    } as const;
    await writeSms(db, { ...told, mobile, at: request.now });
  }
  return { token, expiresAt: row.expires_at, replaced };
}

/** Only a session that was still alive, and on another device, is news to the candidate. */
function replacedDevice(ended: SessionRow | undefined, by: SessionRow): SignedIn['replaced'] {
  if (!ended || ended.device_id === by.device_id || isOver(ended, by.created_at.getTime())) return null;
  return { kind: ended.device_kind, name: ended.device_name, since: ended.created_at };
}

async function repeatedSignIn(db: Database, sessionId: string, sessionKey: Buffer): Promise<SignedIn> {
  const row = await db.knex<SessionRow>('sessions').where({ id: sessionId }).first();
  if (!row) throw new Refusal('request-in-flight');
  const ended = await db.knex<SessionRow>('sessions').where({ replaced_by: sessionId }).first();
  return {
    token: tokenOf(sessionKey, sessionId),
    expiresAt: row.expires_at,
    replaced: replacedDevice(ended, row),
  };
}
