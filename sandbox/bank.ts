/**
 * The bank's payment gateway, in the manner of Pasargad's (iran.md §4.1): token, purchase, inquiry; and what an entry
 * on its page does to a transaction and to a card. The page itself is bank-page.ts.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { Router, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { parseNationalId } from '../domain/national-id.ts';
import type { Card, Transaction, World } from './world.ts';

/** The bank's codes: of a transaction's state, and of an answer. */
export const CODES = {
  success: 0,
  unauthorized: 401,
  invalidInput: 13000,
  invoiceNotUnique: 13003,
  transactionNotFound: 13016,
  notPaid: 13022,
  cardUnknown: 13026,
  lineNotOfCard: 13027,
  cancelled: 13045,
  cardExpired: 13057,
  cardBlocked: 13058,
  wrongPassword: 13064,
  passwordLimit: 13334,
  timeOut: 13307,
  tooManyPasswords: 13322,
  holderIsOther: 13323,
  holderAuthenticated: 13328,
} as const;

const MESSAGES: Readonly<Record<number, string>> = {
  [CODES.success]: 'Successful',
  [CODES.unauthorized]: 'not authorized',
  [CODES.invalidInput]: 'Invalid Input',
  [CODES.invoiceNotUnique]: 'Invoice is not unique',
  [CODES.transactionNotFound]: 'Transaction not found',
};

const PAGE_LIFE_MS = 10 * 60_000;
const TOKEN_LIFE_MS = 10 * 60_000;
export const PASSWORD_LIFE_SECONDS = 120;
const PASSWORDS_MAX = 5;
/** The third wrong entry in a row blocks the card. */
const WRONG_ENTRIES_MAX = 3;

const LOGIN = z.object({ username: z.string(), password: z.string() });
const PURCHASE = z.object({
  amount: z.int().min(1_000),
  invoice: z.string().regex(/^[\w-]{1,64}$/),
  invoiceDate: z.string(),
  serviceCode: z.literal(8),
  serviceType: z.literal('PURCHASE'),
  callbackApi: z.url({ protocol: /^https?$/ }),
  mobileNumber: z.string().regex(/^09\d{9}$/),
  nationalCode: z.string().refine((text) => parseNationalId(text) === text),
  terminalNumber: z.string(),
});
const INQUIRY = z.object({ invoiceId: z.string() });

function answer(response: Response, resultCode: number, rest: object = {}): void {
  const status = resultCode === CODES.unauthorized ? 401 : 200;
  response.status(status).json({ resultMsg: MESSAGES[resultCode] ?? '', resultCode, ...rest });
}

interface BankSetup {
  readonly world: World;
  readonly terminal: string;
  readonly key: string;
  /** Applied to what does something (purchase, inquiry), not to the token. */
  readonly fault: RequestHandler;
}

export function bankRoutes({ world, terminal, key, fault }: BankSetup): Router {
  const router = Router();
  const tokens = new Map<string, number>();
  router.post('/token/getToken', (request, response) => {
    const login = LOGIN.safeParse(request.body);
    if (!login.success) return answer(response, CODES.invalidInput);
    const { username, password } = login.data;
    if (username !== terminal || password !== key) return answer(response, CODES.unauthorized);
    for (const [token, until] of tokens) if (until < world.now()) tokens.delete(token);
    const token = randomBytes(32).toString('base64url');
    tokens.set(token, world.now() + TOKEN_LIFE_MS);
    return answer(response, CODES.success, { token, username });
  });
  router.use('/api', (request, response, next) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if ((tokens.get(token) ?? 0) > world.now()) next();
    else answer(response, CODES.unauthorized);
  });
  router.post('/api/payment/purchase', (request, _response, next) => {
    const { invoice } = (request.body ?? {}) as { invoice?: unknown };
    if (typeof invoice === 'string') world.noteBankStart({ invoice });
    next();
  });
  router.post('/api/payment/purchase', fault, (request, response) => {
    const wish = PURCHASE.safeParse(request.body);
    if (!wish.success || wish.data.terminalNumber !== terminal) return answer(response, CODES.invalidInput);
    if (world.transactionOfInvoice(wish.data.invoice)) return answer(response, CODES.invoiceNotUnique);
    const { urlId } = open(world, wish.data);
    const url = `${request.protocol}://${request.get('host') ?? ''}${request.baseUrl}/${urlId}`;
    return answer(response, CODES.success, { data: { urlId, url } });
  });
  router.post('/api/payment/payment-inquiry', fault, (request, response) => {
    const question = INQUIRY.safeParse(request.body);
    if (!question.success) return answer(response, CODES.invalidInput);
    const transaction = world.transactionOfInvoice(question.data.invoiceId);
    if (transaction === undefined) return answer(response, CODES.transactionNotFound);
    return answer(response, CODES.success, { data: inquiryOf(world, transaction) });
  });
  return router;
}

function open(world: World, wish: z.infer<typeof PURCHASE>): Transaction {
  const createdAt = world.now();
  const transaction: Transaction = {
    urlId: randomBytes(20).toString('hex'),
    invoice: wish.invoice,
    callback: wish.callbackApi,
    amount: wish.amount,
    mobile: wish.mobileNumber,
    nationalId: wish.nationalCode,
    createdAt,
    expiresAt: createdAt + PAGE_LIFE_MS,
    state: CODES.notPaid,
    maskedCard: null,
    referenceNumber: null,
    trackId: String(randomInt(100_000, 1_000_000)),
    password: null,
    passwordsSent: 0,
  };
  world.saveTransaction(transaction);
  return transaction;
}

