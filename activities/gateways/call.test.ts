import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NET_MS } from '../../test/support/patience.ts';
import { call, type Call, type Effect } from './call.ts';

/** A provider that answers as the test says. */
let answer: RequestListener;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-key`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function ask(effect: Effect, more: Partial<Call> = {}) {
  return call({ provider: 'provider', url, effect, body: { json: {} }, timeoutMs: NET_MS, ...more });
}

function failure(effect: Effect, more: Partial<Call> = {}): Promise<unknown> {
  return ask(effect, more).then(
    () => 'answered',
    (error: unknown) => error,
  );
}

/** An address where nobody listens any more. */
async function deserted(): Promise<string> {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  return `http://127.0.0.1:${port}/secret-key`;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

describe('an answer', () => {
  test.each([200, 201, 400, 418])('in JSON with HTTP %i is handed on', async (status) => {
    answer = (_request, response) => response.writeHead(status, JSON_TYPE).end('{"a":1}');
    expect(await ask('none')).toEqual({ status, body: { a: 1 } });
  });

  test('comes to a request in the asked form', async () => {
    const seen: unknown[] = [];
    answer = (request, response) => {
      request.on('data', (chunk) => seen.push(request.headers['content-type'], String(chunk)));
      request.on('end', () => response.writeHead(200, JSON_TYPE).end('{}'));
    };
    await ask('none', { body: { form: { a: 'ب', b: '&' } } });
    await ask('none', { body: { json: { a: 'ب' } } });
    expect(seen).toEqual([
      'application/x-www-form-urlencoded',
      'a=%D8%A8&b=%26',
      'application/json',
      '{"a":"ب"}',
    ]);
  });
});

/** These are waited for in vain; all other answers come, on a busy machine late. */
const ENDLESS: readonly string[] = ['no answer in time', 'an answer that never ends'];
const SOON_MS = 1_000;

/** What the same trouble means, by what the call does. */
const AFTER_SENDING: readonly [trouble: string, listener: RequestListener, kinds: Record<Effect, string>][] =
  [
    [
      'no answer in time',
      () => undefined,
      { none: 'unavailable', repeatable: 'ambiguous', once: 'ambiguous' },
    ],
    [
      'a broken connection',
      (request) => request.socket.destroy(),
      { none: 'unavailable', repeatable: 'ambiguous', once: 'ambiguous' },
    ],
    [
      'an answer that breaks off',
      (request, response) => {
        response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' }).write('{');
        setTimeout(() => request.socket.destroy(), 20);
      },
      { none: 'unavailable', repeatable: 'ambiguous', once: 'ambiguous' },
    ],
    [
      'an answer that never ends',
      (_request, response) => void response.writeHead(200, JSON_TYPE).write('{'),
      { none: 'unavailable', repeatable: 'ambiguous', once: 'ambiguous' },
    ],
    ...[500, 502, 504].map((status): (typeof AFTER_SENDING)[number] => [
      `HTTP ${status}`,
      (_request, response) => response.writeHead(status, JSON_TYPE).end('{}'),
      { none: 'unavailable', repeatable: 'ambiguous', once: 'ambiguous' },
    ]),
    [
      'HTTP 503',
      (_request, response) => response.writeHead(503, JSON_TYPE).end('{}'),
      { none: 'unavailable', repeatable: 'unavailable', once: 'ambiguous' },
    ],
    [
      'a redirect',
      (_request, response) => response.writeHead(307, { location: '/elsewhere' }).end(),
      { none: 'malformed', repeatable: 'malformed', once: 'ambiguous' },
    ],
    [
      'an answer that is too large',
      (_request, response) => response.writeHead(200, JSON_TYPE).end(`"${'x'.repeat(70_000)}"`),
      { none: 'malformed', repeatable: 'malformed', once: 'ambiguous' },
    ],
    [
      'another content type',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}'),
      { none: 'malformed', repeatable: 'malformed', once: 'ambiguous' },
    ],
    [
      'broken JSON',
      (_request, response) => response.writeHead(200, JSON_TYPE).end('{'),
      { none: 'malformed', repeatable: 'malformed', once: 'ambiguous' },
    ],
  ];

describe.each(AFTER_SENDING)('%s', (trouble, listener, kinds) => {
  const more = ENDLESS.includes(trouble) ? { timeoutMs: SOON_MS } : {};
  test.each(['none', 'repeatable', 'once'] as const)('after a call with effect %s', async (effect) => {
    answer = listener;
    const error = await failure(effect, more);
    expect(error).toMatchObject({ name: 'GatewayError', kind: kinds[effect], retryable: effect !== 'once' });
    expect(JSON.stringify([String(error), error])).not.toContain('secret-key');
  });
});

describe('nothing happened', () => {
  test.each(['none', 'repeatable', 'once'] as const)('without a connection (%s)', async (effect) => {
    const error = await failure(effect, { url: await deserted() });
    expect(error).toMatchObject({ kind: 'unavailable', retryable: true });
    expect(String(error)).not.toContain('secret-key');
  });

  test.each(['none', 'repeatable', 'once'] as const)('with too many requests (%s)', async (effect) => {
    answer = (_request, response) => response.writeHead(429).end();
    expect(await failure(effect)).toMatchObject({ kind: 'unavailable', retryable: true });
  });
});
