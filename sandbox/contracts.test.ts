/** What the providers answer on the wire, in their own words: the adapters must not be all that can talk to them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SANDBOX_KEYS, startSandbox, type RunningSandbox } from '../test/support/sandbox.ts';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => Date.parse('2026-04-01T08:00:00Z') });
});
afterAll(() => sandbox.stop());

type Wire = [status: number, body: unknown];

async function read(response: Response): Promise<Wire> {
  return [response.status, await response.json()];
}

async function kavenegar(
  path: string,
  form: Record<string, string>,
  key: string = SANDBOX_KEYS.sms,
): Promise<Wire> {
  const body = new URLSearchParams(form);
  return read(await fetch(`${sandbox.url}/v1/${key}/${path}.json`, { method: 'POST', body }));
}

async function post(path: string, body: unknown, token?: string): Promise<Wire> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return read(await fetch(sandbox.url + path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

function refusal(status: number): Wire {
  return [status, { return: { status, message: expect.any(String) }, entries: null }];
}

describe('Kavenegar', () => {
  const code = { receptor: '09060000001', template: 'davtalab-login-2', token: '482913' };

  test('takes a look-up as a form or as a query', async () => {
    const [status, body] = await kavenegar('verify/lookup', code);
    expect(status).toBe(200);
    expect(body).toEqual({
      return: { status: 200, message: 'تایید شد' },
      entries: [
        {
          messageid: expect.any(Number),
          message: expect.stringContaining('482913'),
          status: 5,
          statustext: 'ارسال به مخابرات',
          sender: expect.any(String),
          receptor: '09060000001',
          date: 1_775_030_400,
          cost: expect.any(Number),
        },
      ],
    });
    const query = new URLSearchParams(code).toString();
    const byQuery = await fetch(`${sandbox.url}/v1/${SANDBOX_KEYS.sms}/verify/lookup.json?${query}`);
    expect(byQuery.status).toBe(200);
  });

  test.each([
    ['no token', 400, 'verify/lookup', { receptor: '09060000001', template: 'davtalab-login-2' }],
    ['a token with a space', 431, 'verify/lookup', { ...code, token: '48 29' }],
    ['an unknown template', 424, 'verify/lookup', { ...code, template: 'constructor' }],
    ['a receiver that is none', 411, 'sms/send', { receptor: '123', message: 'x' }],
    ['an empty text', 413, 'sms/send', { receptor: '09060000001', message: '' }],
    [
      'a local id that is no number',
      400,
      'sms/send',
      { receptor: '09060000001', message: 'x', localid: 'a' },
    ],
    ['a message id that is no number', 400, 'sms/status', { messageid: 'a' }],
    ['an unknown method', 404, 'sms/selectall', {}],
  ] as const)('answers %s with %i, as HTTP status too', async (_what, status, path, form) => {
    expect(await kavenegar(path, form)).toEqual(refusal(status));
  });

  test('answers a wrong key with 403', async () => {
    expect(await kavenegar('verify/lookup', code, 'another-key')).toEqual(refusal(403));
  });

  test('tells the states of many messages at once', async () => {
    const [, body] = await kavenegar('sms/status', { messageid: '1,2' });
    expect(body).toMatchObject({
      entries: [
        { messageid: 1, status: 100 },
        { messageid: 2, status: 100 },
      ],
    });
  });
});

describe('Zibal', () => {
  const line = '/v1/facility/shahkarInquiry';
  const person = '/v1/facility/nationalIdentityInquiry';

  test('answers a match in its envelope', async () => {
    const { mobile, nationalId } = await sandbox.person(null);
    expect(await post(line, { mobile, nationalCode: nationalId }, SANDBOX_KEYS.registry)).toEqual([
      200,
      { result: 1, message: 'موفق', data: { matched: true } },
    ]);
  });

  test.each([line, person])('wants its token on %s', async (path) => {
    for (const token of [undefined, 'another-token']) {
      expect(await post(path, {}, token)).toEqual([401, { result: 3, message: expect.any(String) }]);
    }
  });

  test.each([
    [line, { mobile: '+989060000001', nationalCode: '9912345673' }],
    [line, { mobile: '09060000001', nationalCode: '9912345670' }],
    [person, { nationalCode: '9912345673', birthDate: '1992-10-23' }],
    [person, { nationalCode: '9912345673' }],
  ])('%s takes no other form: %j', async (path, body) => {
    expect(await post(path, body, SANDBOX_KEYS.registry)).toEqual([
      200,
      { result: 6, message: expect.any(String) },
    ]);
  });

  test('knows nothing of a national id that it does not hold', async () => {
    const unknown = { nationalCode: '0013542419', birthDate: '1374/11/23' };
    expect(await post(person, unknown, SANDBOX_KEYS.registry)).toMatchObject([200, { result: 44 }]);
  });
});

describe('the bank', () => {
  const purchase = {
    amount: 10_000,
    invoice: 'invoice-1',
    invoiceDate: '2026-04-01',
    serviceCode: 8,
    serviceType: 'PURCHASE',
    callbackApi: 'https://portal.example/back',
    mobileNumber: '09060000001',
    nationalCode: '9912345673',
    terminalNumber: SANDBOX_KEYS.bankTerminal,
  };

  async function token(): Promise<string> {
    const login = { username: SANDBOX_KEYS.bankTerminal, password: SANDBOX_KEYS.bankKey };
    const [, body] = await post('/dorsa1/token/getToken', login);
    return (body as { token: string }).token;
  }

  test('gives a token for the right password only, and works for a token only', async () => {
    const login = { username: SANDBOX_KEYS.bankTerminal, password: 'another' };
    expect(await post('/dorsa1/token/getToken', login)).toMatchObject([401, { resultCode: 401 }]);
    for (const path of ['purchase', 'payment-inquiry']) {
      expect(await post(`/dorsa1/api/payment/${path}`, purchase, 'x')).toMatchObject([
        401,
        { resultCode: 401 },
      ]);
    }
  });

  test('opens a purchase once and tells what became of it', async () => {
    const bearer = await token();
    const [status, opened] = await post('/dorsa1/api/payment/purchase', purchase, bearer);
    const { urlId } = (opened as { data: { urlId: string } }).data;
    expect([status, opened]).toEqual([
      200,
      { resultMsg: 'Successful', resultCode: 0, data: { urlId, url: `${sandbox.url}/dorsa1/${urlId}` } },
    ]);
    expect(await post('/dorsa1/api/payment/purchase', purchase, bearer)).toMatchObject([
      200,
      { resultCode: 13003 },
    ]);
    const inquiry = await post('/dorsa1/api/payment/payment-inquiry', { invoiceId: 'invoice-1' }, bearer);
    expect(inquiry).toMatchObject([
      200,
      {
        resultCode: 0,
        data: { status: 13022, invoice: 'invoice-1', url: urlId, amount: 10_000, cardNumber: null },
      },
    ]);
    expect(await post('/dorsa1/api/payment/payment-inquiry', { invoiceId: 'other' }, bearer)).toMatchObject([
      200,
      { resultCode: 13016 },
    ]);
  });

  test.each([
    { callbackApi: 'javascript:alert(1)' },
    { amount: 0 },
    { mobileNumber: '123' },
    { nationalCode: '1234567890' },
    { terminalNumber: 'another' },
    { invoice: '' },
  ])('takes no purchase with %j', async (wrong) => {
    const wish = { ...purchase, invoice: 'invoice-2', ...wrong };
    expect(await post('/dorsa1/api/payment/purchase', wish, await token())).toMatchObject([
      200,
      { resultCode: 13000 },
    ]);
  });
});

describe('the rest', () => {
  test('is not found, and broken JSON is the asker’s fault', async () => {
    expect(await post('/elsewhere', {})).toMatchObject([404, { title: 'Not found' }]);
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${sandbox.url}/people`, { method: 'POST', headers, body: '{' });
    expect(broken.status).toBe(400);
  });
});
