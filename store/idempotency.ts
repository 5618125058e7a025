/**
 * Idempotency keys: the same key with the same body has one effect; with another body it is refused (API-5).
 *
 * A key is bound in the transaction of its effect, so that neither exists without the other. A parallel request with
 * the same key waits on the primary key until that transaction ends, and then sees its effect.
 */
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';

export interface Idempotency {
  /** `candidate:<id>`, `device:<id>` (before sign-in), `staff:<id>`, or `bank` for the return from an attempt. */
  readonly scope: string;
  readonly key: string;
  /** A keyed hash of method, path and body: bodies hold personal data, which a plain hash would give away. */
  readonly bodyHash: Buffer;
}

/** What a key did: the kind of effect and the row that it made. */
interface Effect {
  readonly effect: string;
  readonly effectId: string;
}

interface KeyRow {
  scope: string;
  key: string;
  body_hash: Buffer;
  effect: string;
  effect_id: string;
}

function judge(row: KeyRow, bodyHash: Buffer, effect: string): string {
  if (row.effect !== effect || !row.body_hash.equals(bodyHash)) throw new Refusal('idempotency-key-reused');
  return row.effect_id;
}

/**
 * The id of what this key has done before, or undefined when it is new.
 * @throws Refusal `idempotency-key-reused` when it was used for another request.
 */
export async function findEffect(
  db: Database,
  { scope, key, bodyHash }: Idempotency,
  effect: string,
): Promise<string | undefined> {
  const row = await db.knex<KeyRow>('idempotency_keys').where({ scope, key }).first();
  return row && judge(row, bodyHash, effect);
}

/**
 * Binds the key to an effect, inside the effect's own transaction. Answers the id that counts: ours when the key was
 * new, the earlier one (`repeated`) when the same request came before.
 * @throws Refusal `idempotency-key-reused` when it was used for another request.
 */
export async function bindKey(
  db: Database,
  { scope, key, bodyHash }: Idempotency,
  { effect, effectId }: Effect,
): Promise<{ effectId: string; repeated: boolean }> {
  const bound = await db
    .knex('idempotency_keys')
    .insert({ scope, key, body_hash: bodyHash, effect, effect_id: effectId })
    .onConflict(['scope', 'key'])
    .ignore()
    .returning<{ effect_id: string }[]>('effect_id');
  if (bound.length > 0) return { effectId, repeated: false };
  const row = await db.knex<KeyRow>('idempotency_keys').where({ scope, key }).first();
  if (!row) throw new Refusal('request-in-flight');
  return { effectId: judge(row, bodyHash, effect), repeated: true };
}

/** Gives a key back whose effect was undone, so that the client's retry starts afresh. */
export async function releaseKey(db: Database, { scope, key, bodyHash }: Idempotency): Promise<void> {
  await db.knex('idempotency_keys').where({ scope, key, body_hash: bodyHash }).delete();
}

/** A client that repeats a request does so within minutes; three days later its key means nothing to anybody. */
const KEPT_MS = 72 * 3_600_000;
const SWEPT_AT_ONCE = 5_000;

/** Forgets keys whose time is over, a bounded number at a time; returns how many. */
export function sweepKeys(db: Database, now: Instant): Promise<number> {
  const old = db
    .knex('idempotency_keys')
    .where('created_at', '<', new Date(now - KEPT_MS))
    .limit(SWEPT_AT_ONCE)
    .select('scope', 'key');
  return db.knex('idempotency_keys').whereIn(['scope', 'key'], old).delete();
}
