import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandbox, type RunningSandbox } from '../test/support/sandbox.ts';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => Date.parse('2026-04-01T08:00:00Z') });
  for (const [receptor, message] of [
    ['09060000001', 'یک'],
    ['+989060000002', '<b>دو</b>'],
    ['09060000001', 'سه'],
  ] as const) {
    await fetch(`${sandbox.url}/v1/test-sms-key/sms/send.json`, {
      method: 'POST',
      body: new URLSearchParams({ receptor, message }),
    });
  }
});
afterAll(() => sandbox.stop());

describe('the inbox', () => {
  test('holds every SMS, oldest first', async () => {
    const sentAt = '2026-04-01T08:00:00.000Z';
    expect(await sandbox.inbox()).toEqual([
      { to: '09060000001', text: 'یک', provider: 'sms-a', sentAt },
      { to: '09060000002', text: '<b>دو</b>', provider: 'sms-a', sentAt },
      { to: '09060000001', text: 'سه', provider: 'sms-a', sentAt },
    ]);
  });

  test.each(['09060000001', '%2B989060000001', '+989060000001', '9060000001', '۰۹۰۶۰۰۰۰۰۰۱'])(
    'finds those to %s',
    async (to) => {
      expect((await sandbox.inbox(to)).map(({ text }) => text)).toEqual(['یک', 'سه']);
    },
  );

  test('is empty for a number that got none, and for what is no number', async () => {
    expect(await sandbox.inbox('09069999999')).toEqual([]);
    expect(await sandbox.inbox('x')).toEqual([]);
  });

  test('as a page shows texts as text, newest first', async () => {
    const text = await (await fetch(`${sandbox.url}/inbox`)).text();
    expect(text).toContain('<html lang="fa" dir="rtl">');
    expect(text).toContain('&lt;b&gt;دو&lt;/b&gt;');
    expect(text).not.toContain('<b>دو');
    expect(text.indexOf('سه')).toBeLessThan(text.indexOf('یک</pre'));
  });
});
