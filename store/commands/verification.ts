import { v7 as newId, v4 as newReference } from 'uuid';
import { parseCardPrefix, parseCardSuffix } from '../../domain/bank-card.ts';
import { bankTitle } from '../../domain/bank-prefix.ts';
import {
  CARD_GUARD_TEXTS,
  cardGuard,
  mayAccept,
  waitOf,
  type GuardVerdict,
} from '../../domain/card-guard.ts';
import { Refusal } from '../../domain/refusal.ts';
import { findBank, noteUnknownPrefix } from '../bank-prefixes.ts';
import { readTries } from '../card-tries.ts';
import { writeAttempt } from '../card-verifications.ts';
import { noteWarning, wasWarned } from '../card-warnings.ts';
import type { Database } from '../database.ts';
import { findSwitchedOff } from '../provider-switches.ts';
import type { CommandView, Idempotency } from './command.ts';
import { enter, heedTheLaw, type Ground } from './door.ts';

interface VerificationRequest {
  readonly registrationId: string;
  readonly candidateId: string;
  /** The first 6 to 8 digits of the card, ASCII. */
  readonly cardPrefix: string;
  /** The last 4 digits, ASCII. */
  readonly cardSuffix: string;
  readonly guardAccepted: boolean;
  /** Where the browser goes in the end; its origin was checked against the list by the caller. */
  readonly returnUrl: string | null;
  readonly idempotency: Idempotency;
}

/**
 * Accepts a try with a bank card; `result` is `{ attemptId }`. Refuses `card-invalid`, `bank-not-supported` (`bank`),
 * `card-digits-needed`, `card-guard` (`text`, `mayAccept`), `bank-unavailable` (`text`), `line-not-own`, `person-not-found`,
 * `person-not-alive`, `already-registered`, `already-verified`, `window-closed`, `not-your-move`, `not-found`,
 * `idempotency-key-reused`.
 */
export async function acceptVerification(db: Database, request: VerificationRequest): Promise<CommandView> {
  try {
    return await enterWithCard(db, request);
  } catch (error) {
    // Outside: what was refused has left nothing behind.
    if (error instanceof GuardRefusal && mayAccept(error.verdict)) {
      const { registrationId } = request;
      await noteWarning(db, { registrationId, card: request, warning: error.verdict });
    }
    throw error;
  }
}

function enterWithCard(db: Database, request: VerificationRequest): Promise<CommandView> {
  const { registrationId, candidateId, idempotency } = request;
  const actor = { kind: 'candidate', id: candidateId } as const;
  return enter(db, { registrationId, candidateId, actor, idempotency }, async (ground, tx) => {
    const attemptId = newId();
    const command = { kind: 'verification', attemptId } as const;
    // The digits come first: whatever else stands in the way, this card would be of no use.
    const bank = await refuseCard(tx, ground, request);
    heedTheLaw(ground, command);
    if (ground.deadline === null || ground.receivedAt >= ground.deadline) return { late: command };
    await refuseWhenOff(tx);
    await heedTheGuard(tx, ground, request);
    const attempt = {
      ...{ id: attemptId, reference: newReference(), registrationId, commandId: ground.commandId },
      ...{ card: request, bank, returnUrl: request.returnUrl, at: ground.receivedAt },
    };
    return { command, result: { attemptId }, freeze: () => writeAttempt(tx, attempt) };
  });
}

/** Before the redirect, so that nobody types a password for nothing; returns the name of the bank, null if unknown. */
async function refuseCard(
  db: Database,
  { receivedAt }: Ground,
  { cardPrefix, cardSuffix }: VerificationRequest,
): Promise<string | null> {
  if (parseCardPrefix(cardPrefix) !== cardPrefix || parseCardSuffix(cardSuffix) !== cardSuffix) {
    throw new Refusal('card-invalid');
  }
  const bank = await findBank(db, cardPrefix, receivedAt);
  if (bank?.supported === false) throw new Refusal('bank-not-supported', { bank: bankTitle(bank) });
  if (bank === undefined) await noteUnknownPrefix(db, cardPrefix);
  return bank?.bank ?? null;
}

/** While headquarters has turned the bank off nothing is started there; the candidate reads why. */
async function refuseWhenOff(db: Database): Promise<void> {
  const off = await findSwitchedOff(db, 'bank');
  if (off === undefined) return;
  const { text } = off;
  throw new Refusal('bank-unavailable', text === null ? {} : { text: { fa: text, en: text } });
}

type Warned = Exclude<GuardVerdict, 'pass'>;

class GuardRefusal extends Refusal {
  readonly verdict: Warned;

  constructor(verdict: Warned, clock: Parameters<typeof waitOf>[1]) {
    const wait = waitOf(verdict, clock);
    super('card-guard', {
      ...{ text: CARD_GUARD_TEXTS[verdict], mayAccept: mayAccept(verdict) },
      ...(wait === null ? {} : { retryAfterSeconds: wait }),
    });
    this.verdict = verdict;
  }
}

const LOCK = 'select pg_advisory_xact_lock(hashtextextended(?, 5))';

/**
 * Counts wrong passwords of this card and of this person, and what may yet become one (OTP-11). One after another for
 * a person: with two lines, two registrations could otherwise both be let in as the third.
 */
async function heedTheGuard(db: Database, ground: Ground, request: VerificationRequest): Promise<void> {
  const { row, receivedAt: now, timeZone } = ground;
  const person = { candidateId: request.candidateId, nationalIdHmac: row.national_id_hmac };
  await db.knex.raw(LOCK, [row.national_id_hmac.toString('hex')]);
  const tries = await readTries(db, { ...person, card: request });
  const verdict = cardGuard({ ...tries, now, timeZone });
  if (verdict === 'pass') return;
  const warning = { registrationId: row.id, card: request, warning: verdict };
  if (request.guardAccepted && mayAccept(verdict) && (await wasWarned(db, warning))) return;
  throw new GuardRefusal(verdict, { now, timeZone });
}
