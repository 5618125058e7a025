/** What the two inquiries of Zibal (iran.md §4) have in common: address, token, and the meaning of `result`. */
import { z } from 'zod';
import { call, CALL_TIMEOUT_MS, malformed } from './call.ts';
import { GatewayError } from './gateway-error.ts';

export interface ZibalOptions {
  /** Without the version: `https://api.zibal.ir` */
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number;
}

/** The data of a successful inquiry, still to be read; or what the provider says of the input. */
export type ZibalResult =
  | { readonly outcome: 'answered'; readonly data: unknown }
  | { readonly outcome: 'invalid' }
  | { readonly outcome: 'not-found' };

const RESULT = z.object({ result: z.int(), data: z.unknown().optional() });

const SUCCESS = 1;
const INVALID = new Set([6, 21]);
const NOT_FOUND = 44;
const PROVIDER_DOWN = 45;
const OPERATOR_MUST_ACT = new Set([2, 3, 4, 7, 8, 29]);

interface Inquiry {
  /** Our name of the registry, for messages. */
  readonly provider: string;
  readonly path: string;
  readonly question: Readonly<Record<string, string>>;
}

/** Asks once; throws GatewayError for everything that is not a verdict on the question. */
export async function askZibal(
  options: ZibalOptions,
  { provider, path, question }: Inquiry,
): Promise<ZibalResult> {
  const { url, token, timeoutMs = CALL_TIMEOUT_MS } = options;
  const answer = await call({
    provider,
    url: `${url.replace(/\/+$/, '')}/v1/facility/${path}`,
    effect: 'none',
    headers: { authorization: `Bearer ${token}` },
    body: { json: question },
    timeoutMs,
  });
  if (answer.status === 401 || answer.status === 403) {
    throw new GatewayError('misconfigured', `${provider}: HTTP ${answer.status}`, { retryable: true });
  }
  const parsed = RESULT.safeParse(answer.body);
  if (!parsed.success)
    throw malformed({ provider, effect: 'none' }, `HTTP ${answer.status} without a result`);
  const { result, data } = parsed.data;
  if (result === SUCCESS && answer.status === 200) return { outcome: 'answered', data };
  if (INVALID.has(result)) return { outcome: 'invalid' };
  if (result === NOT_FOUND) return { outcome: 'not-found' };
  if (result === PROVIDER_DOWN) {
    throw new GatewayError('unavailable', `${provider}: result ${result}`, { retryable: true });
  }
  if (OPERATOR_MUST_ACT.has(result)) {
    throw new GatewayError('misconfigured', `${provider}: result ${result}`, { retryable: true });
  }
  throw malformed({ provider, effect: 'none' }, `result ${result} with HTTP ${answer.status}`);
}
