/** Carries out the policy line of a route: what a request must be before its handler sees it, in the order of cost. */
import type { Express, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { Refusal } from '../domain/refusal.ts';
import type { Caller } from '../store/sessions.ts';
import { itemsOf, UNKNOWN_PARAMETER } from './invalid.ts';
import { authenticate } from './middleware/authenticate.ts';
import { readForm, readJson, requireMediaType, requireSound } from './middleware/body.ts';
import { idempotencyOf, requireKey, requireVersion } from './middleware/idempotency.ts';
import { countOf, needsSession, type Count } from './middleware/limits.ts';
import { requireInside } from './middleware/inside.ts';
import { requireProvider } from './middleware/provider.ts';
import type { Answer, AnswerForm, Call, Method, Route } from './route.ts';
import type { Services } from './services.ts';

export const BASE_PATH = '/api/v1';

/** Handlers that carry a policy; a test enumerates the router and fails for one that is not here (API-1). */
const POLICED = new WeakSet<RequestHandler>();

export function isPoliced(handler: RequestHandler): boolean {
  return POLICED.has(handler);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

/** What kinds, codes and assets may look like; longer or stranger ones are nobody's. */
const NAME = /^[^\p{C}]{1,100}$/u;

/** An id that cannot be one leads nowhere, as an id does that is nobody's. */
function paramsOf(request: Request, route: Route): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    if (typeof value !== 'string') throw new Refusal('not-found');
    if (!(isIdName(name) ? UUID : NAME).test(value)) throw new Refusal('not-found');
    params[name] = isIdName(name) ? value.toLowerCase() : value;
  }
  if (Object.keys(params).length !== [...route.path.matchAll(/\{/gu)].length) throw new Refusal('not-found');
  return params;
}

/** Parameters named like ids hold one of ours. */
export function isIdName(name: string): boolean {
  return name === 'id' || name.endsWith('Id') || name === 'reference';
}

function mediaOf(form: AnswerForm | undefined): string[] {
  if (form === null || form === undefined) return [];
  return 'media' in form && typeof form.media === 'string' ? [form.media] : ['application/json'];
}

function requireAcceptable(request: Request, route: Route): void {
  const offered = Object.values(route.answers).flatMap(mediaOf);
  if (offered.length > 0 && request.accepts(offered) === false) throw new Refusal('not-acceptable');
}

async function whoCalls(request: Request, route: Route, services: Services): Promise<Caller | undefined> {
  if (route.who === 'public') return undefined;
  if (route.who === 'provider') return void requireProvider(request, services);
  const { id } = request.params;
  const named = route.who === 'own-registration' && typeof id === 'string' && UUID.test(id);
  const asked = {
    registrationId: named ? id : null,
    isUse: !route.byItself,
    mayBeRotated: route.rotates ?? false,
  };
  return authenticate(request, asked, services);
}

function parse(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal('request-invalid', { errors: itemsOf(parsed.error) });
}

function queryOf(request: Request, route: Route): unknown {
  if (route.query === 'any') return undefined;
  if (route.query) {
    const query: Record<string, unknown> = { ...request.query };
    requireSound(query);
    return parse(route.query, query);
  }
  const [unknown] = Object.keys(request.query);
  if (unknown !== undefined) {
    throw new Refusal('request-invalid', { errors: [UNKNOWN_PARAMETER] });
  }
  return undefined;
}

async function bodyOf(request: Request, route: Route): Promise<unknown> {
  if (route.body === undefined) return undefined;
  if (route.body !== 'image/jpeg') {
    const isForm = route.media === 'application/x-www-form-urlencoded';
    return parse(route.body, await (isForm ? readForm(request) : readJson(request, route.media)));
  }
  requireMediaType(request, 'image/jpeg', 'document-type');
  // How large a picture may be is known when its kind is; the handler reads it.
  return undefined;
}

interface Arrival {
  readonly request: Request;
  readonly route: Route;
  readonly count: Count;
}

/**
 * Who calls, counted: as the candidate that they have shown to be, and as their address otherwise. A candidate costs
 * their address nothing, and is refused for nobody who shares it; who has no session, or a wrong one, may be.
 */
async function countedCaller(arrival: Arrival, services: Services): Promise<Caller | undefined> {
  const { request, route, count } = arrival;
  const bySession = needsSession(route);
  if (!bySession) await count.byAddress();
  const admitted = async (): Promise<Caller | undefined> => {
    if (route.fromInside) requireInside(request, services.networkRule);
    return whoCalls(request, route, services);
  };
  const caller = await admitted().catch(async (error: unknown) => {
    if (bySession && error instanceof Refusal) await count.byAddress();
    throw error;
  });
  if (caller) await count.byCandidate(caller.session);
  return caller;
}

async function callOf(arrival: Arrival, services: Services): Promise<Call> {
  const { request, route } = arrival;
  const now = services.now();
  const caller = await countedCaller(arrival, services);
  const session = caller?.session;
  requireAcceptable(request, route);
  const params = paramsOf(request, route);
  if (route.who === 'own-registration' && !caller?.isOwner) throw new Refusal('not-found');
  const key = route.needs?.includes('K') ? requireKey(request) : undefined;
  const version = route.needs?.includes('M') ? requireVersion(request) : undefined;
  const query = queryOf(request, route);
  const body = await bodyOf(request, route);
  const idempotency =
    key === undefined ? undefined : idempotencyOf(services.db, { key, session, body, request });
  return { params, query, body, session, idempotency, version, request, now } as unknown as Call;
}

/** Whether the client has said that it holds just this; `fresh` of Express would give up at `Cache-Control: no-cache`. */
function isKnown({ req: request }: Response, tag: string | undefined): boolean {
  if (tag === undefined || !['GET', 'HEAD'].includes(request.method)) return false;
  const known = (request.get('If-None-Match') ?? '').split(',').map((one) => one.trim().replace(/^W\//u, ''));
  return known.includes(tag);
}

function send(response: Response, { status, body, headers, content, stream }: Answer): void {
  if (isKnown(response, headers?.['ETag']))
    return void response
      .status(304)
      .setHeader('ETag', headers?.['ETag'] ?? '')
      .end();
  response.status(status);
  for (const [name, value] of Object.entries(headers ?? {})) {
    // A route may have limits of its own; those of everybody stand there already.
    if (name.startsWith('RateLimit')) response.append(name, value);
    else response.setHeader(name, value);
  }
  if (stream) stream(response);
  else if (content) response.type(content.type).send(Buffer.from(content.bytes));
  else if (body === undefined) response.end();
  else response.type('application/json').send(Buffer.from(JSON.stringify(body)));
}

function policed(route: Route, services: Services): RequestHandler {
  const handler: RequestHandler = async (request, response) => {
    const count = countOf(route, { request, response, limits: services.requestLimits });
    try {
      const call = await callOf({ request, route, count }, services);
      send(response, await route.handle(call, services));
    } catch (error) {
      await count.failed(error);
      throw error;
    }
  };
  POLICED.add(handler);
  return handler;
}

function methodNotAllowed(methods: readonly Method[]): RequestHandler {
  const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  const handler: RequestHandler = () => {
    throw new Refusal('method-not-allowed', { allow });
  };
  POLICED.add(handler);
  return handler;
}

/** Puts the routes into the app; what a path does not declare is refused with what it does (API-9). */
export function mount(app: Express, routes: readonly Route[], services: Services): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    const place = app.route(expressPath(path));
    for (const route of here) place[route.method](policed(route, services));
    place.all(methodNotAllowed(here.map((route) => route.method)));
  }
}

/** Paths that begin with `//` stand at the root of the server, all others under the base. */
function expressPath(path: string): string {
  const full = path.startsWith('//') ? path.slice(1) : BASE_PATH + path;
  return full.replace(/\{(\w+)\}/gu, ':$1');
}
