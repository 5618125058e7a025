/** SMS with a one-time code. The code is opened here, for the gateway, and goes nowhere else. */
import { smsText, withWebOtp } from '../domain/sms-text.ts';
import { markCodeSent, takeCodeToSend } from '../store/one-time-codes.ts';
import { CODE_CAUSE, letGo, takeCodeSms } from '../store/sms.ts';
import type { Dependencies } from './dependencies.ts';
import { notYet, outsideFailure } from './failures.ts';
import type { GatewayFailure } from './gateways/gateway-error.ts';
import { handOver } from './sms-routing.ts';

interface OfCode {
  readonly codeId: string;
}

const TEMPLATE = {
  'sign-in': 'code-sign-in',
  submission: 'code-submission',
  withdrawal: 'code-withdrawal',
  'mobile-change': 'code-mobile-change',
  'new-mobile': 'code-new-mobile',
} as const;

/** As long as the engine waits for one try. */
const HOLD_SECONDS = 10;
const LOOK_AGAIN_MS = 500;
/** A code lives for two minutes: whatever an operator has to mend, it is tried again soon. */
const REST_AFTER_MISTAKE_MS = 5_000;
/** Each try whose answer is lost may be one more SMS: at two providers that lose all of them, some twenty at most. */
const REST_IN_DOUBT_MS = 15_000;

function restOf(kind: GatewayFailure): number | undefined {
  if (kind === 'ambiguous' || kind === 'malformed') return REST_IN_DOUBT_MS;
  return kind === 'misconfigured' ? REST_AFTER_MISTAKE_MS : undefined;
}

export function codeActivities(dependencies: Dependencies) {
  const { db, webOtpHost = null } = dependencies;

  /** `refused`: no provider could reach this number. */
  async function send(codeId: string): Promise<'sent' | 'ended' | 'refused'> {
    const now = Date.now();
    const taken = await takeCodeToSend(db, codeId, now);
    if (taken === undefined) return 'ended';
    const { mobile, code, purpose, expiresAt } = taken;
    const template = TEMPLATE[purpose];
    const row = {
      id: codeId,
      registrationId: null,
      cause: CODE_CAUSE,
      template,
      parameters: {},
      mobile,
      at: now,
    };
    const sms = await takeCodeSms(db, row, HOLD_SECONDS);
    if (sms === 'held') throw notYet('somebody else sends this code', LOOK_AGAIN_MS);
    if (sms === 'refused') return 'refused';
    if (sms !== 'done') {
      const text = withWebOtp(smsText({ ...sms, parameters: { code } }), { host: webOtpHost, code });
      const own = { kind: 'code', code, purpose, expiresAt } as const;
      const message = { ...own, to: mobile, reference: codeId, text };
      const point = { name: 'sendCode', subject: codeId };
      const { attempts } = sms;
      const result = await handOver(dependencies, { message, attempts, point }).catch((error: unknown) =>
        giveBack(codeId, error),
      );
      if (result === 'refused') return 'refused';
    }
    await markCodeSent(db, codeId, Date.now());
    return 'sent';
  }

  async function giveBack(smsId: string, error: unknown): Promise<never> {
    await letGo(db, smsId);
    throw error;
  }

  return {
    /** `ended`: it was sent before, used, replaced, or its time is over. */
    async sendCode({ codeId }: OfCode): Promise<'sent' | 'ended' | 'refused'> {
      try {
        return await send(codeId);
      } catch (error) {
        throw outsideFailure(error, restOf);
      }
    },
  };
}
