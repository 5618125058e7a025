/** The table "Bad input": each line is a problem document with a stable code, none a 5xx, nothing half-written. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { statusOf } from '../../api/problem.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { openOffice, type Office } from './office.ts';

let office: Office;
let anybody: ApiClient;
beforeAll(async () => {
  office = await openOffice();
  anybody = office.client;
});
afterAll(() => office.close());

const GOOD = { mobile: '09121112233', device: { id: 'd1' } };
const JSON_TYPE = { 'content-type': 'application/json', 'idempotency-key': 'k-bad-input' };

const codes = (raw: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) =>
  anybody.ask('POST', '/sign-in-codes', { raw, headers });

async function nothingWritten(): Promise<void> {
  expect(await office.fresh.owner('one_time_codes').select('id')).toEqual([]);
  expect(await office.fresh.owner('idempotency_keys').select('key')).toEqual([]);
}

describe('bad input: bodies', () => {
  afterAll(nothingWritten);

  test.each([
    ['not JSON', '{"mobile":'],
    ['empty', ''],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
  ])('%s is json-invalid', async (_what, raw) => {
    expectRefusal(await codes(raw), 'json-invalid');
  });

  test.each([
    ['a string', '"text"'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number beyond all numbers', '1e999'],
    ['a missing property', JSON.stringify({ mobile: GOOD.mobile })],
    ['a property of another type', JSON.stringify({ ...GOOD, mobile: 9121112233 })],
    ['an unknown property', JSON.stringify({ ...GOOD, status: 'approved' })],
    ['an unknown property inside', JSON.stringify({ ...GOOD, device: { id: 'd1', role: 'staff' } })],
    ['a polluted prototype', '{"mobile":"09121112233","device":{"id":"d1"},"__proto__":{"x":1}}'],
    ['NUL', JSON.stringify({ ...GOOD, device: { id: 'a\0b' } })],
    ['a lone surrogate', '{"mobile":"09121112233","device":{"id":"\\ud800"}}'],
    ['nesting without end', '['.repeat(20_000) + ']'.repeat(20_000)],
  ])('API-4: %s is request-invalid with a pointer', async (_what, raw) => {
    const reply = await codes(raw);
    expectRefusal(reply, 'request-invalid');
    expect(reply.body['errors']).not.toEqual([]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('API-6: 1 MB of JSON is body-too-large', async () => {
    const reply = await codes(JSON.stringify({ ...GOOD, device: { id: 'x'.repeat(1_048_576) } }));
    expectRefusal(reply, 'body-too-large');
    expect(reply.body['limit']).toBe(65_536);
  });

  test('API-6: one byte over 64 KB is too large, even when the length is not told', async () => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`"${'x'.repeat(65_535)}"`));
        controller.close();
      },
    });
    const response = await fetch(`${anybody.url}/api/v1/sign-in-codes`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    await response.arrayBuffer();
  });

  test.each([
    ['of another media type', 'text/plain'],
    ['of a form', 'application/x-www-form-urlencoded'],
    ['in another charset', 'application/json; charset=latin1'],
  ])('API-9: a body %s is media-type', async (_what, type) => {
    expectRefusal(await codes(JSON.stringify(GOOD), { ...JSON_TYPE, 'content-type': type }), 'media-type');
  });

  test('API-9: a packed body is media-type', async () => {
    const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expectRefusal(await codes(JSON.stringify(GOOD), packed), 'media-type');
  });
});

describe('bad input: the request line', () => {
  test('API-9: a method that is not declared is 405 with Allow', async () => {
    const reply = await anybody.ask('PATCH', '/sign-in-codes', { body: GOOD });
    expectRefusal(reply, 'method-not-allowed');
    expect(reply.headers.get('allow')).toBe('POST');
    expectRefusal(await anybody.ask('DELETE', '/elections'), 'method-not-allowed');
    expectRefusal(await anybody.ask('OPTIONS', '/elections'), 'method-not-allowed');
  });

  test('API-9: an answer that we do not have is 406', async () => {
    expectRefusal(await anybody.get('/elections', { accept: 'application/xml' }), 'not-acceptable');
  });

  test.each([
    '/nothing',
    '/elections/1',
    '/elections/%00',
    '/elections/%E0%A4%A',
    '/elections/01990000-0000-7000-8000-0000000000ff',
    '/elections/',
    '//nothing',
    '/status/%00',
    '/status/1234',
  ])('%s is not-found', async (path) => {
    expectRefusal(await anybody.get(path), 'not-found');
  });

  test.each(['?x=1', '?limit=0', '?limit=101', '?limit=1e2', '?limit=1&limit=2', '?kind=clan', '?after=x'])(
    'API-4: the query %s is request-invalid',
    async (query) => {
      const path = `/elections/01990000-0000-7000-8000-000000000001/constituencies${query}`;
      expectRefusal(await anybody.get(path), 'request-invalid');
    },
  );

  test('API-5: an effect without a key is refused before anything else', async () => {
    const reply = await anybody.ask('POST', '/sign-in-codes', { body: GOOD });
    expectRefusal(reply, 'idempotency-key-missing');
    expectRefusal(
      await anybody.post('/sign-in-codes', GOOD, { 'idempotency-key': 'ä' }),
      'idempotency-key-missing',
    );
    await nothingWritten();
  });
});

/** Sends bytes as they are and reads until the other side ends. */
function speak(text: string): Promise<string> {
  const { port } = new URL(anybody.url);
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

describe('bad input: what is no HTTP', () => {
  test.each([
    ['nonsense', 'hello\r\n\r\n', 'request-unreadable'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'request-unreadable',
    ],
    ['17 KB of headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 'header-too-large'],
  ] as const)('API-8: %s gets a problem document too', async (_what, text, code) => {
    const status = statusOf(code);
    const heard = await speak(text);
    expect(heard).toContain(`HTTP/1.1 ${status} `);
    expect(heard).toContain('application/problem+json');
    expect(JSON.parse(heard.slice(heard.indexOf('{')))).toMatchObject({ status, code });
  });
});

describe('API-8: problem documents', () => {
  test('speak Persian, or English when asked', async () => {
    const persian = await anybody.get('/nothing');
    expect(persian.body['title']).toMatch(/\p{Script=Arabic}/u);
    const english = await anybody.get('/nothing', { 'accept-language': 'en' });
    expect(english.body['title']).toBe('Not found.');
  });

  test.each([
    ['a body of another shape', { raw: '{"mobile": 1}' }],
    ['a NUL', { raw: '{"mobile": "\\u0000"}' }],
    ['a deep body', { raw: '['.repeat(30) + ']'.repeat(30) }],
  ])('name the items of %s in the language that was asked for', async (_what, { raw }) => {
    for (const [language, script] of [
      ['en', /^[A-Z][\x20-\x7e]+\.$/u],
      ['fa', /\p{Script=Arabic}/u],
    ] as const) {
      const headers = {
        ...{ 'content-type': 'application/json', 'idempotency-key': 'words' },
        'accept-language': language,
      };
      const { body } = await anybody.ask<{ errors: { message: string }[] }>('POST', '/sign-in-codes', {
        raw,
        headers,
      });
      expect(body.errors.length).toBeGreaterThan(0);
      for (const { message } of body.errors) expect(message).toMatch(script);
    }
  });

  test('have exactly the members of the contract', async () => {
    const { body } = await anybody.get('/nothing');
    const members = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'help', 'errors'];
    expect(Object.keys(body)).toEqual(members);
  });

  test('a request id of the client is echoed, an indecent one is not', async () => {
    const id = 'client-request-1';
    expect((await anybody.get('/nothing', { 'x-request-id': id })).body['requestId']).toBe(id);
    const uuid = '01980000-0000-7000-8000-123456789012';
    expect((await anybody.get('/nothing', { 'x-request-id': uuid })).body['requestId']).toBe(uuid);
    for (const indecent of ['<b>', '09121234567', 'id-0499370899']) {
      const { body } = await anybody.get('/nothing', { 'x-request-id': indecent });
      expect(body['requestId']).not.toBe(indecent);
    }
  });

  test('DAT-4: an error of ours gives nothing away, and stands in the log with the id of the request', async () => {
    const broken = await openOffice();
    const logged = jest.spyOn(broken.services.log, 'error');
    await broken.fresh.owner.raw('alter table notices rename to hidden');
    const reply = await broken.client.get('/notices');
    expectRefusal(reply, 'internal-error');
    expect(JSON.stringify(reply.body)).not.toMatch(/notices.*exist|relation/u);
    const line = { requestId: reply.body['requestId'], method: 'GET', code: 'internal-error' };
    expect(logged).toHaveBeenCalledWith(expect.objectContaining(line), 'request failed');
    await broken.close();
  });
});
