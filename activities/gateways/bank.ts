/**
 * The bank's payment page, by which a card proves whose it is. The port, and the adapter for a payment gateway in
 * the manner of Pasargad's (iran.md §4.1): token, purchase, redirect, inquiry.
 *
 * Card number and dynamic password are typed at the bank only. The amount is never confirmed: an unconfirmed
 * purchase goes back to the card by itself (DESIGN §2.2), so this adapter has no call that confirms.
 */
import { CARD_STEP_RIALS } from '../../domain/identity-texts.ts';
import { localMobile } from '../../domain/mobile-number.ts';
import { isTokenOver, readInquiry, readPurchase, readToken, type BankOutcome } from './bank-answers.ts';
import { call, CALL_TIMEOUT_MS, type Answer, type Effect } from './call.ts';

export type { BankOutcome };

export interface StartedTransaction {
  /** Where the candidate's browser goes. */
  readonly redirectUrl: string;
  readonly bankReference: string;
  readonly expiresAt: Date;
}

export interface BankGateway {
  /**
   * Opens one transaction under the id of the attempt. Never repeated in here; after an `ambiguous` error it may
   * be open, and only `inquire` can tell (OTP-11); after any other error it is not. The bank refuses the same attempt
   * a second time.
   */
  start(attempt: {
    readonly attemptId: string;
    /** `+989…` */
    readonly mobile: string;
    readonly nationalId: string;
    /** Where the bank sends the browser afterwards. */
    readonly returnUrl: string;
  }): Promise<StartedTransaction>;
  /** What became of an attempt; harmless, as often as needed. `bankReference` null when the start's answer was lost. */
  inquire(attempt: {
    readonly attemptId: string;
    readonly bankReference: string | null;
  }): Promise<BankOutcome>;
}

export interface BankOptions {
  /** Without the service's path: `https://pep.shaparak.ir` */
  readonly url: string;
  readonly terminal: string;
  readonly key: string;
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

/** The payment page of a transaction ends so long after its start. */
const PAGE_LIFE_MS = 10 * 60_000;
/** A token lives ten minutes; a little less, so that it does not end under way. */
const TOKEN_LIFE_MS = 9 * 60_000;
/** Rials. Large enough for every issuer to ask for the dynamic password; never confirmed. */

interface Call {
  readonly effect: Effect;
  readonly token?: string;
}

export function createBank(options: BankOptions): BankGateway {
  const { terminal, timeoutMs = CALL_TIMEOUT_MS, now = Date.now } = options;
  const base = `${options.url.replace(/\/+$/, '')}/dorsa1`;
  let held: { readonly token: string; readonly until: number } | null = null;

  const post = (path: string, json: unknown, { effect, token }: Call): Promise<Answer> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return call({ provider: 'bank', url: `${base}/${path}`, effect, headers, body: { json }, timeoutMs });
  };

  const freshToken = async (): Promise<string> => {
    const answer = await post(
      'token/getToken',
      { username: terminal, password: options.key },
      { effect: 'none' },
    );
    const token = readToken(answer);
    held = { token, until: now() + TOKEN_LIFE_MS };
    return token;
  };

  const ask = async (attemptId: string): Promise<Answer> => {
    const inquire = (token: string) =>
      post('api/payment/payment-inquiry', { invoiceId: attemptId }, { effect: 'none', token });
    const answer = await inquire(held !== null && held.until > now() ? held.token : await freshToken());
    // The bank may have forgotten a token early; to ask again is harmless.
    return isTokenOver(answer) ? inquire(await freshToken()) : answer;
  };

  return {
    async start({ attemptId, mobile, nationalId, returnUrl }) {
      // Always a new token: an expired one would cost the attempt its only start.
      const token = await freshToken();
      const startedAt = now();
      const answer = await post(
        'api/payment/purchase',
        {
          amount: CARD_STEP_RIALS,
          invoice: attemptId,
          invoiceDate: new Date(startedAt).toISOString().slice(0, 10),
          serviceCode: 8,
          serviceType: 'PURCHASE',
          callbackApi: returnUrl,
          mobileNumber: localMobile(mobile),
          nationalCode: nationalId,
          terminalNumber: terminal,
        },
        { effect: 'once', token },
      );
      const { url, urlId } = readPurchase(answer, new URL(base).origin);
      return { redirectUrl: url, bankReference: urlId, expiresAt: new Date(startedAt + PAGE_LIFE_MS) };
    },

    async inquire({ attemptId, bankReference }) {
      return readInquiry(await ask(attemptId), { attemptId, bankReference });
    },
  };
}
