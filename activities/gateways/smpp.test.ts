/** The line to an SMS centre, against the sandbox's: what arrives, what is reported, and what a bad centre cannot do. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MALFORMED_PDUS } from '../../sandbox/malformed-pdus.ts';
import { NET_MS } from '../../test/support/patience.ts';
import { CENTRE, startSandbox, type RunningSandbox } from '../../test/support/sandbox.ts';
import { createSmpp, type Smpp, type SmppEvents } from './smpp.ts';
import type { Sms } from './sms.ts';

const LINE = '+989060000001';
const NOTICE: Sms = {
  kind: 'notice',
  to: LINE,
  text: 'ایراد دارد. «پیام‌ها» را ببینید.',
  reference: '01960000-0000-7000-8abc-0123456789ab',
};
const CODE: Sms = {
  ...NOTICE,
  ...{
    kind: 'code',
    text: 'کد: 482913',
    code: '482913',
    purpose: 'sign-in',
    expiresAt: Date.now() + 120_000,
  },
};

let sandbox: RunningSandbox;
let line: Smpp;
let reports: { reference: string; state: string }[];
let late: { reference: string; references: readonly string[] }[];

function open(changes: object = {}, events: Partial<SmppEvents> = {}): Smpp {
  return createSmpp(
    {
      ...{ host: '127.0.0.1', port: sandbox.centrePort, tls: false, ...CENTRE, source: '2000500777' },
      ...{ window: 10, perSecond: 1_000, timeoutMs: NET_MS, ids: { answers: 'hex', receipts: 'decimal' } },
      ...{ linkMs: 100, linkAnswerMs: NET_MS, silenceMs: NET_MS, reconnectMs: { first: 20, longest: 100 } },
      ...changes,
    },
    {
      note: () => {},
      report: (receipt) => {
        reports.push(receipt);
        return Promise.resolve();
      },
      late: (sms) => void late.push(sms),
      ...events,
    },
  );
}

beforeEach(async () => {
  sandbox = await startSandbox({ receiptAfterMs: 50 });
  reports = [];
  late = [];
  line = open();
});
afterEach(async () => {
  line.close();
  await sandbox.stop();
});

const received = async (): Promise<string[]> =>
  (await sandbox.inbox('09060000001')).map(({ text, provider }) => `${provider}: ${text}`);

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + NET_MS;
  while (!(await look())) {
    if (performance.now() > end) throw new Error('It did not happen');
    await delay(15);
  }
}

describe('WF-8: the line to an SMS centre', () => {
  test('hands over Persian, a code or a notice, and learns of its delivery by the number of a hex id', async () => {
    const { references } = await line.send(CODE);
    expect(references).toEqual([expect.stringMatching(/^\d+$/)]);
    await line.send(NOTICE);
    expect(await received()).toEqual(['sms-b: کد: 482913', `sms-b: ${NOTICE.text}`]);
    await until(() => reports.length === 2);
    expect(reports[0]).toEqual({ reference: references[0], state: 'delivered' });
    expect(await line.states(references)).toEqual(['delivered']);
    expect(await line.states(['7'])).toEqual(['not-found']);
    expect(await line.find(NOTICE)).toEqual({ state: 'unknown', references: [] });
  });

  test('cuts a longer text into parts that arrive as one, each with an id and a receipt of its own', async () => {
    const text = `${'پرسشنامه شما دریافت شد. '.repeat(12)}😀`;
    const { references } = await line.send({ ...NOTICE, text });
    expect(references).toHaveLength(5);
    expect(new Set(references).size).toBe(5);
    expect(await received()).toEqual([`sms-b: ${text}`]);
    await until(() => reports.length === 5);
    expect(new Set(reports.map(({ reference }) => reference))).toEqual(new Set(references));
  });

  test('hands over again the one part for which the centre had no room', async () => {
    const text = 'پرسشنامه شما دریافت شد. '.repeat(4);
    await line.send(NOTICE);
    await sandbox.fault('sms-b', { mode: 'error-429', for: 1 });
    const { references } = await line.send({ ...NOTICE, text });
    expect(references).toHaveLength(2);
    expect((await received()).at(-1)).toBe(`sms-b: ${text}`);
    expect(await received()).toHaveLength(2);
  });

  test('refuses a number that is none for good', async () => {
    await expect(line.send({ ...NOTICE, to: '+98123' })).rejects.toMatchObject({
      kind: 'refused',
      retryable: false,
    });
  });

  test('is not bound with a wrong password: nothing is sent, and it says why', async () => {
    const notes: unknown[] = [];
    const wrong = open({ password: 'wrong' }, { note: (...all) => void notes.push(all) });
    await expect(wrong.send({ ...NOTICE, withinMs: 200 })).rejects.toMatchObject({ kind: 'unavailable' });
    await until(() => notes.length > 0);
    wrong.close();
    expect(notes[0]).toEqual(['bind refused', 0x0e]);
    expect(await received()).toEqual([]);
  });

  test('comes back after the centre was away, and says unavailable meanwhile', async () => {
    const notes: unknown[] = [];
    line.close();
    line = open({}, { note: (what) => void notes.push(what) });
    await line.send(NOTICE);
    const { centrePort } = sandbox;
    await sandbox.stop();
    await until(() => notes.includes('lost'));
    await expect(line.send({ ...NOTICE, withinMs: 150 })).rejects.toMatchObject({ kind: 'unavailable' });
    sandbox = await startSandbox({ centrePort });
    await until(() =>
      line.send(NOTICE).then(
        () => true,
        () => false,
      ),
    );
    expect((await received()).length).toBeGreaterThanOrEqual(1);
  });

  test('sends as many in a second as agreed, codes before notices', async () => {
    line.close();
    line = open({ perSecond: 50, window: 4 });
    await line.send(NOTICE);
    const begun = performance.now();
    const order: string[] = [];
    const hand = (sms: Sms): Promise<unknown> => line.send(sms).then(() => order.push(sms.kind));
    const all = Array.from({ length: 30 }, (_, index) => hand({ ...NOTICE, text: `اطلاع ${index}` }));
    await delay(50);
    await Promise.all([...all, hand(CODE)]);
    expect(performance.now() - begun).toBeGreaterThan(580);
    // The notices that were not let in yet came after it.
    expect(order.indexOf('code')).toBeLessThan(20);
  });

  test('asks for a receipt again that could not be written down', async () => {
    let refusals = 1;
    const once = open(
      {},
      {
        report: (receipt) => {
          refusals -= 1;
          if (refusals >= 0) return Promise.reject(new Error('the database is away'));
          reports.push(receipt);
          return Promise.resolve();
        },
      },
    );
    line.close();
    line = once;
    await line.send(NOTICE);
    await until(() => refusals === 0);
    expect(reports).toEqual([]);
    await until(() => reports.length === 1);
  });
});

describe('WF-7: a centre that fails', () => {
  test.each([
    ['refuse', 'unavailable', 0],
    ['error-500', 'unavailable', 0],
    ['error-429', 'unavailable', 0],
    ['hang', 'ambiguous', 0],
    ['drop-reply', 'ambiguous', 1],
  ])('%s is %s; nothing is lost, and what came twice came twice', async (mode, kind, arrived) => {
    await line.send(NOTICE);
    await sandbox.fault('sms-b', { mode, for: 1 });
    const within = mode === 'hang' ? { withinMs: 300 } : {};
    await expect(line.send({ ...CODE, ...within })).rejects.toMatchObject({ kind, retryable: true });
    expect(await received()).toHaveLength(1 + arrived);
    await until(() =>
      line.send(CODE).then(
        () => true,
        () => false,
      ),
    );
    expect(await received()).toHaveLength(2 + arrived);
  });

  test('that is slow is waited for, and its answer counts also when it comes too late', async () => {
    await sandbox.fault('sms-b', { mode: 'slow', delayMs: 100, for: 1 });
    await line.send(NOTICE);
    await sandbox.fault('sms-b', { mode: 'slow', delayMs: 500, for: 1 });
    await expect(line.send({ ...NOTICE, withinMs: 200 })).rejects.toMatchObject({ kind: 'ambiguous' });
    await until(() => late.length === 1);
    expect(late).toEqual([{ reference: NOTICE.reference, references: [expect.stringMatching(/^\d+$/)] }]);
  });

  test('is asked for no more than the window holds; the rest is unavailable, not in doubt', async () => {
    line.close();
    line = open({ window: 2 });
    await line.send(NOTICE);
    await sandbox.fault('sms-b', { mode: 'hang' });
    const kinds = await Promise.all(
      Array.from({ length: 5 }, () =>
        line.send({ ...NOTICE, withinMs: 200 }).catch((error: { kind: string }) => error.kind),
      ),
    );
    expect(kinds.filter((kind) => kind === 'ambiguous')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'unavailable')).toHaveLength(3);
  });

  test('with any malformed answer counts as sent for none of them, and the line lives on', async () => {
    expect(MALFORMED_PDUS.length).toBeGreaterThanOrEqual(20);
    line.close();
    // After some of them nothing on the line can be understood any more.
    line = open({ linkAnswerMs: 100, silenceMs: 1_000, timeoutMs: 5_000 });
    for (let shape = 0; shape < MALFORMED_PDUS.length; shape += 1) {
      await until(() =>
        line.send(NOTICE).then(
          () => true,
          () => false,
        ),
      );
      await sandbox.fault('sms-b', { mode: 'malformed' });
      const failure = await line.send({ ...CODE, withinMs: 70 }).catch((error: unknown) => error);
      await sandbox.fault('sms-b', { mode: 'ok' });
      expect([shape, failure]).toEqual([shape, expect.objectContaining({ retryable: true })]);
      expect(String(failure)).not.toContain('482913');
    }
    await until(() =>
      line.send(NOTICE).then(
        () => true,
        () => false,
      ),
    );
    expect((await received()).filter((text) => text.includes('482913'))).toEqual([]);
  });
});
