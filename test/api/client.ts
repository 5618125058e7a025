/** A client of the API for tests. Every answer is held against the contract: problems always, success by its schema. */
import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { problem, z } from '../../api/contract/base.ts';
import { BASE_PATH } from '../../api/policy.ts';
import { statusOf } from '../../api/problem.ts';
import { ROUTES } from '../../api/routes/index.ts';
import type { RefusalCode } from '../../domain/refusals.ts';

type Headers_ = Readonly<Record<string, string>>;

export type Members = Readonly<Record<string, unknown>>;

export interface Reply<Body = Members> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly bytes: Buffer;
}

interface Ask {
  readonly body?: unknown;
  /** Sent as it is, instead of a JSON body. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Headers_;
}

export interface ApiClient {
  /** Of the server, without a path. */
  readonly url: string;
  readonly token: string | undefined;
  /** `path` is below the base, or of the whole server when it begins with `//`. */
  ask<Body = Members>(method: string, path: string, ask?: Ask): Promise<Reply<Body>>;
  get<Body = Members>(path: string, headers?: Headers_): Promise<Reply<Body>>;
  /** With a key of its own, unless `headers` bring one. */
  post<Body = Members>(path: string, body: unknown, headers?: Headers_): Promise<Reply<Body>>;
  put<Body = Members>(path: string, body: unknown, headers?: Headers_): Promise<Reply<Body>>;
  /** A merge patch (RFC 7396). */
  patch<Body = Members>(path: string, body: unknown, headers?: Headers_): Promise<Reply<Body>>;
  picture<Body = Members>(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Reply<Body>>;
  as(token: string): ApiClient;
}

const OUR_HEADERS = [
  'strict-transport-security',
  'x-content-type-options',
  'content-security-policy',
  'referrer-policy',
  'cross-origin-resource-policy',
  'x-request-id',
];

function requireOurHeaders(headers: Headers): void {
  for (const name of OUR_HEADERS) expect([name, headers.get(name)]).not.toEqual([name, null]);
  expect(headers.get('x-powered-by')).toBeNull();
}

/** API-8: whatever is no success is a right problem document, and gives nothing away. */
function requireProblem(reply: Reply<unknown>): void {
  expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const document = problem.parse(reply.body);
  expect(document.status).toBe(reply.status);
  expect(statusOf(document.code as RefusalCode)).toBe(reply.status);
  expect(document.requestId).toBe(reply.headers.get('x-request-id'));
  expect(JSON.stringify(document)).not.toMatch(/\bat \/|node_modules|select |insert |update .* set/iu);
}

function requireContract(method: string, path: string, reply: Reply<unknown>): void {
  const segments = (path.split('?')[0] ?? '').split('/');
  const route = ROUTES.find(
    (one) =>
      one.method === method.toLowerCase() &&
      one.path.split('/').length === segments.length &&
      one.path.split('/').every((part, index) => part.startsWith('{') || part === segments[index]),
  );
  if (!route) return;
  expect([method, path, Object.keys(route.answers).map(Number)]).toEqual([
    method,
    path,
    expect.arrayContaining([reply.status]),
  ]);
  const form = route.answers[reply.status as 200];
  if (form instanceof z.ZodType) form.parse(reply.body);
}

async function read(response: Response): Promise<Reply<unknown>> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = /^application\/(?:problem\+)?json/u.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson ? JSON.parse(bytes.toString()) : undefined;
  return { status: response.status, headers: response.headers, body, bytes };
}

export function createClient(url: string, token?: string): ApiClient {
  const client: ApiClient = {
    url,
    token,
    async ask<Body = Members>(method: string, path: string, { body, raw, headers = {} }: Ask = {}) {
      const full = path.startsWith('//') ? url + path.slice(1) : url + BASE_PATH + path;
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await fetch(full, {
        method,
        redirect: 'manual',
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload === undefined ? {} : { body: payload }),
      });
      const reply = await read(response);
      requireOurHeaders(reply.headers);
      if (reply.status >= 400) requireProblem(reply);
      else if (!path.startsWith('//')) requireContract(method, path, reply);
      return reply as Reply<Body>;
    },
    get: (path, headers = {}) => client.ask('GET', path, { headers }),
    post: (path, body, headers = {}) =>
      client.ask('POST', path, { body, headers: { 'idempotency-key': randomUUID(), ...headers } }),
    put: (path, body, headers = {}) => client.ask('PUT', path, { body, headers }),
    patch: (path, body, headers = {}) =>
      client.ask('PATCH', path, {
        body,
        headers: { 'content-type': 'application/merge-patch+json', ...headers },
      }),
    picture: (path, bytes) =>
      client.ask('PUT', path, { raw: bytes, headers: { 'content-type': 'image/jpeg' } }),
    as: (other) => createClient(url, other),
  };
  return client;
}

/** A refusal, by its status and code. */
export function expectRefusal(reply: Reply<unknown>, code: RefusalCode): void {
  expect({ status: reply.status, code: (reply.body as { code?: string }).code }).toEqual({
    status: statusOf(code),
    code,
  });
}
