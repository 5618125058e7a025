/**
 * WF-7, WF-8: an SMS at two providers of which one fails, or both: none is lost for good, and none comes more often
 * than 1 + the tries of which no provider ever said what became of them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SMS_PROVIDERS } from '../../domain/sms-failover.ts';
import { smsParts } from '../../domain/sms-text.ts';
import { malformedAnswers } from '../../sandbox/malformed.ts';
import { MALFORMED_PDUS } from '../../sandbox/malformed-pdus.ts';
import { openSmsDesk, WEB_OTP_HOST, type SmsDesk } from './desk.ts';

let desk: SmsDesk;
beforeAll(async () => {
  desk = await openSmsDesk();
});
afterEach(() => desk.heal());
afterAll(() => desk.close());

type Kind = 'notice' | 'code';
const KINDS = ['notice', 'code'] as const;
const make = (kind: Kind, mobile: string) =>
  kind === 'code' ? desk.newCode(mobile) : desk.newNotice(mobile);
const LOST = ['ambiguous', 'malformed', 'open'];

/**
 * How often it may have come at most: once, and once more for each try of which nobody ever said what became of it.
 * Provider A takes a notice once, however often it is tried there.
 */
async function bound(kind: Kind, id: string): Promise<number> {
  const lost = (await desk.tries(id)).filter(({ outcome }) => LOST.includes(outcome));
  const atFirst = lost.filter(({ provider }) => provider === 'sms-a').length;
  return 1 + lost.length - (kind === 'notice' ? Math.max(atFirst - 1, 0) : 0);
}

async function age(id: string, minutes: number): Promise<void> {
  await desk.fresh.owner.raw(
    `update sms_tries set began_at = began_at - make_interval(mins => ?) where sms_id = ?`,
    [minutes, id],
  );
}

describe('WF-8: one provider fails', () => {
  const AT_ONCE = ['refuse', 'error-429'];
  const CASES = KINDS.flatMap((kind) =>
    [...AT_ONCE, 'error-500', 'hang', 'drop-reply', 'done-500', 'malformed'].map((mode) => ({ kind, mode })),
  );

  test.each(CASES)(
    'a $kind whose first provider does $mode comes by the other one, or by itself',
    async ({ kind, mode }) => {
      const mobile = desk.newMobile();
      const id = await make(kind, mobile);
      await desk.fault('sms-a', { mode });
      if (kind === 'notice' && !AT_ONCE.includes(mode)) {
        // The provider may have it, and does not say so: for half a minute nobody else gets it.
        expect(await desk.sendUntilDone(kind, id, 2)).toBe('Gateway.ambiguous');
        await age(id, 2);
      }
      expect(await desk.sendUntilDone(kind, id, 2)).toBe('sent');
      const received = await desk.received(mobile);
      expect(received.length).toBeGreaterThanOrEqual(1);
      expect(received.length).toBeLessThanOrEqual(await bound(kind, id));
      if (AT_ONCE.includes(mode)) {
        expect(received).toHaveLength(1);
        expect(await desk.tries(id)).toEqual([
          { provider: 'sms-a', outcome: 'unavailable' },
          { provider: 'sms-b', outcome: 'taken' },
        ]);
      }
      expect(await desk.row(id)).toMatchObject({
        state: expect.stringMatching(/^(?:sent|delivered)$/),
        held_until: null,
        sent_at: expect.any(Date),
      });
    },
  );

  test.each(['drop-reply', 'done-500'])(
    'a notice that was taken before %s goes to nobody else',
    async (mode) => {
      const mobile = desk.newMobile();
      const id = await desk.newNotice(mobile);
      await desk.fault('sms-a', { mode, for: 1 });
      expect(await desk.send('notice', id)).toBe('sent');
      expect((await desk.received(mobile)).map(({ provider }) => provider)).toEqual(['sms-a']);
      expect(await desk.tries(id)).toEqual([{ provider: 'sms-a', outcome: 'taken' }]);
      const { reference } = await desk.fresh.owner('sms_references').where({ sms_id: id }).first('reference');
      expect(reference).toMatch(/^\d+$/);
    },
  );

  test('a notice that never arrived behind a 500 goes to the other one at once', async () => {
    const mobile = desk.newMobile();
    await desk.fault('sms-a', { mode: 'error-500', for: 1 });
    expect(await desk.send('notice', await desk.newNotice(mobile))).toBe('sent');
    expect((await desk.received(mobile)).map(({ provider }) => provider)).toEqual(['sms-b']);
  });

  test('a notice that the first one is still at goes to nobody else, although it does not know it yet', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newNotice(mobile);
    await desk.fault('sms-a', { mode: 'slow', delayMs: 1_500, for: 1 });
    expect(await desk.send('notice', id)).toBe('Gateway.ambiguous');
    expect(await desk.received(mobile)).toEqual([]);
    while ((await desk.send('notice', id)) !== 'sent') await delay(50);
    expect((await desk.received(mobile)).map(({ provider }) => provider)).toEqual(['sms-a']);
  });

  test('a code waits for no answer about a 500: the other one has it within the same try', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newCode(mobile);
    await desk.fault('sms-a', { mode: 'error-500' });
    expect(await desk.send('code', id)).toBe('sent');
    expect((await desk.received(mobile)).map(({ provider }) => provider)).toEqual(['sms-b']);
  });

  test('a provider that is slow is waited for by a notice; a code goes to the other one meanwhile', async () => {
    await desk.fault('sms-a', { mode: 'slow', delayMs: 20 });
    const [one, other] = [desk.newMobile(), desk.newMobile()];
    expect(await desk.send('notice', await desk.newNotice(one))).toBe('sent');
    await desk.fault('sms-a', { mode: 'slow', delayMs: 1_000 });
    const code = await desk.newCode(other);
    expect(await desk.send('code', code)).toBe('sent');
    // In the end the slow one delivers it too.
    expect((await desk.received(other)).map(({ provider }) => provider)).toContain('sms-b');
    expect(await desk.tries(code)).toEqual([
      { provider: 'sms-a', outcome: 'ambiguous' },
      { provider: 'sms-b', outcome: 'taken' },
    ]);
  });

  test.each(KINDS)(
    'a %s to a number that is none fails for good, and is tried nowhere else',
    async (kind) => {
      const id = await make(kind, '+98123');
      expect(await desk.sendUntilDone(kind, id)).toBe(kind === 'code' ? 'refused' : 'sent');
      expect(await desk.tries(id)).toEqual([{ provider: 'sms-a', outcome: 'refused' }]);
      expect(await desk.row(id)).toMatchObject({ state: 'failed', settled_at: expect.any(Date) });
      await desk.send(kind, id);
      expect(await desk.tries(id)).toHaveLength(1);
    },
  );
});

