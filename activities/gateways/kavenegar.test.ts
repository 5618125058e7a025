import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startSandbox, SANDBOX_KEYS, type RunningSandbox } from '../../test/support/sandbox.ts';
import { malformedAnswers } from '../../sandbox/malformed.ts';
import { createKavenegar } from './kavenegar.ts';
import type { Sms } from './sms.ts';

const LINE = '+989060000001';
const NOTICE: Sms = {
  kind: 'notice',
  to: LINE,
  text: 'ایراد دارد. «پیام‌ها» را ببینید.',
  reference: '01960000-0000-7000-8abc-0123456789ab',
};
const CODE: Sms = {
  kind: 'code',
  to: LINE,
  text: '',
  code: '482913',
  purpose: 'sign-in',
  expiresAt: Date.parse('2026-04-01T08:02:00Z'),
  reference: '01960000-0000-7000-8abc-0123456789ac',
};

let sandbox: RunningSandbox;
let now = Date.parse('2026-04-01T08:00:00Z');
beforeEach(async () => {
  sandbox = await startSandbox({ now: () => now });
});
afterEach(() => sandbox.stop());

async function textsReceived(): Promise<string[]> {
  return (await sandbox.inbox('09060000001')).map(({ text }) => text);
}

describe('sending', () => {
  test.each([
    ['sign-in', 'کد ورود داوطلبان: 482913\nبه کسی ندهید.'],
    ['submission', 'کد ارسال پرسشنامه: 482913\nبه کسی ندهید.'],
    ['withdrawal', 'کد انصراف از ثبت‌نام: 482913\nبه کسی ندهید.'],
  ] as const)('a code for %s comes in the words of its template', async (purpose, text) => {
    await sandbox.gateways.sms.send({ ...CODE, purpose });
    expect(await textsReceived()).toEqual([text]);
  });

  test('a notice comes as it was written, and only once under the same reference', async () => {
    const first = await sandbox.gateways.sms.send(NOTICE);
    const again = await sandbox.gateways.sms.send(NOTICE);
    expect(again).toEqual(first);
    expect(await textsReceived()).toEqual([NOTICE.text]);
  });

  test('a number that the provider does not take is refused for good', async () => {
    await expect(sandbox.gateways.sms.send({ ...NOTICE, to: '+98123' })).rejects.toMatchObject({
      kind: 'refused',
      retryable: false,
    });
  });

  test('a wrong key is for the operator, and the error does not show it', async () => {
    const gateway = createKavenegar({ url: sandbox.url, key: 'wrong-key' });
    const failure = await gateway.send(NOTICE).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'misconfigured', retryable: true });
    expect(String(failure)).not.toContain('wrong-key');
  });
});

describe('state of a message', () => {
  const stateOf = async (reference: string) => (await sandbox.gateways.sms.states([reference]))[0];

  test('is sent, then delivered; by the provider’s id and by our reference', async () => {
    const { references } = await sandbox.gateways.sms.send(NOTICE);
    expect(await sandbox.gateways.sms.find(NOTICE)).toEqual({ state: 'sent', references });
    expect(await sandbox.gateways.sms.states(references)).toEqual(['sent']);
    now += 3_000;
    expect(await sandbox.gateways.sms.find(NOTICE)).toEqual({ state: 'delivered', references });
    expect(await sandbox.gateways.sms.states(references)).toEqual(['delivered']);
  });

  test('of a message that never arrived is not-found by our id, and failed by one of theirs', async () => {
    expect(await sandbox.gateways.sms.find(NOTICE)).toEqual({ state: 'not-found', references: [] });
    expect(await stateOf('1')).toBe('failed');
  });

  test('of many at once is in the order of the question', async () => {
    const { references } = await sandbox.gateways.sms.send(NOTICE);
    expect(await sandbox.gateways.sms.states(['1', ...references, '2'])).toEqual([
      'failed',
      'sent',
      'failed',
    ]);
  });

  test('of a code whose answer was lost is unknown: a template takes no reference of ours', async () => {
    expect(await sandbox.gateways.sms.find(CODE)).toEqual({ state: 'unknown', references: [] });
  });
});

describe('faults', () => {
  test.each([
    ['refuse', 'unavailable', 0],
    ['error-500', 'ambiguous', 0],
    ['done-500', 'ambiguous', 1],
    ['error-429', 'unavailable', 0],
    ['hang', 'ambiguous', 0],
    ['drop-reply', 'ambiguous', 1],
  ])('%s is %s and may be repeated; afterwards the notice has come once', async (mode, kind, arrived) => {
    await sandbox.fault('sms-a', { mode, for: 1 });
    await expect(sandbox.gateways.sms.send(NOTICE)).rejects.toMatchObject({ kind, retryable: true });
    expect(await textsReceived()).toHaveLength(arrived);
    await sandbox.gateways.sms.send(NOTICE);
    expect(await textsReceived()).toEqual([NOTICE.text]);
  });

  test('slow is waited for within the patience, and ambiguous beyond it', async () => {
    await sandbox.fault('sms-a', { mode: 'slow', delayMs: 50, for: 1 });
    await sandbox.gateways.sms.send(NOTICE);
    await sandbox.fault('sms-a', { mode: 'slow', delayMs: 1_600, for: 1 });
    await expect(sandbox.gateways.sms.send(CODE)).rejects.toMatchObject({
      kind: 'ambiguous',
      retryable: true,
    });
  });

  test('a provider that is not there is unavailable', async () => {
    await sandbox.stop();
    const failure = await sandbox.gateways.sms.send(NOTICE).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unavailable', retryable: true });
    expect(String(failure)).not.toContain(SANDBOX_KEYS.sms);
    sandbox = await startSandbox();
  });

  test('OTP-13: no malformed answer counts as sent or as delivered', async () => {
    const shapes = malformedAnswers('sms-a').length;
    expect(shapes).toBeGreaterThanOrEqual(20);
    await sandbox.fault('sms-a', { mode: 'malformed' });
    for (let shape = 0; shape < shapes; shape += 1) {
      await expect(sandbox.gateways.sms.send(NOTICE)).rejects.toMatchObject({ retryable: true });
    }
    for (let shape = 0; shape < shapes; shape += 1) {
      const found = await sandbox.gateways.sms.find(NOTICE).catch(() => undefined);
      expect(found?.state).not.toBe('delivered');
    }
    for (let shape = 0; shape < shapes; shape += 1) {
      const states = await sandbox.gateways.sms.states(['8100000001']).catch(() => []);
      expect(states).not.toContain('delivered');
    }
  });
});
