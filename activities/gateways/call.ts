/**
 * One HTTP exchange with a provider, with the manners that all of them need: a deadline, no redirects, a capped
 * answer that must be JSON, and a failure that says whether the request can have had its effect.
 */
import { GatewayError, type GatewayFailure } from './gateway-error.ts';

/** Larger than any honest answer of the providers, small enough to be read at any load. */
const ANSWER_MAX_BYTES = 64 * 1024;
export const CALL_TIMEOUT_MS = 8_000;

/**
 * What a call does at the provider, and so what a lost answer means: `none` only asks, `repeatable` may be done twice
 * (an SMS), `once` never (the start of a bank transaction).
 */
export type Effect = 'none' | 'repeatable' | 'once';

export interface Call {
  /** Name of the provider, for messages. */
  readonly provider: string;
  readonly url: string;
  readonly effect: Effect;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };
  readonly timeoutMs: number;
}

export interface Answer {
  /** 2xx, or a 4xx whose body is JSON: providers put their own code there. */
  readonly status: number;
  readonly body: unknown;
}

/** Nothing was sent when the connection could not even be made. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Who says so has not begun, by the words of HTTP: overloaded, or a front with nobody behind it. Any other 5xx, 502
 * included, can come after the work was done. What must never happen twice does not rely on the difference.
 */
const UNSERVED = 503;

/** An answer that cannot be trusted. After a `once` call the effect may stand behind it all the same. */
export function malformed(
  { provider, effect }: Pick<Call, 'provider' | 'effect'>,
  what: string,
): GatewayError {
  return effect === 'once'
    ? new GatewayError('ambiguous', `${provider} answered, but ${what}`, { retryable: false })
    : new GatewayError('malformed', `${provider}: ${what}`, { retryable: true });
}

function lost({ provider, effect }: Call, what: string, pending = false): GatewayError {
  const kind: GatewayFailure = effect === 'none' ? 'unavailable' : 'ambiguous';
  return new GatewayError(kind, `${provider}: ${what}`, { retryable: effect !== 'once', pending });
}

/** POSTs and reads the answer; throws a GatewayError for everything that is not an answer in JSON. */
export async function call(request: Call): Promise<Answer> {
  const signal = AbortSignal.timeout(request.timeoutMs);
  let response: Response;
  try {
    response = await fetch(request.url, { method: 'POST', redirect: 'manual', signal, ...encode(request) });
  } catch (error) {
    throw notAnswered(request, error);
  }
  const text = await readCapped(request, response);
  return judge(request, response, text);
}

function encode({ body, headers }: Call): { headers: Record<string, string>; body: string } {
  const [type, text] =
    'json' in body
      ? ['application/json', JSON.stringify(body.json)]
      : ['application/x-www-form-urlencoded', new URLSearchParams(body.form).toString()];
  return { headers: { accept: 'application/json', 'content-type': type, ...headers }, body: text };
}

function notAnswered(request: Call, error: unknown): GatewayError {
  const code = codeOf(error);
  return NOT_SENT.has(code)
    ? new GatewayError('unavailable', `${request.provider}: no connection (${code})`, { retryable: true })
    : lost(request, `no answer (${code})`, true);
}

/**
 * The system's code of a failed fetch (`ECONNRESET`), or the name of the error (`TimeoutError`). Its message may hold
 * the address and with it our key, so it stays behind.
 */
function codeOf(error: unknown): string {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  return typeof name === 'string' ? name : 'unknown';
}

async function readCapped(request: Call, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > ANSWER_MAX_BYTES) break; // leaving the loop cancels the stream and closes the connection
      chunks.push(chunk);
    }
  } catch (error) {
    throw lost(request, `the answer broke off (${codeOf(error)})`);
  }
  if (size > ANSWER_MAX_BYTES) throw malformed(request, 'the answer is too large');
  return Buffer.concat(chunks).toString('utf8');
}

function judge(request: Call, response: Response, text: string): Answer {
  const { provider, effect } = request;
  const { status } = response;
  if (status === 429) {
    throw new GatewayError('unavailable', `${provider}: too many requests`, { retryable: true });
  }
  if (status === UNSERVED && effect === 'repeatable') {
    throw new GatewayError('unavailable', `${provider}: HTTP ${status}`, { retryable: true });
  }
  if (status >= 500) throw lost(request, `HTTP ${status}`);
  if (status < 200 || (status >= 300 && status < 400)) throw malformed(request, `HTTP ${status}`);
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) throw malformed(request, `HTTP ${status} is not JSON`);
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    throw malformed(request, 'the JSON is broken');
  }
}
