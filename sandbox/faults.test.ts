import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandbox, type RunningSandbox } from '../test/support/sandbox.ts';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

function put(provider: string, body: string): Promise<Response> {
  return fetch(`${sandbox.url}/faults/${provider}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

/** HTTP status of a request to the SMS provider. */
async function ask(): Promise<number> {
  return (await fetch(`${sandbox.url}/v1/test-sms-key/sms/status.json?messageid=1`)).status;
}

describe('a fault', () => {
  test('lasts for so many requests, then the provider is well again', async () => {
    await sandbox.fault('sms-a', { mode: 'error-500', for: 2 });
    expect([await ask(), await ask(), await ask()]).toEqual([500, 500, 200]);
  });

  test('without a number lasts until it is switched off', async () => {
    await sandbox.fault('sms-a', { mode: 'error-429' });
    expect([await ask(), await ask(), await ask()]).toEqual([429, 429, 429]);
    await sandbox.fault('sms-a', { mode: 'ok' });
    expect(await ask()).toBe(200);
  });

  test('meets one provider only', async () => {
    await sandbox.fault('line-owner', { mode: 'error-500' });
    expect(await ask()).toBe(200);
    const { nationalId, birthDate } = await sandbox.person(null);
    expect(await sandbox.gateways.registry.find({ nationalId, birthDate })).toMatchObject({ matched: true });
  });

  test('can be read back', async () => {
    await sandbox.fault('bank', { mode: 'slow', for: 3, delayMs: 10 });
    const { items } = (await (await fetch(`${sandbox.url}/faults`)).json()) as { items: unknown[] };
    expect(items).toContainEqual({ provider: 'bank', mode: 'slow', for: 3, delayMs: 10 });
    expect(items).toContainEqual({ provider: 'civil-registry', mode: 'ok' });
  });

  test.each(['sms-c', 'post', '__proto__'])('of %s is not found', async (provider) => {
    const response = await put(provider, '{"mode":"ok"}');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  test.each([
    '{"mode":"broken"}',
    '{}',
    '{"mode":"ok","for":0}',
    '{"mode":"slow","delayMs":-1}',
    '[]',
    '{',
    '',
  ])('%s is none', async (body) => {
    expect((await put('bank', body)).status).toBe(400);
  });
});
