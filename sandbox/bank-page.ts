/**
 * The bank's payment page: one plain form with three buttons. A complete entry, right or wrong, ends the transaction
 * and leads the browser back to the merchant; an incomplete one is shown again and does not count.
 */
import { createHash } from 'node:crypto';
import { Router, type Response } from 'express';
import { luhnValid } from '../domain/bank-card.ts';
import { bareDigits, persianDigits } from '../domain/persian-text.ts';
import {
  cancel,
  CODES,
  endAs,
  expire,
  pay,
  PASSWORD_LIFE_SECONDS,
  sendPassword,
  stateOf,
  type CardEntry,
} from './bank.ts';
import { html, sendPage, type Markup } from './page.ts';
import type { BankResults } from './bank-results.ts';
import type { Transaction, World } from './world.ts';

const FIELDS = ['pan', 'cvv2', 'month', 'year', 'dynamicPassword'] as const;
const EMPTY: CardEntry = { pan: '', cvv2: '', month: '', year: '', dynamicPassword: '' };

interface Shown {
  readonly transaction: Transaction;
  readonly entry?: CardEntry;
  readonly error?: string;
  readonly note?: string;
}

export function bankPageRoutes(world: World, { take }: Pick<BankResults, 'take'>): Router {
  const router = Router();
  router.get('/:urlId', (request, response) => {
    const transaction = world.transactions.get(request.params.urlId);
    if (transaction === undefined) return unknown(response);
    if (stateOf(world, transaction) !== CODES.notPaid) return over(response, transaction);
    return form(response, { transaction });
  });
  router.post('/:urlId', (request, response) => {
    const transaction = world.transactions.get(request.params.urlId);
    if (transaction === undefined) return unknown(response);
    noteEntry(world, transaction, request.body);
    if (transaction.state !== CODES.notPaid) return over(response, transaction);
    if (stateOf(world, transaction) === CODES.timeOut) return leave(response, expire(world, transaction));
    return act(world, response, {
      transaction,
      entry: entryOf(request.body),
      action: actionOf(request.body),
      forced: take,
    });
  });
  return router;
}

/** Digits as people type them: Persian, Arabic, with spaces or dashes. */
function entryOf(body: unknown): CardEntry {
  const given = (body ?? {}) as Readonly<Record<string, unknown>>;
  const fields = FIELDS.map((name) => {
    const value = given[name];
    return [name, typeof value === 'string' ? bareDigits(value).slice(0, 40) : ''];
  });
  return Object.fromEntries(fields) as unknown as CardEntry;
}

function actionOf(body: unknown): string {
  const { action } = (body ?? {}) as { action?: unknown };
  return typeof action === 'string' ? action : 'pay';
}

/** Whatever becomes of it: a password that was sent here was presented, also when the transaction is over. */
function noteEntry(world: World, { invoice }: Transaction, body: unknown): void {
  const { pan, dynamicPassword } = entryOf(body);
  if (actionOf(body) !== 'pay' || dynamicPassword === '') return;
  const password = createHash('sha256').update(dynamicPassword).digest('hex');
  world.noteBankEntry({ invoice, card: pan, password });
}

interface Act {
  readonly transaction: Transaction;
  readonly entry: CardEntry;
  readonly action: string;
  /** A code with which a complete entry ends, whatever it is. */
  readonly forced: BankResults['take'];
}

function act(world: World, response: Response, { transaction, entry, action, forced }: Act): void {
  if (action === 'cancel') return leave(response, cancel(world, transaction));
  if (entry.pan.length !== 16 || !luhnValid(entry.pan)) {
    const error = 'شماره کارت درست نیست. ۱۶ رقم روی کارت را دوباره بررسی کنید.';
    return form(response, { transaction, entry, error });
  }
  if (action === 'password') {
    const asked = sendPassword(world, transaction, entry.pan);
    if (asked.state !== CODES.notPaid) return leave(response, asked);
    const note = `رمز پویا پیامک شد و ${persianDigits(PASSWORD_LIFE_SECONDS)} ثانیه اعتبار دارد.`;
    return form(response, { transaction: asked, entry: { ...entry, dynamicPassword: '' }, note });
  }
  if (FIELDS.some((name) => entry[name] === '')) {
    return form(response, { transaction, entry, error: 'همه خانه‌ها را پر کنید.' });
  }
  const code = forced();
  if (code !== undefined) return leave(response, endAs(world, transaction, { code, card: entry.pan }));
  return leave(response, pay(world, transaction, entry));
}

/** Where the merchant wants the browser back, with the callback parameters of the contract. */
function returnAddress({ callback, invoice, state, referenceNumber, trackId }: Transaction): string {
  const url = new URL(callback);
  url.searchParams.set('invoiceId', invoice);
  url.searchParams.set('status', state === CODES.holderAuthenticated ? 'success' : 'failed');
  url.searchParams.set('referenceNumber', referenceNumber ?? '');
  url.searchParams.set('trackId', trackId);
  return url.href;
}

function leave(response: Response, transaction: Transaction): void {
  response.set('cache-control', 'no-store').redirect(303, returnAddress(transaction));
}

function unknown(response: Response): void {
  const body = html`<p class="error">چنین تراکنشی نیست.</p>`;
  sendPage(response, { title: 'درگاه پرداخت', status: 404, body });
}

function over(response: Response, transaction: Transaction): void {
  const body = html`<p class="note">این تراکنش پایان یافته است.</p>
    <p><a href="${returnAddress(transaction)}">بازگشت به سایت پذیرنده</a></p>`;
  sendPage(response, { title: 'درگاه پرداخت', status: 410, body });
}

function form(response: Response, shown: Shown): void {
  const status = shown.error === undefined ? 200 : 422;
  sendPage(response, { title: 'درگاه پرداخت', status, body: formMarkup(shown) });
}

function formMarkup({ transaction, entry = EMPTY, error, note }: Shown): Markup {
  const messages = html`${error === undefined ? '' : html`<p class="error" role="alert">${error}</p>`}${note === undefined ? '' : html`<p class="note" role="status">${note}</p>`}`;
  return html`${messages}
    <p>
      مبلغ: ${transaction.amount.toLocaleString('fa-IR')} ریال. این مبلغ نهایی نمی‌شود و به کارت برمی‌گردد.
    </p>
    <form method="post" autocomplete="off">
      <label
        >شماره کارت <input name="pan" value="${entry.pan}" inputmode="numeric" dir="ltr" size="20" autofocus
      /></label>
      <label>CVV2 <input name="cvv2" value="${entry.cvv2}" inputmode="numeric" dir="ltr" size="5" /></label>
      <label
        >ماه انقضا <input name="month" value="${entry.month}" inputmode="numeric" dir="ltr" size="3"
      /></label>
      <label
        >سال انقضا <input name="year" value="${entry.year}" inputmode="numeric" dir="ltr" size="5"
      /></label>
      <label
        >رمز پویا
        <input name="dynamicPassword" value="${entry.dynamicPassword}" inputmode="numeric" dir="ltr" size="9"
      /></label>
      <button class="main" name="action" value="pay">پرداخت</button>
      <button name="action" value="password">درخواست رمز پویا</button>
      <button name="action" value="cancel">انصراف</button>
    </form>`;
}
