/** One-time codes on their way out: the row first, then the sending, and both undone when it cannot be started. */
import { CODES_PER_HOUR, CODE_DIGITS } from '../domain/one-time-code.ts';
import { Refusal, type Wording } from '../domain/refusal.ts';
import { noteOutage } from '../store/code-outages.ts';
import type { Idempotency } from '../store/idempotency.ts';
import {
  forgetCode,
  noteCounted,
  requestCode,
  type CodePurpose,
  type RequestedCode,
} from '../store/one-time-codes.ts';
import { answer, type Answer } from './route.ts';
import type { Services } from './services.ts';

const RETRY_SECONDS = 5;

interface CodeOrder {
  readonly purpose: CodePurpose;
  readonly mobile: string;
  readonly deviceId: string;
  readonly sessionId: string | null;
  readonly registrationId: string | null;
  /** The derived address of the client. */
  readonly address: string;
  readonly idempotency: Idempotency;
  readonly now: number;
}

/**
 * Orders a code. The repeat of a request whose code is not on its way yet starts the sending again; that it happens
 * once is the engine's business, by the code's id.
 * @throws Refusal `too-many-codes`, or `codes-unavailable` when our side cannot send: then nothing is left of the
 * request that made the code, its key and its place in the limits included. A sending that has begun is no longer
 * undone, however the start was answered.
 */
export async function orderCode(services: Services, order: CodeOrder): Promise<Answer<202>> {
  const { db, keys, codeLifeSeconds: lifeSeconds } = services;
  const code = await requestCode(db, { ...order, lifeSeconds, codeKey: keys.code });
  if (!code.sent && code.expiresAt.getTime() > order.now) {
    try {
      await send(services, order, code);
    } catch (refusal) {
      throw refusal instanceof Refusal ? await unsent(services, order, refusal) : refusal;
    }
  }
  return ordered(code, order.now);
}

async function send(services: Services, order: CodeOrder, code: RequestedCode): Promise<void> {
  const { db, codes, sendingLimits, log } = services;
  // What the repeat of a request finds belongs to the first one: its sending may be under way.
  const undo = async (): Promise<boolean> => !code.made || (await forgetCode(db, code.id, order.idempotency));
  const sending = { ...order, lane: code.lane };
  if (!code.counted) {
    await sendingLimits.take(sending).catch(async (refusal: unknown) => {
      await undo();
      throw refusal;
    });
    // Two requests with one key may both have counted it.
    if (!(await noteCounted(db, code.id, order.now))) await sendingLimits.giveBack(sending);
  }
  try {
    await codes.start({ codeId: code.id, expiresAt: code.expiresAt.getTime() });
    await db.failpoint?.('code.after-start', code.id, order.purpose);
  } catch (error) {
    log.warn({ err: error, codeId: code.id }, 'a code could not be sent');
    if (!(await undo())) return;
    if (code.made) await sendingLimits.giveBack(sending);
    throw new Refusal('codes-unavailable', { retryAfterSeconds: RETRY_SECONDS });
  }
}

const SUBMIT_WITHOUT: Wording = {
  fa: 'پرسشنامه را بدون کد بفرستید: زمان دریافت آن ثبت می‌شود و بعداً با کد تأییدش می‌کنید.',
  en: 'Submit without a code: the time of receipt counts, and you confirm it by a code later.',
};

/** A submission need not wait for us: that no code could be sent is remembered, and the candidate is told to go on. */
async function unsent({ db }: Services, order: CodeOrder, refusal: Refusal): Promise<Refusal> {
  const { purpose, sessionId, registrationId, now } = order;
  const submits = purpose === 'submission' && sessionId !== null && registrationId !== null;
  if (refusal.code !== 'codes-unavailable' || !submits) return refusal;
  await noteOutage(db, { sessionId, registrationId, now });
  return new Refusal(refusal.code, { ...refusal.details, advice: SUBMIT_WITHOUT });
}

function ordered({ id, expiresAt, resendAt, quota }: RequestedCode, now: number): Answer<202> {
  const policy = { 'RateLimit-Policy': `"codes";q=${CODES_PER_HOUR};w=3600` };
  const left = quota && { RateLimit: `"codes";r=${quota.remaining};t=${quota.resetSeconds}` };
  const expiresInSeconds = Math.max(Math.ceil((expiresAt.getTime() - now) / 1000), 0);
  const body = { id, expiresAt, expiresInSeconds, resendAt, digits: CODE_DIGITS };
  return answer(202, body, { ...policy, ...left });
}
