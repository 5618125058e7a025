/**
 * The line against an SMS centre that we did not write: Net::SMPP (Debian's libnet-smpp-perl). Where it cannot be had,
 * the tests are skipped and one more says so by its name.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { NET_MS } from '../../test/support/patience.ts';
import { startPerlCentre, whyNoNetSmpp, type PerlCentre } from '../../test/support/net-smpp.ts';
import { createSmpp, type Smpp } from './smpp.ts';
import type { Sms } from './sms.ts';

const missing = whyNoNetSmpp();
const check = missing === undefined ? test : test.skip;
if (missing !== undefined) {
  test(`LEFT OUT HERE: the SMPP line was not tried against Net::SMPP, because ${missing}`, () => {
    expect(missing).not.toBe('');
  });
}

const PASSWORD = 'perl-smp';
const NOTICE: Sms = {
  kind: 'notice',
  to: '+989060000001',
  text: 'ایراد دارد. «پیام‌ها» را ببینید.',
  reference: '01960000-0000-7000-8abc-01234567892a',
};

let centre: PerlCentre;
let line: Smpp;
let reports: { reference: string; state: string }[] = [];
afterEach(async () => {
  line.close();
  await centre.stop();
});

async function open(
  manners: Pick<Parameters<typeof startPerlCentre>[0], 'ids' | 'receipt' | 'form'>,
): Promise<void> {
  centre = await startPerlCentre({ password: PASSWORD, ...manners });
  reports = [];
  line = dial(PASSWORD, manners.ids);
}

function dial(password: string, answers: 'hex' | 'decimal'): Smpp {
  return createSmpp(
    {
      ...{ host: '127.0.0.1', port: centre.port, tls: false, systemId: 'davtalab', password },
      ...{ source: '2000500777', window: 10, perSecond: 5_000, ids: { answers, receipts: 'decimal' } },
      ...{ timeoutMs: NET_MS, linkMs: 100, linkAnswerMs: NET_MS, silenceMs: NET_MS },
      reconnectMs: { first: 20, longest: 100 },
    },
    {
      note: () => {},
      report: (receipt) => {
        reports.push(receipt);
        return Promise.resolve();
      },
      late: () => {},
    },
  );
}

async function until(look: () => boolean): Promise<void> {
  const end = performance.now() + NET_MS;
  while (!look()) {
    if (performance.now() > end) {
      throw new Error(`It did not happen; the centre told ${JSON.stringify(centre.told)}`);
    }
    await delay(10);
  }
}

const ucs2 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex');
const submitted = (): string[] => centre.told.filter((told) => told.startsWith('submit'));

describe('WF-8: the line against Net::SMPP', () => {
  check('binds, keeps the link alive, hands over UCS-2 byte by byte, and unbinds', async () => {
    await open({ ids: 'decimal', receipt: 'after', form: 'text' });
    await line.send(NOTICE);
    await until(() => submitted().length === 1);
    expect(centre.told[1]).toBe('bind davtalab taken');
    expect(submitted()).toEqual([`submit 2000500777 989060000001 0 8 1 ${ucs2(NOTICE.text)}`]);
    await until(() => centre.told.includes('link'));
    line.close();
    await until(() => centre.told.includes('unbind'));
  });

  check('says of a code, in relative time, how long it lives', async () => {
    await open({ ids: 'decimal', receipt: 'after', form: 'text' });
    const own = { code: '482913', purpose: 'sign-in', expiresAt: Date.now() + 119_500 } as const;
    await line.send({ ...NOTICE, ...own, kind: 'code' });
    await line.send(NOTICE);
    await until(() => submitted().length === 2);
    const valid = centre.told.filter((told) => told.startsWith('valid'));
    expect(valid).toEqual([expect.stringMatching(/^valid 000000000(?:200|1[0-5]\d)000R$/u)]);
  });

  check('hands over the parts of a longer text with the header of 6 bytes', async () => {
    await open({ ids: 'decimal', receipt: 'after', form: 'text' });
    const text = 'ب'.repeat(66) + '😀' + 'پ'.repeat(10);
    await line.send({ ...NOTICE, text });
    await until(() => submitted().length === 2);
    expect(submitted()).toEqual([
      `submit 2000500777 989060000001 64 8 1 050003b20201${ucs2('ب'.repeat(66))}`,
      `submit 2000500777 989060000001 64 8 1 050003b20202${ucs2(`😀${'پ'.repeat(10)}`)}`,
    ]);
  });

  check.each([
    ['hex', 'after', 'text'],
    ['hex', 'after', 'tlv'],
    ['decimal', 'after', 'tlv'],
    ['hex', 'before', 'tlv'],
    ['decimal', 'before', 'text'],
  ] as const)('with ids in %s knows its receipts, %s the answer, in a %s', async (ids, receipt, form) => {
    await open({ ids, receipt, form });
    const { references } = await line.send({ ...NOTICE, text: 'پرسشنامه شما دریافت شد. '.repeat(4) });
    expect(references).toEqual([String(0x1f2e3d4d), String(0x1f2e3d4e)]);
    await until(() => reports.length === 2);
    expect(reports).toEqual(references.map((reference) => ({ reference, state: 'delivered' })));
    await until(() => centre.told.filter((told) => told === 'receipt taken 0').length === 2);
  });

  check('is not bound with a wrong password', async () => {
    await open({ ids: 'hex', receipt: 'after', form: 'text' });
    line.close();
    line = dial('wrong', 'hex');
    await expect(line.send({ ...NOTICE, withinMs: 300 })).rejects.toMatchObject({ kind: 'unavailable' });
    await until(() => centre.told.includes('bind davtalab refused'));
    expect(submitted()).toEqual([]);
  });

  check('hands over 500 notices with a window of 10, and knows each by its id', async () => {
    await open({ ids: 'hex', receipt: 'after', form: 'text' });
    const begun = performance.now();
    const sent = await Promise.all(Array.from({ length: 500 }, () => line.send(NOTICE)));
    console.log(`Net::SMPP took ${Math.round(500 / ((performance.now() - begun) / 1000))} SMS in a second`);
    const ids = new Set(sent.flatMap(({ references }) => references));
    expect(ids.size).toBe(500);
    await until(() => reports.length === 500);
    expect(new Set(reports.map(({ reference }) => reference))).toEqual(ids);
  });
});