describe('WF-7: both providers fail', () => {
  const MODES = ['refuse', 'hang', 'drop-reply', 'malformed'];
  const CASES = KINDS.flatMap((kind) => MODES.map((mode) => ({ kind, mode })));

  test.each(CASES)(
    'a $kind that both meet with $mode comes in the end, within the bound',
    async ({ kind, mode }) => {
      const mobile = desk.newMobile();
      const id = await make(kind, mobile);
      for (const provider of SMS_PROVIDERS) await desk.fault(provider, { mode, for: 2 });
      await desk.send(kind, id);
      await desk.send(kind, id);
      await desk.heal();
      await age(id, 3);
      expect(await desk.sendUntilDone(kind, id)).toBe('sent');
      const received = await desk.received(mobile);
      expect(received.length).toBeGreaterThanOrEqual(1);
      expect(received.length).toBeLessThanOrEqual(await bound(kind, id));
    },
  );

  test('a notice that a provider may have waits half a minute before anybody else gets it', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newNotice(mobile);
    await desk.fault('sms-a', { mode: 'refuse' });
    await desk.fault('sms-b', { mode: 'drop-reply', for: 1 });
    expect(await desk.send('notice', id)).toBe('Gateway.ambiguous');
    await desk.heal();
    expect(await desk.send('notice', id)).toBe('Gateway.ambiguous');
    expect(await desk.row(id)).toMatchObject({ state: 'unknown', attempts: 2 });
    await age(id, 2);
    expect(await desk.send('notice', id)).toBe('sent');
    expect((await desk.received(mobile)).map(({ provider }) => provider)).toEqual(['sms-b', 'sms-a']);
  });

  test('a code comes twice at most when the answer of the first was lost', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newCode(mobile);
    await desk.fault('sms-a', { mode: 'drop-reply' });
    expect(await desk.send('code', id)).toBe('sent');
    const received = await desk.received(mobile);
    expect(received.map(({ provider }) => provider)).toEqual(['sms-a', 'sms-b']);
    expect(new Set(received.map(({ text }) => /\d{6}/u.exec(text)?.[0])).size).toBe(1);
    expect(await desk.send('code', id)).toBe('ended');
    expect(await desk.received(mobile)).toHaveLength(2);
  });

  test('a code rests while its answers are lost, so that it does not come every second', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newCode(mobile);
    for (const provider of SMS_PROVIDERS) await desk.fault(provider, { mode: 'drop-reply' });
    expect(await desk.rest('code', id, 2)).toBeUndefined();
    expect(await desk.rest('code', id, 3)).toBe(15_000);
    await desk.fault('sms-b', { mode: 'refuse' });
    expect(await desk.rest('code', id, 3)).toBe(15_000);
    await desk.fault('sms-a', { mode: 'refuse' });
    await desk.fault('sms-b', { mode: 'refuse' });
    expect(await desk.rest('code', id, 3)).toBeUndefined();
  });

  test('no answer of twenty malformed ones counts as sent, at either provider', async () => {
    const shapes = Math.max(malformedAnswers('sms-a').length, MALFORMED_PDUS.length);
    const mobile = desk.newMobile();
    const id = await desk.newCode(mobile);
    for (const provider of SMS_PROVIDERS) await desk.fault(provider, { mode: 'malformed', for: shapes });
    const results = new Set<unknown>();
    for (let shape = 0; shape < 4; shape += 1) results.add(await desk.send('code', id));
    expect([...results].every((result) => String(result).startsWith('Gateway.'))).toBe(true);
    expect(await desk.received(mobile)).toEqual([]);
    await desk.heal();
    expect(await desk.sendUntilDone('code', id)).toBe('sent');
    expect(await desk.received(mobile)).toHaveLength(1);
  });
});

