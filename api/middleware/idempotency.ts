/** The headers that make a request safe to repeat and safe to race: `Idempotency-Key` and `If-Match`. */
import type { Request } from 'express';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { Idempotency } from '../../store/idempotency.ts';
import type { Session } from '../../store/sessions.ts';
import { keptDeviceId } from '../device.ts';

/** Draft-07 writes the key as a quoted string; without the quotes it is as good. */
const KEY = /^"?([\x21\x23-\x7e]{1,128})"?$/u;
/** The version, with or without the hash that our own tags have behind it. */
const VERSION = /^(?:W\/)?"?(\d{1,9})(?:-[\w-]{1,64})?"?$/u;
/** No draft has this version, so a tag that we never gave is stale like any other. */
const NO_VERSION = -1;

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Before sign-in a key belongs to the device that the body names. */
function scopeOf(db: Database, session: Session | undefined, body: unknown): string {
  if (session) return `candidate:${session.candidateId}`;
  return `device:${keptDeviceId(db, (body as { device: { id: string } }).device.id)}`;
}

/** @throws Refusal `idempotency-key-missing`, also for a key that cannot be one. */
export function requireKey(request: Request): string {
  const key = KEY.exec(request.get('Idempotency-Key') ?? '')?.[1];
  if (key === undefined) throw new Refusal('idempotency-key-missing');
  return key;
}

interface KeyedRequest {
  readonly key: string;
  readonly session: Session | undefined;
  readonly body: unknown;
  readonly request: Request;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** A client may take anything for a key, a telephone number too: what is no UUID is kept as a keyed hash. */
function keptKey(db: Database, key: string): string {
  return UUID.test(key) ? key : db.sealing.fingerprint('idempotency-key', key).toString('base64url');
}

/** The key in its scope, with a keyed hash of what it came with. */
export function idempotencyOf(db: Database, { key, session, body, request }: KeyedRequest): Idempotency {
  const what = `${request.method} ${request.path}\n${canonical(body)}`;
  const bodyHash = db.sealing.fingerprint('idempotency-body', what);
  return { scope: scopeOf(db, session, body), key: keptKey(db, key), bodyHash };
}

/** The version of an `If-Match`. @throws Refusal `if-match-missing` */
export function requireVersion(request: Request): number {
  const given = request.get('If-Match');
  if (given === undefined || given.trim() === '') throw new Refusal('if-match-missing');
  return Number(VERSION.exec(given.trim())?.[1] ?? NO_VERSION);
}
