/** API-6: how large, how deep and how slow a request may be; one more is refused. Documents: test/api/questionnaire.test.ts. */
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '../../api/app.ts';
import { createApiServer, drain } from '../../api/server.ts';
import { createStreams } from '../../api/services.ts';
import { createClient, expectRefusal, type ApiClient } from './client.ts';
import { openOffice, soon, type Office } from './office.ts';

/** Sockets that never finish their request; the large round is `SLOW_SOCKETS=500 npm test -- test/api/request-size`. */
const SLOW_SOCKETS = Number(process.env['SLOW_SOCKETS'] ?? 200);
const HEADERS_MS = 2_000;
const REQUEST_MS = 2_500;

let office: Office;
let hasty: ApiClient;
let close: () => Promise<void>;
/** How many connections the hasty one has taken in. */
let connections: () => Promise<number>;
beforeAll(async () => {
  office = await openOffice();
  const services = { ...office.services, streams: createStreams() };
  const server = createApiServer(createApp(services), { headersMs: HEADERS_MS, requestMs: REQUEST_MS });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  hasty = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  connections = promisify(server.getConnections.bind(server));
  close = () => drain(server, services.streams);
});
afterAll(async () => {
  await close();
  await office.close();
});

const JSON_TYPE = { 'content-type': 'application/json', 'idempotency-key': 'k-size' };
const post = (raw: string, headers: Record<string, string> = {}) =>
  office.client.ask('POST', '/sign-in-codes', { raw, headers: { ...JSON_TYPE, ...headers } });
const padded = (bytes: number): string => {
  const body = (fill: string): string => `{"mobile":"${fill}","device":{"id":"d"}}`;
  return body('x'.repeat(bytes - body('').length));
};
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const members = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 1])));
const itemCodes = ({ body }: { body: unknown }): string[] =>
  (body as { errors: { code: string }[] }).errors.map(({ code }) => code);

describe('API-6: size', () => {
  test('65,536 bytes of JSON are read, 65,537 are not', async () => {
    expectRefusal(await post(padded(65_536)), 'request-invalid');
    expectRefusal(await post(padded(65_537)), 'body-too-large');
  });

  test('ten levels are read, eleven are not', async () => {
    expect(itemCodes(await post(nested(10)))).not.toContain('depth');
    expect(itemCodes(await post(nested(11)))).toEqual(['depth']);
  });

  test('a hundred members are read, a hundred and one are not', async () => {
    expect(itemCodes(await post(members(100)))).not.toContain('too-many');
    expect(itemCodes(await post(members(101)))).toEqual(['too-many']);
    const me = await office.signIn();
    const form = Object.keys(JSON.parse(members(101)) as object).join('=1&');
    const type = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'Basic a2F2ZW5lZ2FyOnRlc3Qtc21zLXJlcG9ydC1rZXk=',
    };
    expect(
      itemCodes(await office.client.ask('POST', '/sms-reports/kavenegar', { raw: form, headers: type })),
    ).toEqual(['too-many']);
    expect(
      itemCodes(
        await me
          .put('/registrations/01990000-0000-7000-8000-0000000000ff/draft', {})
          .then(() => post(members(101))),
      ),
    ).toEqual(['too-many']);
  });

  /** The answer to bytes that a fetch would not send. */
  async function speak(text: string): Promise<{ status: number; code: string }> {
    const { hostname, port } = new URL(office.client.url);
    const socket = connect(Number(port), hostname);
    socket.write(text);
    const heard = (await socket.toArray()).join('');
    return {
      status: Number(heard.split(' ')[1]),
      code: heard.includes('{') ? (JSON.parse(heard.slice(heard.indexOf('{'))) as { code: string }).code : '',
    };
  }
  const get = (fields: readonly string[]): string =>
    ['GET /api/v1/status/NONE HTTP/1.1', 'Host: x', 'Connection: close', ...fields, '', ''].join('\r\n');

  test('a hundred header fields are read, a hundred and one are not', async () => {
    const fields = (count: number): string[] =>
      Array.from({ length: count - 2 }, (_, index) => `X-${index}: 1`);
    expect(await speak(get(fields(100)))).toEqual({ status: 404, code: 'not-found' });
    expect(await speak(get(fields(101)))).toEqual({ status: 431, code: 'header-too-large' });
    expect(await speak(get(fields(400)))).toEqual({ status: 431, code: 'header-too-large' });
  });

  test('16 KB of header are read, more are not', async () => {
    const field = (bytes: number): string[] => [`X: ${'x'.repeat(bytes)}`];
    expect(await speak(get(field(16_000)))).toEqual({ status: 404, code: 'not-found' });
    expect(await speak(get(field(16_385)))).toEqual({ status: 431, code: 'header-too-large' });
  });
});

