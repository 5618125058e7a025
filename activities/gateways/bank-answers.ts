/** How the bank's answers are read (iran.md §4.1); what its codes mean stands in bank-codes.ts. */
import { z } from 'zod';
import { partsOfMaskedPan } from '../../domain/bank-card.ts';
import { meaningOf, type BankRefusal, type CodeMeaning } from './bank-codes.ts';
import { malformed, type Answer } from './call.ts';
import { GatewayError } from './gateway-error.ts';

export type BankOutcome =
  | { readonly outcome: 'pending' | 'not-found' | 'timed-out' }
  /** The holder of the card is the owner of the line and the candidate, says the bank. `502229******1234` */
  | { readonly outcome: 'confirmed'; readonly maskedPan: string }
  | { readonly outcome: 'refused'; readonly reason: BankRefusal; readonly maskedPan?: string };

const UNAUTHORIZED = new Set([401, 13002, 13004, 13366]);
const INVOICE_NOT_UNIQUE = 13003;
const FAILED_WITHOUT_REASON = 13025;

const RESULT = z.object({ resultCode: z.int() });
const TOKEN = z.object({ token: z.string().regex(/^[\x21-\x7e]{8,2000}$/) });
const PURCHASE = z.object({
  data: z.object({ urlId: z.string().regex(/^[\w-]{8,128}$/), url: z.string().max(2_000) }),
});
const INQUIRY = z.object({
  data: z.object({
    status: z.int(),
    invoice: z.string(),
    url: z.string(),
    // Only a pass depends on it: a cancelled page has shown no card, or half of one.
    cardNumber: z.string().max(40).nullish(),
  }),
});

const START = { provider: 'bank', effect: 'once' } as const;
const ASK = { provider: 'bank', effect: 'none' } as const;

function resultOf({ status, body }: Answer, during: typeof START | typeof ASK): number {
  const parsed = RESULT.safeParse(body);
  if (!parsed.success) throw malformed(during, `HTTP ${status} without a result`);
  const { resultCode } = parsed.data;
  if (resultCode === 0 && status !== 200) throw malformed(during, `success with HTTP ${status}`);
  return resultCode;
}

/** A token, or the operator's trouble with our terminal and key. */
export function readToken(answer: Answer): string {
  const code = resultOf(answer, ASK);
  if (code !== 0)
    throw new GatewayError('misconfigured', `bank: token refused (${code})`, { retryable: true });
  const parsed = TOKEN.safeParse(answer.body);
  if (!parsed.success) throw malformed(ASK, 'no token');
  return parsed.data.token;
}

/** Whether the bank no longer knows our token. */
export function isTokenOver(answer: Answer): boolean {
  return UNAUTHORIZED.has(resultOf(answer, ASK));
}

/** The page's address must be the bank's own: the candidate types a card number there. */
export function readPurchase(answer: Answer, origin: string): { url: string; urlId: string } {
  const code = resultOf(answer, START);
  if (UNAUTHORIZED.has(code)) {
    throw new GatewayError('misconfigured', `bank: start refused (${code})`, { retryable: true });
  }
  if (code === INVOICE_NOT_UNIQUE) {
    throw new GatewayError('ambiguous', 'bank: the attempt was started before', { retryable: false });
  }
  if (code !== 0) throw new GatewayError('refused', `bank: start refused (${code})`, { retryable: false });
  const parsed = PURCHASE.safeParse(answer.body);
  if (!parsed.success) throw malformed(START, 'no page');
  const { url, urlId } = parsed.data.data;
  if (!URL.canParse(url) || new URL(url).origin !== origin) throw malformed(START, 'the page is elsewhere');
  return { url: new URL(url).href, urlId };
}

export function readInquiry(
  answer: Answer,
  asked: { readonly attemptId: string; readonly bankReference: string | null },
): BankOutcome {
  const code = resultOf(answer, ASK);
  if (code !== 0) return verdictOnCall(code);
  const parsed = INQUIRY.safeParse(answer.body);
  if (!parsed.success) throw malformed(ASK, 'no transaction');
  const { status, invoice, url, cardNumber } = parsed.data.data;
  const ours = invoice === asked.attemptId && (asked.bankReference === null || url === asked.bankReference);
  if (!ours) throw malformed(ASK, 'another transaction');
  return outcomeOf(meaningOf('pasargad', status), `state ${status}`, cardNumber ?? undefined);
}

/** The inquiry itself was answered with a code instead of a transaction. */
function verdictOnCall(code: number): BankOutcome {
  if (UNAUTHORIZED.has(code)) {
    throw new GatewayError('misconfigured', `bank: inquiry refused (${code})`, { retryable: true });
  }
  const meaning = meaningOf('pasargad', code);
  if (meaning === 'holder-authenticated') throw malformed(ASK, 'a pass without a transaction');
  // Here a failing bank fails to answer; it says nothing about the transaction.
  if (meaning === undefined || meaning === 'timed-out' || code === FAILED_WITHOUT_REASON) {
    throw new GatewayError('unavailable', `bank: result ${code}`, { retryable: true });
  }
  return outcomeOf(meaning, `result ${code}`);
}

function outcomeOf(meaning: CodeMeaning | undefined, what: string, maskedPan?: string): BankOutcome {
  switch (meaning) {
    case undefined:
      throw malformed(ASK, what);
    case 'pending':
    case 'not-found':
    case 'timed-out':
      return { outcome: meaning };
    case 'holder-authenticated':
      if (maskedPan === undefined || partsOfMaskedPan(maskedPan) === undefined) {
        throw malformed(ASK, 'success without a card');
      }
      return { outcome: 'confirmed', maskedPan };
    default:
      return { outcome: 'refused', reason: meaning, ...(maskedPan === undefined ? {} : { maskedPan }) };
  }
}
