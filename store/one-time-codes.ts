/**
 * One-time codes: kept as an HMAC to check, and sealed beside it only until a gateway took it over or it ended (OTP-3).
 */
import { createHmac, randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import {
  CODE_DIGITS,
  CODE_LIFE_MAX_SECONDS,
  CODES_PER_HOUR,
  RESEND_AFTER_SECONDS,
  mayRequestCode,
} from '../domain/one-time-code.ts';
import type { CodeLane } from '../domain/code-lock.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import { laneOf } from './code-lanes.ts';
import { inTransaction, type Database } from './database.ts';
import { bindKey, releaseKey, type Idempotency } from './idempotency.ts';

/** `mobile-change` goes to the present number of a candidate, `new-mobile` to the one that takes its place. */
export type CodePurpose = 'sign-in' | 'submission' | 'withdrawal' | 'mobile-change' | 'new-mobile';

const EFFECT = 'one-time-code';
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What a code is good for and where: it can be used nowhere else (OTP-8). */
export interface CodeBinding {
  readonly purpose: CodePurpose;
  readonly deviceId: string;
  /** Null for a sign-in, which has no session yet. */
  readonly sessionId: string | null;
  readonly registrationId: string | null;
}

interface CodeRequest extends CodeBinding {
  /** `+989…` */
  readonly mobile: string;
  readonly idempotency: Idempotency;
  /** How long it lives; at most ten minutes. */
  readonly lifeSeconds: number;
  /** The pepper of the codes' HMAC. */
  readonly codeKey: Buffer;
  readonly now: Instant;
}

export interface RequestedCode {
  readonly id: string;
  readonly expiresAt: Date;
  readonly resendAt: Date;
  readonly sent: boolean;
  /** Made by this request; false for the repeat of one. */
  readonly made: boolean;
  readonly lane: CodeLane;
  /** Whether the brakes of sending have counted it; not when its request ended before. */
  readonly counted: boolean;
  /** How many more may be asked for now, and seconds until there is one more; null for a repeated request. */
  readonly quota: { readonly remaining: number; readonly resetSeconds: number } | null;
}

export interface CodeRow {
  id: string;
  purpose: CodePurpose;
  /** Which row of failures it counts in. */
  lane: CodeLane;
  device_id: string;
  session_id: string | null;
  registration_id: string | null;
  mobile_sealed: Buffer;
  mobile_hmac: Buffer;
  code_hmac: Buffer;
  code_sealed: Buffer | null;
  attempts: number;
  created_at: Date;
  expires_at: Date;
  resend_at: Date;
  counted_at: Date | null;
  taken_at: Date | null;
  sent_at: Date | null;
  consumed_at: Date | null;
  superseded_at: Date | null;
}

export const codePlace = (column: 'code_sealed' | 'mobile_sealed', row: string) => ({
  table: 'one_time_codes',
  column,
  row,
});

/** The keyed hash by which a code is known; bound to its id, so that equal codes do not match. */
export function hmacOf(codeKey: Buffer, id: string, code: string): Buffer {
  return createHmac('sha256', codeKey).update(`${id}|${code}`).digest();
}

function shown(row: CodeRow): RequestedCode {
  return {
    id: row.id,
    expiresAt: row.expires_at,
    resendAt: row.resend_at,
    sent: row.sent_at !== null,
    made: false,
    lane: row.lane,
    counted: row.counted_at !== null,
    quota: null,
  };
}

/**
 * Makes a code for a mobile and supersedes the earlier ones that the same device asked for with the same purpose; what
 * others asked for stays, or anybody could kill the code that its owner is typing. The same key makes no second code.
 * The caller starts the sending, and calls `forgetCode` when that cannot be done.
 * @throws Refusal `too-many-codes` with the wait in seconds (OTP-7); RangeError for a life of more than ten minutes.
 */
export async function requestCode(db: Database, request: CodeRequest): Promise<RequestedCode> {
  if (request.lifeSeconds > CODE_LIFE_MAX_SECONDS) throw new RangeError('No code lives so long');
  const requested = await inTransaction(db, async (tx) => {
    const id = uuidv7();
    const bound = await bindKey(tx, request.idempotency, { effect: EFFECT, effectId: id });
    if (bound.repeated) return repeatedCode(tx, bound.effectId);
    const mobileHmac = tx.sealing.fingerprint('mobile', request.mobile);
    // One mobile's requests queue up, so that parallel ones cannot slip past the limits together.
    await tx.knex.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [mobileHmac.toString('hex')]);
    // Of a new number the session shows nothing yet.
    const sessionId = request.purpose === 'new-mobile' ? null : request.sessionId;
    const lane = await laneOf(tx, { mobileHmac, deviceId: request.deviceId, sessionId });
    const quota = await refuseTooMany(tx, { mobileHmac, lane, request });
    const made = await insertCode(tx, { id, mobileHmac, lane, request });
    await tx.failpoint?.('code.before-commit', id, request.purpose);
    return { ...made, made: true, quota };
  });
  await db.failpoint?.('code.after-commit', requested.id, request.purpose);
  return requested;
}

async function repeatedCode(db: Database, id: string): Promise<RequestedCode> {
  const row = await db.knex<CodeRow>('one_time_codes').where({ id }).first();
  if (!row) throw new Refusal('request-in-flight');
  return shown(row);
}

