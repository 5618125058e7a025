/**
 * How a careful client knocks: the same request again (with the same key) after a network error, and after the time
 * that a `Retry-After` names. What it waited is told apart from what the system took.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Deviation } from './deviation.ts';

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData | URLSearchParams;
  /** Must not be sent again when the answer was lost on the way: the one who asks is told of it. */
  readonly once?: boolean;
}

/** The answer to a request that must not be sent again was lost on the way. */
export class AnswerLost extends Deviation {}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, the text of a page, or undefined without a body. */
  readonly body: unknown;
  /** How often the request was sent; above 1, an earlier one may have had its effect. */
  readonly attempts: number;
}

/** Counts what was waited for the system's sake; shared by all requests of one person. */
export interface Patience {
  waitedMs: number;
  waits: number;
  networkErrors: number;
  /** How often each refusal was met, by its code. */
  readonly refusals: Map<string, number>;
}

export function newPatience(): Patience {
  return { waitedMs: 0, waits: 0, networkErrors: 0, refusals: new Map() };
}

/**
 * For whatever has to come some day. A provider that fails is asked again at most a minute later and may fail again, and
 * a busy machine takes ten times as long as an idle one; so who waits longer than this waits for what is lost.
 */
export const PATIENCE_MS = 600_000;
const REQUEST_TIMEOUT_MS = 20_000;
const NETWORK_PAUSE_MS = 250;

/** Codes with a `Retry-After` after which the same request would meet the same answer: a new one is needed. */
const NEEDS_A_NEW_REQUEST = ['code-locked', 'bank-unavailable', 'card-guard'];

async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) return response.json();
  const text = await response.text();
  return text === '' ? undefined : text;
}

interface Broken {
  readonly broken: string;
  /** Nobody listened: the request has had no effect. */
  readonly refused: boolean;
}

async function send(request: Request): Promise<Omit<Reply, 'attempts'> | Broken> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    return { status: response.status, headers: response.headers, body: await readBody(response) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const refused = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
    return { broken: cause instanceof Error ? cause.message : String(cause), refused };
  }
}

/** The stable code of a problem document, or an empty string. */
export function codeOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';
}

function noteRefusal({ refusals }: Patience, { status, body }: Omit<Reply, 'attempts'>): void {
  const code = codeOf(body) || String(status);
  refusals.set(code, (refusals.get(code) ?? 0) + 1);
}

/** Seconds to wait before the same request may come again; undefined when the answer stands. */
function retryAfter(reply: Omit<Reply, 'attempts'>): number | undefined {
  if (reply.status !== 429 && reply.status !== 503) return undefined;
  const seconds = Number(reply.headers.get('retry-after') ?? Number.NaN);
  if (Number.isNaN(seconds) || NEEDS_A_NEW_REQUEST.includes(codeOf(reply.body))) return undefined;
  return Math.max(seconds, 0.2);
}

/** Sends until there is an answer that stands. Throws a Deviation when the system stays unreachable. */
export async function knock(request: Request, patience: Patience): Promise<Reply> {
  const started = performance.now();
  for (let attempts = 1; ; attempts += 1) {
    const reply = await send(request);
    const elapsed = performance.now() - started;
    if ('broken' in reply) {
      patience.networkErrors += 1;
      const path = new URL(request.url).pathname;
      if (request.once === true && !reply.refused) throw new AnswerLost(`${path}: ${reply.broken}`);
      if (elapsed > PATIENCE_MS) throw new Deviation(`${request.method} ${path}: ${reply.broken}`);
      await sleep(NETWORK_PAUSE_MS);
      continue;
    }
    if (reply.status >= 400) noteRefusal(patience, reply);
    const seconds = retryAfter(reply);
    if (seconds === undefined || elapsed + seconds * 1000 > PATIENCE_MS) return { ...reply, attempts };
    patience.waits += 1;
    patience.waitedMs += seconds * 1000;
    await sleep(seconds * 1000);
  }
}

interface Until<T> {
  readonly what: string;
  readonly patienceMs: number;
  readonly look: () => Promise<T | undefined>;
}

const LOOK_EVERY_MS = 150;

/** Looks again until there is something to see; a Deviation names what never came. */
export async function until<T>({ what, patienceMs, look }: Until<T>): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) throw new Deviation(`${what}: not within ${patienceMs / 1000} s`);
    await sleep(LOOK_EVERY_MS);
  }
}
