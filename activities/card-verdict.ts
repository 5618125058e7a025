/** What an answer of the bank proves about an attempt; what proves nothing is pending. */
import { maskedPanAgrees, partsOfMaskedPan } from '../domain/bank-card.ts';
import { bankOfPrefix, needsMoreDigits, type BankPrefix } from '../domain/bank-prefix.ts';
import type { CardRefusal, Instant } from '../domain/registration.ts';
import type { Attempt, AttemptState, Card } from '../store/card-verifications.ts';
import type { BankOutcome } from './gateways/bank.ts';

export interface Verdict {
  readonly state: Extract<AttemptState, 'pending' | 'confirmed' | 'refused' | 'abandoned'>;
  readonly reason: CardRefusal | null;
  /** The card that the bank saw, when it was another one than was announced. */
  readonly usedCard: Card | null;
}

interface Known {
  /** What is true of bank prefixes now. */
  readonly banks: readonly BankPrefix[];
  readonly now: Instant;
}

/** A transaction may show up at the bank a little after its start, but not after its end. */
const NOT_FOUND_GRACE_MS = 60_000;

const PENDING: Verdict = { state: 'pending', reason: null, usedCard: null };
const ABANDONED: Verdict = { state: 'abandoned', reason: 'expired', usedCard: null };

export function verdictOf(
  { card, expiresAt }: Pick<Attempt, 'card' | 'expiresAt'>,
  answer: BankOutcome,
  { banks, now }: Known,
): Verdict {
  switch (answer.outcome) {
    case 'pending':
      return PENDING;
    case 'timed-out':
      // Before the end of the page the bank speaks of its own patience, not of the candidate's.
      return expiresAt !== null && now >= expiresAt ? ABANDONED : PENDING;
    case 'not-found':
      return expiresAt !== null && now > expiresAt + NOT_FOUND_GRACE_MS ? ABANDONED : PENDING;
    case 'refused':
      return refused(answer.reason, usedCard(card, answer.maskedPan ?? ''));
    case 'confirmed':
      return verdictOnCard(card, answer.maskedPan, { banks, now });
  }
}

function refused(reason: CardRefusal, used: Card | null): Verdict {
  return { state: 'refused', reason, usedCard: used };
}

/** Null when it is the announced one, as far as its digits can be seen. */
function usedCard({ cardPrefix, cardSuffix }: Card, maskedPan: string): Card | null {
  const seen = partsOfMaskedPan(maskedPan);
  if (seen === undefined) return null;
  const agrees = maskedPanAgrees({ maskedPan, prefix: cardPrefix, suffix: cardSuffix });
  return agrees ? null : { cardPrefix: seen.prefix, cardSuffix: seen.suffix };
}

/**
 * The card that paid has to be the one that was announced, and of a bank that may be used (DESIGN §2.2). Where the bank
 * shows fewer digits than were announced, and they agree, the announced ones tell which bank it is.
 */
function verdictOnCard(card: Card, maskedPan: string, { banks, now }: Known): Verdict {
  const seen = partsOfMaskedPan(maskedPan);
  if (seen === undefined) return PENDING;
  const used = usedCard(card, maskedPan);
  const announced = used === null && card.cardPrefix.length > seen.prefix.length;
  const digits = announced ? card.cardPrefix : seen.prefix;
  if (bankOfPrefix(banks, digits, now)?.supported === false) return refused('bank-not-supported', used);
  // Too few digits to tell: announced again, the door asks for more of them.
  return used === null && !needsMoreDigits(banks, digits, now)
    ? { state: 'confirmed', reason: null, usedCard: null }
    : refused('card-not-announced', used);
}
