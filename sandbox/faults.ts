/** Switches by which a provider fails: `PUT /faults/{provider}`, `GET /faults`. A restart switches all of them off. */
import { Router, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { malformedAnswers } from './malformed.ts';
import { sendProblem } from './problem.ts';
import { PROVIDERS, type HttpProvider, type Provider } from './providers.ts';

const FAULT = z.strictObject({
  mode: z.enum([
    ...['ok', 'refuse', 'error-500', 'error-429', 'hang', 'slow', 'drop-reply', 'done-500', 'malformed'],
  ] as const),
  /** So many requests fail, then the provider is well again. */
  for: z.int().min(1).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
});
export type Fault = z.infer<typeof FAULT>;

const SLOW_MS = 2_000;
const HANG_MS = 600_000;

/** How each provider says no without fault of the asker: busy, failure, its own source is down. */
const REFUSALS: Readonly<Record<HttpProvider, { readonly status: number; readonly body: object }>> = {
  'sms-a': {
    status: 409,
    body: { return: { status: 409, message: 'سرور قادر به پاسخگوئی نیست' }, entries: null },
  },
  bank: { status: 200, body: { resultMsg: 'failure', resultCode: 1 } },
  'line-owner': { status: 200, body: { result: 45, message: 'سرویس‌دهنده در دسترس نیست' } },
  'civil-registry': { status: 200, body: { result: 45, message: 'سرویس‌دهنده در دسترس نیست' } },
};

export interface GivenFault {
  readonly provider: Provider;
  readonly mode: Fault['mode'];
  readonly times: number;
}

export interface Faults {
  readonly routes: Router;
  /** How many requests each fault has met since the start. */
  readonly given: () => readonly GivenFault[];
  /** Stands before the routes of a provider. */
  guard(provider: HttpProvider): RequestHandler;
  /** The same for a provider without routes: what the next request meets, if anything. */
  meet(provider: Provider): Fault | undefined;
}

export function createFaults(): Faults {
  const active = new Map<Provider, Fault>();
  const given = new Map<string, GivenFault>();
  const routes = Router();
  routes.get('/faults', (_request, response) => {
    response.json({
      items: PROVIDERS.map((provider) => ({ provider, ...(active.get(provider) ?? { mode: 'ok' }) })),
    });
  });
  routes.put('/faults/:provider', (request, response) => {
    const provider = PROVIDERS.find((name) => name === request.params.provider);
    if (provider === undefined) return sendProblem(response, { status: 404, title: 'No such provider' });
    const fault = FAULT.safeParse(request.body);
    if (!fault.success) {
      return sendProblem(response, {
        status: 400,
        title: `mode must be one of ${FAULT.shape.mode.options.join(', ')}; for and delayMs are numbers`,
      });
    }
    active.set(provider, fault.data);
    response.json({ provider, ...fault.data });
  });
  const note = (provider: Provider, { mode }: Fault): void => {
    const key = `${provider} ${mode}`;
    given.set(key, { provider, mode, times: (given.get(key)?.times ?? 0) + 1 });
  };
  const meet = (provider: Provider): Fault | undefined => {
    const fault = take(active, provider);
    if (fault === undefined || fault.mode === 'ok') return undefined;
    note(provider, fault);
    return fault;
  };
  return {
    routes,
    meet,
    given: () => [...given.values()],
    guard: (provider) => guard(meet, provider),
  };
}

function guard(meet: Faults['meet'], provider: HttpProvider): RequestHandler {
  let answered = 0;
  return (request, response, next) => {
    const fault = meet(provider);
    if (fault === undefined) return next();
    if (fault.mode === 'malformed') {
      const answers = malformedAnswers(provider);
      return answers[answered++ % answers.length]?.({ request, response });
    }
    return fail(fault, { provider, response, next });
  };
}

/** The fault that meets this request, counted down. */
function take(active: Map<Provider, Fault>, provider: Provider): Fault | undefined {
  const fault = active.get(provider);
  if (fault?.for === undefined) return fault;
  if (fault.for > 1) active.set(provider, { ...fault, for: fault.for - 1 });
  else active.delete(provider);
  return fault;
}

interface Failing {
  readonly provider: HttpProvider;
  readonly response: Response;
  readonly next: () => void;
}

function fail({ mode, delayMs }: Fault, { provider, response, next }: Failing): void {
  switch (mode) {
    case 'refuse':
      response.status(REFUSALS[provider].status).json(REFUSALS[provider].body);
      return;
    case 'error-500':
      answer500(response);
      return;
    case 'error-429':
      response.status(429).set('retry-after', '1').type('text').send('Too Many Requests');
      return;
    case 'hang':
      setTimeout(() => response.destroy(), delayMs ?? HANG_MS).unref();
      return;
    case 'slow':
      setTimeout(next, delayMs ?? SLOW_MS);
      return;
    case 'drop-reply':
      dropReply(response);
      next();
      return;
    case 'done-500':
      answer500InTheEnd(response);
      next();
      return;
    default:
      next();
  }
}

/** The request has its effect; instead of the answer the connection breaks. */
function dropReply(response: Response): void {
  response.end = () => {
    response.destroy();
    return response;
  };
}

function answer500(response: Response): void {
  response.status(500).type('html').send('<h1>Internal Server Error</h1>');
}

/** The request has its effect, and the answer says nothing of it. */
function answer500InTheEnd(response: Response): void {
  const { end } = response;
  response.end = () => {
    response.end = end;
    answer500(response);
    return response;
  };
}