function inquiryOf(world: World, transaction: Transaction): object {
  const { trackId, amount, invoice, urlId, maskedCard, referenceNumber, createdAt } = transaction;
  return {
    status: stateOf(world, transaction),
    trackId,
    amount,
    cardNumber: maskedCard,
    invoice,
    url: urlId,
    referenceNumber,
    requestDate: new Date(createdAt).toISOString(),
  };
}

/** An open transaction whose page has run out of time is over, also when nobody touched it. */
export function stateOf(world: World, { state, expiresAt }: Transaction): number {
  return state === CODES.notPaid && world.now() >= expiresAt ? CODES.timeOut : state;
}

/** A card's number as the bank shows it to the merchant. */
export function masked(number: string): string {
  return `${number.slice(0, 6)}******${number.slice(-4)}`;
}

function end(world: World, transaction: Transaction, outcome: { state: number; card?: string }): Transaction {
  const maskedCard = outcome.card === undefined ? null : masked(outcome.card);
  const paid = outcome.state === CODES.holderAuthenticated;
  const referenceNumber = paid ? String(randomInt(1e11, 1e12)) : null;
  const ended = { ...transaction, state: outcome.state, maskedCard, referenceNumber, password: null };
  world.saveTransaction(ended);
  return ended;
}

/** However it was entered: the bank ends the transaction with this code. */
export function endAs(
  world: World,
  transaction: Transaction,
  { code, card }: { readonly code: number; readonly card: string },
): Transaction {
  return end(world, transaction, { state: code, card });
}

export function cancel(world: World, transaction: Transaction): Transaction {
  return end(world, transaction, { state: CODES.cancelled });
}

export function expire(world: World, transaction: Transaction): Transaction {
  return end(world, transaction, { state: CODES.timeOut });
}

/**
 * Sends a dynamic password for a card to the number that its issuer knows. It replaces an earlier one. A card that
 * cannot have one, and the sixth request, end the transaction.
 */
export function sendPassword(world: World, transaction: Transaction, number: string): Transaction {
  const card = world.cards.get(number);
  if (card === undefined) return end(world, transaction, { state: CODES.cardUnknown });
  if (card.blocked) return end(world, transaction, { state: CODES.cardBlocked, card: number });
  if (transaction.passwordsSent >= PASSWORDS_MAX) {
    return end(world, transaction, { state: CODES.tooManyPasswords, card: number });
  }
  const code = String(randomInt(10_000_000)).padStart(7, '0');
  const text = `رمز پویا: ${code}\nاین رمز ۱۲۰ ثانیه اعتبار دارد، یک بار و فقط برای همین تراکنش.`;
  world.deliver({ to: card.mobile, text, provider: 'bank', localId: null });
  const sent = {
    ...transaction,
    passwordsSent: transaction.passwordsSent + 1,
    password: { code, card: number, expiresAt: world.now() + PASSWORD_LIFE_SECONDS * 1000 },
  };
  world.saveTransaction(sent);
  return sent;
}

export interface CardEntry {
  readonly pan: string;
  readonly cvv2: string;
  readonly month: string;
  readonly year: string;
  readonly dynamicPassword: string;
}

/** One complete entry on the page: whatever it was, the transaction is over afterwards. */
export function pay(world: World, transaction: Transaction, entry: CardEntry): Transaction {
  const card = world.cards.get(entry.pan);
  if (card === undefined) return end(world, transaction, { state: CODES.cardUnknown });
  const over = (state: number) => end(world, transaction, { state, card: card.number });
  if (card.blocked) return over(CODES.cardBlocked);
  if (!isRight(world, { card, transaction, entry })) {
    const wrongEntries = card.wrongEntries + 1;
    const blocked = wrongEntries >= WRONG_ENTRIES_MAX;
    world.saveCard({ ...card, wrongEntries, blocked });
    return over(blocked ? CODES.passwordLimit : CODES.wrongPassword);
  }
  if (card.wrongEntries > 0) world.saveCard({ ...card, wrongEntries: 0 });
  if (card.expired) return over(CODES.cardExpired);
  if (card.holder !== transaction.nationalId) return over(CODES.holderIsOther);
  if (card.mobile !== transaction.mobile) return over(CODES.lineNotOfCard);
  return over(CODES.holderAuthenticated);
}

interface Judged {
  readonly card: Card;
  readonly transaction: Transaction;
  readonly entry: CardEntry;
}

/** A password counts for the transaction, the card and the time for which it was sent; cvv2 and date must be right too. */
function isRight(world: World, { card, transaction: { password }, entry }: Judged): boolean {
  return (
    password !== null &&
    password.card === card.number &&
    world.now() < password.expiresAt &&
    entry.dynamicPassword === password.code &&
    entry.cvv2 === card.cvv2 &&
    Number(entry.month) === Number(card.month) &&
    Number(entry.year) % 100 === Number(card.year)
  );
}