describe('WF-7: who sends', () => {
  test('is one at a time: of five that begin together one sends', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newNotice(mobile);
    const results = await Promise.all(Array.from({ length: 5 }, () => desk.send('notice', id)));
    expect(results.filter((result) => result === 'sent').length).toBeGreaterThanOrEqual(1);
    expect(results.every((result) => result === 'sent' || result === 'NotYet')).toBe(true);
    expect(await desk.received(mobile)).toHaveLength(1);
    expect(await desk.tries(id)).toHaveLength(1);
  });

  test('and died inside the call leaves a try that is asked about', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newNotice(mobile);
    const { owner } = desk.fresh;
    // As a worker leaves it that was killed after the provider had taken the SMS.
    await desk.sms['sms-a'].send({ kind: 'notice', to: mobile, text: 'متن', reference: id });
    await owner('sms_tries').insert({ sms_id: id, provider: 'sms-a' });
    await owner('sms').where({ id }).update({ state: 'unknown', attempts: 1 });
    expect(await desk.send('notice', id)).toBe('sent');
    expect(await desk.received(mobile)).toHaveLength(1);
    expect(await desk.tries(id)).toEqual([{ provider: 'sms-a', outcome: 'taken' }]);
  });

  test('keeps a row of a code too: its times, the version of its text, and not the code', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newCode(mobile);
    await desk.send('code', id);
    const code = /\d{6}/u.exec((await desk.received(mobile))[0]?.text ?? '')?.[0] ?? '';
    const row = await desk.row(id);
    expect(row).toMatchObject({
      ...{
        cause: 'code',
        template: 'code-sign-in',
        text_version: 2,
        parameters: {},
        state: 'sent',
        attempts: 1,
      },
      ...{ queued_at: expect.any(Date), attempted_at: expect.any(Date), provider: 'sms-a' },
    });
    expect(JSON.stringify(row)).not.toContain(code);
  });

  test('gives an SMS centre a code with the line of browsers, in one part', async () => {
    const mobile = desk.newMobile();
    await desk.fault('sms-a', { mode: 'refuse' });
    expect(await desk.send('code', await desk.newCode(mobile))).toBe('sent');
    const [sms] = await desk.received(mobile);
    const code = /\d{6}/u.exec(sms?.text ?? '')?.[0] ?? '';
    expect(sms?.provider).toBe('sms-b');
    expect(sms?.text.split('\n').at(-1)).toBe(`@${WEB_OTP_HOST} #${code}`);
    expect(smsParts(sms?.text ?? '')).toBe(1);
  });

  test('does not use a provider that headquarters has turned off', async () => {
    const { owner } = desk.fresh;
    const staff = await owner('staff').first<{ id: string }>('id');
    const off = { id: crypto.randomUUID(), provider: 'sms-a', off_since: new Date(), off_by: staff.id };
    await owner('provider_switches').insert(off);
    const mobile = desk.newMobile();
    expect(await desk.send('code', await desk.newCode(mobile))).toBe('sent');
    expect((await desk.received(mobile)).map(({ provider }) => provider)).toEqual(['sms-b']);
    await owner('provider_switches').insert({ ...off, id: crypto.randomUUID(), provider: 'sms-b' });
    const waiting = await desk.newNotice(desk.newMobile());
    expect(await desk.send('notice', waiting)).toBe('Gateway.unavailable');
    await owner('provider_switches').delete();
    expect(await desk.send('notice', waiting)).toBe('sent');
  });
});
