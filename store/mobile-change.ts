/**
 * A candidate's number takes the place of another one (SES-5): in one transaction the number, the session under a new
 * token (SES-6), the word to the old number, and a command to every open registration, which asks anew whose line it is.
 */
import { v7 as newId } from 'uuid';
import { waitForChange } from '../domain/mobile-change.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import { tryCode } from './code-attempts.ts';
import type { CommandView } from './commands/command.ts';
import { inTransaction, type Database } from './database.ts';
import { bindKey, findEffect, type Idempotency } from './idempotency.ts';
import { hasToLose, lockCandidates, moveNumber } from './mobile-move.ts';
import { hashOf, tokenOf, type Session, type SessionRow } from './sessions.ts';

export const MOBILE_CHANGE_EFFECT = 'mobile-change';

interface MobileChange {
  readonly session: Session;
  /** Of the code that went to the new number. */
  readonly codeId: string;
  readonly code: string;
  readonly idempotency: Idempotency;
  readonly codeKey: Buffer;
  readonly sessionKey: Buffer;
  readonly now: Instant;
}

export interface ChangedMobile {
  readonly token: string;
  readonly expiresAt: Date;
  /** To be handed on; empty for the repeat of a request. */
  readonly commands: readonly CommandView[];
}

/** The answer of the change that this key has made before; undefined when it is new. */
export async function findMobileChange(
  db: Database,
  { idempotency, sessionKey }: Pick<MobileChange, 'idempotency' | 'sessionKey'>,
): Promise<ChangedMobile | undefined> {
  const id = await findEffect(db, idempotency, MOBILE_CHANGE_EFFECT);
  if (id === undefined) return undefined;
  const row = await db.knex<SessionRow>('sessions').where({ id }).first();
  if (row === undefined) throw new Refusal('request-in-flight');
  return { token: tokenOf(sessionKey, id), expiresAt: row.expires_at, commands: [] };
}

/** @throws Refusal `mobile-changed-lately` with the wait, when the number may not be changed again yet */
export async function requireChangeDue(db: Database, candidateId: string, now: Instant): Promise<void> {
  const wait = waitForChange(await listChanges(db, candidateId), now);
  if (wait !== null) throw new Refusal('mobile-changed-lately', { retryAfterSeconds: wait });
}

const TURNS = 3;

/**
 * Changes the number of the session's candidate to the one that the code was sent to. The caller has seen to it that
 * the present number was confirmed not long ago. The same key gives the same session and token again.
 * @throws Refusal `code-wrong` (`attemptsLeft`), `code-expired`, `code-used`, `code-locked`, `mobile-unchanged`,
 * `mobile-taken`, `mobile-changed-lately`, `session-expired`, `idempotency-key-reused`
 */
export async function changeMobile(db: Database, change: MobileChange): Promise<ChangedMobile> {
  for (let turn = 1; ; turn += 1) {
    try {
      const outcome = await inTransaction(db, (tx) => changeOnce(tx, change));
      // Thrown outside, so that a wrong attempt stays counted and a right code used.
      if (outcome instanceof Refusal) throw outcome;
      await db.failpoint?.('mobileChange.after-commit', change.session.candidateId);
      return outcome;
    } catch (error) {
      // Somebody signed in with that number for the first time while we looked who has it: now we know.
      if (!isNumberTaken(error) || turn === TURNS) throw error;
    }
  }
}

function isNumberTaken(error: unknown): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === 'candidates_mobile_hmac_key';
}

async function changeOnce(db: Database, change: MobileChange): Promise<ChangedMobile | Refusal> {
  const { session, codeId, idempotency } = change;
  await requireChangeDue(db, session.candidateId, change.now);
  const tried = await tryCode(db, {
    ...{ codeId, code: change.code, codeKey: change.codeKey, now: change.now },
    ...{ purpose: 'new-mobile', deviceId: session.device.id, sessionId: session.id, registrationId: null },
  });
  if (!tried.ok) {
    // A parallel request with the same key may have used the code while this one waited for its row.
    return (await findMobileChange(db, change)) ?? tried.refusal;
  }
  const { own, other } = await lockCandidates(db, session.candidateId, tried.mobileHmac);
  const live = await db
    .knex<SessionRow>('sessions')
    .where({ id: session.id, ended_at: null })
    .forUpdate()
    .first();
  if (own?.mobile_sealed == null || live === undefined) return new Refusal('session-expired');
  if (other?.id === own.id) return new Refusal('mobile-unchanged');
  if (other !== undefined && (await hasToLose(db, other.id))) return new Refusal('mobile-taken');
  const id = newId();
  await bindKey(db, idempotency, { effect: MOBILE_CHANGE_EFFECT, effectId: id });
  const commands = await moveNumber(db, {
    ...{ id, own: { ...own, mobile_sealed: own.mobile_sealed }, other, at: change.now },
    ...{ mobile: tried.mobile, mobileHmac: tried.mobileHmac, actor: { kind: 'candidate', id: own.id } },
  });
  const token = await rotate(db, live, { id, change });
  await db.failpoint?.('mobileChange.before-commit', own.id);
  return { token, expiresAt: live.expires_at, commands };
}

async function listChanges({ knex }: Database, candidateId: string): Promise<Instant[]> {
  const ends = await knex<SessionRow>('sessions')
    .where({ candidate_id: candidateId, ended_by: 'mobile-change' })
    .select('ended_at');
  return ends.flatMap(({ ended_at: at }) => (at === null ? [] : [at.getTime()]));
}

interface Rotation {
  readonly id: string;
  readonly change: MobileChange;
}

/** The same device goes on for the same time under a new token; the old one opens nothing any more. */
async function rotate({ knex }: Database, live: SessionRow, { id, change }: Rotation): Promise<string> {
  const { codeId, sessionKey, now } = change;
  const at = new Date(now);
  const token = tokenOf(sessionKey, id);
  await knex('sessions').where({ id: live.id }).update({ ended_at: at, ended_by: 'mobile-change' });
  const begun = { created_at: at, last_seen_at: at, confirmed_at: at };
  await knex('sessions').insert({ ...live, ...begun, id, code_id: codeId, token_hash: hashOf(token) });
  await knex('sessions').where({ id: live.id }).update({ replaced_by: id });
  return token;
}