async function refuseTooMany(
  db: Database,
  { mobileHmac, lane, request: { deviceId, now } }: Omit<NewCode, 'id'>,
): Promise<RequestedCode['quota']> {
  const rows = await db
    .knex<CodeRow>('one_time_codes')
    .select('created_at', 'device_id')
    .where({ mobile_hmac: mobileHmac })
    .where('created_at', '>', new Date(now - DAY_MS))
    .orderBy('created_at');
  const previous = rows.map((row) => row.created_at.getTime());
  const byThisDevice = rows
    .filter((row) => row.device_id === deviceId)
    .map((row) => row.created_at.getTime());
  const own = lane === 'own' ? byThisDevice : null;
  const verdict = mayRequestCode({ previous, own, now });
  if (!verdict.ok) throw new Refusal('too-many-codes', { retryAfterSeconds: verdict.retryAfterSeconds });
  // Of this device alone: what others have asked for would tell who is a candidate (OTP-9).
  const lately = byThisDevice.filter((at) => at > now - HOUR_MS);
  return {
    remaining: Math.max(CODES_PER_HOUR - lately.length - 1, 0),
    resetSeconds: Math.ceil(((lately[0] ?? now) + HOUR_MS - now) / 1000),
  };
}

/** Six digits, each as likely as any other, `000000` included (OTP-1). */
export function drawCode(): string {
  return String(randomInt(0, 10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
}

interface NewCode {
  readonly id: string;
  readonly mobileHmac: Buffer;
  readonly lane: CodeLane;
  readonly request: CodeRequest;
}

async function insertCode(db: Database, { id, mobileHmac, lane, request }: NewCode): Promise<RequestedCode> {
  const code = drawCode();
  const at = new Date(request.now);
  const row: CodeRow = {
    id,
    purpose: request.purpose,
    lane,
    device_id: request.deviceId,
    session_id: request.sessionId,
    registration_id: request.registrationId,
    mobile_sealed: db.sealing.seal(codePlace('mobile_sealed', id), request.mobile),
    mobile_hmac: mobileHmac,
    code_hmac: hmacOf(request.codeKey, id, code),
    code_sealed: db.sealing.seal(codePlace('code_sealed', id), code),
    attempts: 0,
    created_at: at,
    expires_at: new Date(request.now + request.lifeSeconds * 1000),
    resend_at: new Date(request.now + RESEND_AFTER_SECONDS * 1000),
    counted_at: null,
    taken_at: null,
    sent_at: null,
    consumed_at: null,
    superseded_at: null,
  };
  await db
    .knex('one_time_codes')
    .where({ mobile_hmac: mobileHmac, purpose: request.purpose, device_id: request.deviceId })
    .where({ consumed_at: null, superseded_at: null })
    .update({ superseded_at: at });
  await db.knex('one_time_codes').insert(row);
  return shown(row);
}

/** Notes that the brakes of sending have counted a code. Answers false when that was noted before, or it is gone. */
export async function noteCounted(db: Database, id: string, now: Instant): Promise<boolean> {
  const noted = await db
    .knex('one_time_codes')
    .where({ id, counted_at: null })
    .update({ counted_at: new Date(now) });
  return noted === 1;
}

/**
 * Undoes a code whose sending could not be started: it counts against no limit, its key is free again, and the code
 * that it superseded lives on. Answers false when a sender has taken it after all: then it stays.
 */
export function forgetCode(db: Database, id: string, idempotency: Idempotency): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [gone] = await tx
      .knex<CodeRow>('one_time_codes')
      .where({ id, taken_at: null })
      .delete()
      .returning(['mobile_hmac', 'purpose', 'device_id', 'created_at']);
    if (!gone) return false;
    await tx
      .knex('one_time_codes')
      .where({ mobile_hmac: gone.mobile_hmac, purpose: gone.purpose, device_id: gone.device_id })
      .where({ superseded_at: gone.created_at })
      .update({ superseded_at: null });
    await releaseKey(tx, idempotency);
    return true;
  });
}

interface CodeToSend {
  readonly mobile: string;
  readonly code: string;
  readonly purpose: CodePurpose;
  readonly expiresAt: Instant;
}

/**
 * What the sender needs, or undefined when there is nothing (more) to send: undone, sent, used, superseded or ended.
 * Whoever has taken it may call a gateway, so from now on it cannot be undone.
 */
export async function takeCodeToSend(
  db: Database,
  codeId: string,
  now: Instant,
): Promise<CodeToSend | undefined> {
  const [row] = await db
    .knex<CodeRow>('one_time_codes')
    .where({ id: codeId })
    .update({ taken_at: new Date(now) })
    .returning('*');
  if (!row?.code_sealed || row.sent_at || row.consumed_at || row.superseded_at) return undefined;
  if (row.expires_at.getTime() <= now) return undefined;
  return {
    mobile: db.sealing.open(codePlace('mobile_sealed', row.id), row.mobile_sealed).toString(),
    code: db.sealing.open(codePlace('code_sealed', row.id), row.code_sealed).toString(),
    purpose: row.purpose,
    expiresAt: row.expires_at.getTime(),
  };
}

/** A gateway has taken the code over: from now on only its HMAC is kept. */
export async function markCodeSent(db: Database, codeId: string, now: Instant): Promise<void> {
  await db
    .knex('one_time_codes')
    .where({ id: codeId })
    .update({ sent_at: new Date(now), code_sealed: null });
}

/** A code that replaces another may yet be forgotten, and then the other lives on: so long it is still needed. */
const SUPERSEDED_KEPT_MS = 10_000;

/** Wipes the sealed copies of all codes that nobody will send any more; returns how many. */
export function wipeEndedCodes(db: Database, now: Instant): Promise<number> {
  return db
    .knex('one_time_codes')
    .whereNotNull('code_sealed')
    .where((ended) =>
      ended
        .where('expires_at', '<=', new Date(now))
        .orWhereNotNull('consumed_at')
        .orWhere('superseded_at', '<=', new Date(now - SUPERSEDED_KEPT_MS)),
    )
    .update({ code_sealed: null });
}
