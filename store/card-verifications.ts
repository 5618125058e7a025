/** Tries with a bank card: of the card only its first and last digits, sealed; of the bank what it answered. */
import { validate as isUuid } from 'uuid';
import type { CardRefusal, Instant } from '../domain/registration.ts';
import { isFinal, STATUSES } from '../domain/lifecycle.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from './database.ts';
import type { Write } from './write-together.ts';

export type AttemptState =
  'starting' | 'started' | 'returned' | 'pending' | 'confirmed' | 'refused' | 'abandoned';

/** One try with a card, as its candidate may see it. */
export interface CardVerificationView {
  readonly id: string;
  readonly state: AttemptState;
  /** The bank's page; only while the attempt is started and not expired. */
  readonly redirectUrl: string | null;
  readonly expiresAt: Date | null;
  readonly reason: CardRefusal | null;
}

interface AttemptRow {
  id: string;
  reference: string;
  registration_id: string;
  command_id: string;
  card_sealed: Buffer;
  card_hmac: Buffer;
  /** Of the card that the bank saw, when it was another one than was announced. */
  used_card_hmac: Buffer | null;
  /** Null when the table of prefixes did not know it. */
  bank: string | null;
  return_url: string | null;
  state: AttemptState;
  redirect_url_sealed: Buffer | null;
  bank_reference_sealed: Buffer | null;
  reason: CardRefusal | null;
  start_called_at: Date | null;
  expires_at: Date | null;
  returned_at: Date | null;
  /** When the last entry on the bank's page was made, as far as it is known; null while there is no verdict. */
  entered_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const attempts = (db: Database) => db.knex<AttemptRow>('card_verifications');

type SealedColumn = 'card_sealed' | 'redirect_url_sealed' | 'bank_reference_sealed';
const place = (column: SealedColumn, row: string) => ({ table: 'card_verifications', column, row });

interface CardVerificationKey {
  readonly registrationId: string;
  readonly attemptId: string;
  readonly candidateId: string;
}

/** Refuses `not-found`, also for somebody else's. */
export async function getCardVerification(
  db: Database,
  { registrationId, attemptId, candidateId }: CardVerificationKey,
): Promise<CardVerificationView> {
  const row = await attempts(db)
    .where({ id: attemptId, registration_id: registrationId })
    .whereExists((own) => own.from('registrations').where({ id: registrationId, candidate_id: candidateId }))
    .first();
  if (row === undefined) throw new Refusal('not-found');
  const open = row.state === 'started' && row.expires_at !== null && row.expires_at.getTime() > Date.now();
  return {
    id: row.id,
    state: row.state,
    redirectUrl: open ? openText(db, 'redirect_url_sealed', row) : null,
    expiresAt: row.expires_at,
    reason: row.reason,
  };
}

function openText(db: Database, column: SealedColumn, row: AttemptRow): string | null {
  const sealed = row[column];
  return sealed === null ? null : db.sealing.open(place(column, row.id), sealed).toString();
}

/** Where the browser goes after the bank; undefined for an unknown reference. */
export async function findReturnTarget(
  db: Database,
  reference: string,
): Promise<
  | { readonly registrationId: string; readonly attemptId: string; readonly returnUrl: string | null }
  | undefined
> {
  const row = await attempts(db).where({ reference }).first('id', 'registration_id', 'return_url');
  return row && { registrationId: row.registration_id, attemptId: row.id, returnUrl: row.return_url };
}

export interface Card {
  readonly cardPrefix: string;
  readonly cardSuffix: string;
}

const COMMON_PREFIX_DIGITS = 6;

/** The same card, whether its owner types 6, 7 or 8 of its first digits. */
export function cardHmac(db: Database, { cardPrefix, cardSuffix }: Card): Buffer {
  return db.sealing.fingerprint('card', `${cardPrefix.slice(0, COMMON_PREFIX_DIGITS)}|${cardSuffix}`);
}

interface NewAttempt {
  readonly id: string;
  /** Random: it stands in the address to which the bank sends the browser back. */
  readonly reference: string;
  readonly registrationId: string;
  readonly commandId: string;
  readonly card: Card;
  readonly bank: string | null;
  readonly returnUrl: string | null;
  readonly at: Instant;
}

export async function writeAttempt(db: Database, attempt: NewAttempt): Promise<void> {
  const at = new Date(attempt.at);
  const { cardPrefix, cardSuffix } = attempt.card;
  await attempts(db).insert({
    id: attempt.id,
    reference: attempt.reference,
    registration_id: attempt.registrationId,
    command_id: attempt.commandId,
    card_sealed: db.sealing.seal(
      place('card_sealed', attempt.id),
      JSON.stringify({ cardPrefix, cardSuffix }),
    ),
    card_hmac: cardHmac(db, attempt.card),
    bank: attempt.bank,
    return_url: attempt.returnUrl,
    state: 'starting',
    created_at: at,
    updated_at: at,
  });
}

/** What the activities need to call the bank, and what has come of it so far. */
export interface Attempt {
  readonly id: string;
  readonly reference: string;
  readonly registrationId: string;
  readonly card: Card;
  readonly state: AttemptState;
  readonly reason: CardRefusal | null;
  readonly bankReference: string | null;
  readonly startCalledAt: Instant | null;
  readonly expiresAt: Instant | null;
}

/** Throws when there is no such attempt: its row was written with the command. */
export async function readAttempt(db: Database, attemptId: string): Promise<Attempt> {
  const attempt = await findAttempt(db, attemptId);
  if (attempt === undefined) throw new Error('The card verification is unknown');
  return attempt;
}

/** Undefined when there is none, also for what is no id at all. */
export async function findAttempt(db: Database, attemptId: string): Promise<Attempt | undefined> {
  if (!isUuid(attemptId)) return undefined;
  const row = await attempts(db).where({ id: attemptId }).first();
  return row && attemptOf(db, row);
}

function attemptOf(db: Database, row: AttemptRow): Attempt {
  return {
    id: row.id,
    reference: row.reference,
    registrationId: row.registration_id,
    card: JSON.parse(openText(db, 'card_sealed', row) ?? '') as Card,
    state: row.state,
    reason: row.reason,
    bankReference: openText(db, 'bank_reference_sealed', row),
    startCalledAt: row.start_called_at?.getTime() ?? null,
    expiresAt: row.expires_at?.getTime() ?? null,
  };
}

const LEFT_OPEN_MAX = 50;

/**
 * Tries without a verdict of registrations that have ended, once nobody is on their page any more; for a day. Those that
 * were asked about longest ago first.
 */
export async function listLeftOpen(db: Database): Promise<Attempt[]> {
  const ended = db
    .knex('registrations')
    .whereIn('status', STATUSES.filter(isFinal))
    .whereRaw('registrations.id = registration_id');
  const rows = await attempts(db)
    .whereExists(ended)
    .whereIn('state', ['starting', 'started', 'returned', 'pending'])
    .whereRaw(`(returned_at is not null or coalesce(expires_at, created_at) < now())`)
    .whereRaw(`coalesce(expires_at, created_at) > now() - interval '1 day'`)
    .orderBy('updated_at')
    .limit(LEFT_OPEN_MAX);
  return rows.map((row) => attemptOf(db, row));
}

/** An announced try that the story has refused opens no page. */
export function prepareAbandon({ knex }: Database, commandId: string): Write {
  return knex<AttemptRow>('card_verifications')
    .where({ command_id: commandId, state: 'starting' })
    .whereNull('start_called_at')
    .update({ state: 'abandoned', updated_at: knex.fn.now() });
}

/** True once per attempt: whoever gets it may call the bank, and nobody ever after (OTP-11). */
export async function claimStart(db: Database, attemptId: string): Promise<boolean> {
  const claimed = await attempts(db)
    .where({ id: attemptId, state: 'starting' })
    .whereNull('start_called_at')
    .update({ start_called_at: db.knex.fn.now() });
  return claimed === 1;
}

interface Started {
  readonly redirectUrl: string;
  readonly bankReference: string;
  readonly expiresAt: Date;
}

export async function writeStarted(db: Database, attemptId: string, started: Started): Promise<void> {
  await attempts(db)
    .where({ id: attemptId, state: 'starting' })
    .update({
      state: 'started',
      redirect_url_sealed: db.sealing.seal(place('redirect_url_sealed', attemptId), started.redirectUrl),
      bank_reference_sealed: db.sealing.seal(
        place('bank_reference_sealed', attemptId),
        started.bankReference,
      ),
      expires_at: started.expiresAt,
      updated_at: db.knex.fn.now(),
    });
}

/** The candidate is back; the bank may have answered before. */
export async function markReturned(db: Database, attemptId: string): Promise<void> {
  await attempts(db)
    .where({ id: attemptId, state: 'started' })
    .update({ state: 'returned', returned_at: db.knex.fn.now(), updated_at: db.knex.fn.now() });
}

interface Verdict {
  readonly state: AttemptState;
  readonly reason: CardRefusal | null;
  /** The ends of the card that the bank saw, when it was another one than was announced: the try counts for that. */
  readonly usedCard: Card | null;
}

/**
 * What the bank says of the attempt; the first verdict stays. What was typed was typed before the candidate was back and
 * before the page was over, however late we hear of it: a bad night of the bank costs nobody the next day.
 */
export async function writeVerdict(
  db: Database,
  attemptId: string,
  { state, reason, usedCard }: Verdict,
): Promise<void> {
  await attempts(db)
    .where({ id: attemptId })
    .whereNotIn('state', ['confirmed', 'refused', 'abandoned'])
    .update({
      ...{ state, reason, updated_at: db.knex.fn.now() },
      ...(reason === null ? {} : { entered_at: db.knex.raw('least(now(), expires_at, returned_at)') }),
      ...(usedCard === null ? {} : { used_card_hmac: cardHmac(db, usedCard) }),
    });
}
