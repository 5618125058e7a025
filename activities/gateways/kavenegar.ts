/**
 * The adapter for Kavenegar (iran.md §5.1): codes go through a template of the provider on its service line, which
 * also reaches who blocks advertisements; notices go as text under our own id, which it takes once.
 */
import { z } from 'zod';
import { localMobile } from '../../domain/mobile-number.ts';
import { KAVENEGAR_UNKNOWN_ID, stateOfKavenegar } from '../../domain/sms-receipt.ts';
import { call, CALL_TIMEOUT_MS, malformed, type Answer, type Effect } from './call.ts';
import { GatewayError } from './gateway-error.ts';
import type { CodePurpose, Sms, SmsGateway } from './sms.ts';

interface KavenegarOptions {
  /** Without the version: `https://api.kavenegar.com` */
  readonly url: string;
  readonly key: string;
  readonly timeoutMs?: number;
}

const PROVIDER = 'sms-a';

/**
 * Names of the templates that the operator has had approved at the provider, with the texts of docs/operations.md. A
 * new text has a name of its own, so that it can be approved while workers of an earlier build still use the old one.
 */
export const CODE_TEMPLATES: Readonly<Record<CodePurpose, string>> = {
  'sign-in': 'davtalab-login-2',
  submission: 'davtalab-submit-2',
  withdrawal: 'davtalab-withdraw-2',
  'mobile-change': 'davtalab-mobile',
  'new-mobile': 'davtalab-new-mobile',
};

const ENVELOPE = z.object({ return: z.object({ status: z.int(), message: z.string().max(500) }) });
const ID = z.int().positive();
const SENT = z.object({ entries: z.tuple([z.object({ messageid: ID })]) });
const FOUND = z.object({
  entries: z.tuple([z.object({ messageid: z.int().nonnegative(), status: z.int() })]),
});
const STATES = z.object({ entries: z.array(z.object({ messageid: ID, status: z.int() })).max(500) });

/** The receiver's number is none: nobody else could reach it. */
const NO_RECEIVER = 411;
/** Every other no is about the account, its credit, its line, its template: an operator has to act. */
const BUSY = new Set([402, 409, 451]);

export function createKavenegar({ url, key, timeoutMs = CALL_TIMEOUT_MS }: KavenegarOptions): SmsGateway {
  const base = `${url.replace(/\/+$/, '')}/v1/${encodeURIComponent(key)}`;
  const ask = async (path: string, form: Record<string, string>, withinMs = timeoutMs): Promise<unknown> => {
    const effect: Effect = SENDING.has(path) ? 'repeatable' : 'none';
    const request = { provider: PROVIDER, url: `${base}/${path}`, effect, body: { form } };
    return accepted(await call({ ...request, timeoutMs: Math.min(timeoutMs, withinMs) }), effect);
  };

  return {
    async send(sms) {
      const sent = SENT.safeParse(await ask(...requestOf(sms), sms.withinMs));
      if (!sent.success) throw malformed({ provider: PROVIDER, effect: 'repeatable' }, 'no message id');
      return { references: [String(sent.data.entries[0].messageid)] };
    },

    async find({ kind, reference, withinMs }) {
      // A template takes no id of ours, so nothing is known of a code whose answer was lost.
      if (kind === 'code') return { state: 'unknown', references: [] };
      const localid = localId(reference);
      const found = FOUND.safeParse(await ask('sms/statuslocalmessageid.json', { localid }, withinMs));
      if (!found.success) throw malformed({ provider: PROVIDER, effect: 'none' }, 'no status');
      const { messageid, status } = found.data.entries[0];
      const state = status === KAVENEGAR_UNKNOWN_ID ? 'not-found' : stateOfKavenegar(status);
      return { state, references: messageid === 0 ? [] : [String(messageid)] };
    },

    async states(references) {
      const answer = STATES.safeParse(await ask('sms/status.json', { messageid: references.join(',') }));
      if (!answer.success) throw malformed({ provider: PROVIDER, effect: 'none' }, 'no status');
      const byId = new Map(answer.data.entries.map(({ messageid, status }) => [String(messageid), status]));
      return references.map((reference) => stateOfKavenegar(byId.get(reference) ?? -1));
    },
  };
}

const LOOKUP = 'verify/lookup.json';
const SEND = 'sms/send.json';
const SENDING = new Set([LOOKUP, SEND]);

function requestOf(sms: Sms): [path: string, form: Record<string, string>] {
  const receptor = localMobile(sms.to);
  return sms.kind === 'code'
    ? [LOOKUP, { receptor, template: CODE_TEMPLATES[sms.purpose], token: sms.code }]
    : [SEND, { receptor, message: sms.text, localid: localId(sms.reference) }];
}

/** Kavenegar's `localid` is a 64-bit number; the last 60 bits of a version 7 UUID are random enough to be one. */
function localId(reference: string): string {
  return BigInt(`0x${reference.replaceAll('-', '').slice(-15)}`).toString();
}

/** The body of an answer that says 200, else the error that its code means. */
function accepted({ status, body }: Answer, effect: Effect): unknown {
  const envelope = ENVELOPE.safeParse(body);
  if (!envelope.success) throw malformed({ provider: PROVIDER, effect }, `HTTP ${status} without a result`);
  const code = envelope.data.return.status;
  if (code === 200 && status === 200) return body;
  if (code === NO_RECEIVER)
    throw new GatewayError('refused', `${PROVIDER}: result ${code}`, { retryable: false });
  if (BUSY.has(code))
    throw new GatewayError('unavailable', `${PROVIDER}: result ${code}`, { retryable: true });
  if ((code >= 400 && code < 500) || code === 501 || code === 502) {
    throw new GatewayError('misconfigured', `${PROVIDER}: result ${code}`, { retryable: true });
  }
  throw malformed({ provider: PROVIDER, effect }, `result ${code} with HTTP ${status}`);
}