/** A neighbour on the machine may spoil some: then all sockets are over before anybody has asked. */
const SIEGES = 8;
const ASKS = 10;
/** Node itself would wait for a minute and for five; a busy machine looks at its sockets late, but not so late. */
const GRACE_MS = 20_000;

describe('API-6: patience', () => {
  const open = async (text: string): Promise<{ socket: Socket; ended: Promise<string> }> => {
    const { hostname, port } = new URL(hasty.url);
    const socket = connect(Number(port), hostname);
    // The server hangs up in the middle of what we write.
    socket.on('error', () => {});
    const ended = socket.toArray().then(
      (chunks) => chunks.join(''),
      () => '',
    );
    socket.write(text);
    await once(socket, 'connect');
    return { socket, ended };
  };
  const timed = async (ended: Promise<string>): Promise<{ heard: string; ms: number }> => {
    const began = performance.now();
    const heard = await ended;
    return { heard, ms: performance.now() - began };
  };

  test.each([
    ['a header', 'GET /livez HTTP/1.1\r\nHost: x\r\n', HEADERS_MS],
    ['a body', 'POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{', REQUEST_MS],
  ])('%s that does not end is 408, soon after its time', async (_what, text, patience) => {
    const { ended } = await open(text);
    const { heard, ms } = await timed(ended);
    expect(heard).toContain('HTTP/1.1 408 ');
    expect(heard).toContain('request-too-slow');
    expect(ms).toBeLessThan(patience + GRACE_MS);
  });

  /** How many were answered while most of the sockets were open that never finish, and what those heard in the end. */
  const besieged = async (): Promise<{ answered: number; heard: readonly string[] }> => {
    const slow = await Promise.all(
      Array.from({ length: SLOW_SOCKETS }, () => open('GET /livez HTTP/1.1\r\nHost: x\r\nX: ')),
    );
    let left = SLOW_SOCKETS;
    for (const { ended } of slow) void ended.then(() => (left -= 1));
    const dripping = setInterval(() => {
      for (const { socket } of slow) if (socket.writable) socket.write('x');
    }, 250);
    await soon(async () => (await connections()) >= SLOW_SOCKETS / 2 || left < SLOW_SOCKETS);
    let answered = 0;
    for (let asks = 0; asks < ASKS && left > 0; asks += 1) {
      expectRefusal(await hasty.get('/status/NONE'), 'not-found');
      if (left > SLOW_SOCKETS / 2) answered += 1;
    }
    const heard = await Promise.race([
      Promise.all(slow.map(({ ended }) => ended)),
      delay(GRACE_MS, [], { ref: false }),
    ]);
    clearInterval(dripping);
    return { answered, heard };
  };

  test('sockets that drip a byte now and then do not hold up anybody, and are ended', async () => {
    // Whoever had to wait for one of these sockets would be answered after its end, however often it is tried.
    let siege = await besieged();
    for (let more = 1; more < SIEGES && siege.answered === 0; more += 1) siege = await besieged();
    const { answered, heard } = siege;
    expect(answered).toBeGreaterThan(0);
    expect(heard).toHaveLength(SLOW_SOCKETS);
    expect(heard.filter((text) => text.includes('408') || text === '')).toHaveLength(SLOW_SOCKETS);
  }, 240_000);
});
