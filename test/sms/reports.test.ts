/** WF-8: what becomes of an SMS after a provider has it: reports in any order, and the rounds for what is left. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { smsDuties } from '../../activities/sms-rounds.ts';
import { markSent, settleOrKeep, settleSms } from '../../store/sms-reports.ts';
import { weighProviders } from '../../store/sms-standing.ts';
import { beginTry, endTry } from '../../store/sms-tries.ts';
import { restingShares, type SmsProvider } from '../../domain/sms-failover.ts';
import { openSmsDesk, type SmsDesk } from './desk.ts';

let desk: SmsDesk;
let resent: string[];
let untaken: string | undefined;
beforeAll(async () => {
  desk = await openSmsDesk({ smsRest: 0 });
});
afterAll(() => desk.close());

let number = 7_000;
const newReference = (): string => String((number += 1));
const at = Date.parse('2026-04-01T08:00:00Z');

async function taken(references: readonly string[], provider: SmsProvider = 'sms-b'): Promise<string> {
  const id = await desk.newNotice(desk.newMobile());
  const tryId = await beginTry(desk.fresh.db, id, provider);
  await markSent(desk.fresh.db, { smsId: id, tryId, provider, references });
  return id;
}

const report = (reference: string, state: 'sent' | 'delivered' | 'failed' | 'unknown') =>
  settleOrKeep(desk.fresh.db, { provider: 'sms-b', reference, state, at });
const state = async (id: string) => (await desk.row(id)).state;

async function round(name: string): Promise<number> {
  resent = [];
  const { db } = desk.fresh;
  const resend = (id: string): Promise<void> => {
    resent.push(id);
    return id === untaken
      ? Promise.reject(new Error('the engine does not take this one'))
      : Promise.resolve();
  };
  const duties = smsDuties({ db, sms: desk.sms, rest: 0, resend });
  const duty = duties.find((one) => one.name === name);
  if (duty === undefined) throw new Error(`There is no duty ${name}`);
  return duty.work();
}

const change = (id: string, columns: object) => desk.fresh.owner('sms').where({ id }).update(columns);
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('WF-8: reports', () => {
  test('come over the line of the centre, for each part, and settle the SMS', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newNotice(mobile);
    await change(id, { template: 'submitted', parameters: { code: '1404-0813-7000-00' } });
    expect(await desk.sendUntilDone('notice', id)).toBe('sent');
    expect(await desk.fresh.owner('sms_references').where({ sms_id: id })).toHaveLength(2);
    while ((await state(id)) === 'sent') await delay(20);
    expect(await desk.row(id)).toMatchObject({
      state: 'delivered',
      provider: 'sms-b',
      settled_at: expect.any(Date),
    });
  });

  test('five times, and after the end in any order, change nothing', async () => {
    const reference = newReference();
    const id = await taken([reference]);
    for (const said of [
      'sent',
      'delivered',
      'delivered',
      'failed',
      'unknown',
      'sent',
      'delivered',
    ] as const) {
      await report(reference, said);
    }
    expect(await desk.row(id)).toMatchObject({ state: 'delivered', settled_at: new Date(at) });
  });

  test('that come before the answer are kept for it', async () => {
    const reference = newReference();
    for (let time = 0; time < 5; time += 1) await report(reference, 'delivered');
    expect(await state(await taken([reference]))).toBe('delivered');
    const failing = newReference();
    await report(failing, 'failed');
    expect(await state(await taken([failing]))).toBe('failed');
  });

  test('that race with the answer are not lost', async () => {
    for (let time = 0; time < 40; time += 1) {
      const reference = newReference();
      const [id] = await Promise.all([taken([reference]), report(reference, 'delivered')]);
      expect(await state(id)).toBe('delivered');
    }
  });

  test('of all parts make it delivered, of one lost part failed', async () => {
    const [one, two, three, four] = [newReference(), newReference(), newReference(), newReference()];
    const whole = await taken([one, two]);
    await report(two, 'delivered');
    expect(await state(whole)).toBe('sent');
    await report(one, 'delivered');
    expect(await state(whole)).toBe('delivered');
    const broken = await taken([three, four]);
    await report(four, 'failed');
    expect(await state(broken)).toBe('failed');
    await report(three, 'delivered');
    expect(await state(broken)).toBe('failed');
  });

  test('of a second try make it delivered although the first one failed', async () => {
    const [one, two] = [newReference(), newReference()];
    const id = await taken([one]);
    const again = await beginTry(desk.fresh.db, id, 'sms-b');
    await markSent(desk.fresh.db, { smsId: id, tryId: again, provider: 'sms-b', references: [two] });
    await report(one, 'failed');
    expect(await state(id)).toBe('sent');
    await report(two, 'delivered');
    expect(await state(id)).toBe('delivered');
  });

  test('of an id that a centre gives a second time are those of the newest SMS', async () => {
    const reference = newReference();
    const old = await taken([reference]);
    await report(reference, 'failed');
    const fresh = await taken([reference]);
    expect(await state(fresh)).toBe('sent');
    await report(reference, 'delivered');
    expect([await state(old), await state(fresh)]).toEqual(['failed', 'delivered']);
  });

  test('stay with an SMS whose answer is told a second time', async () => {
    const [one, two] = [newReference(), newReference()];
    const id = await taken([one, two]);
    await report(one, 'delivered');
    const again = await beginTry(desk.fresh.db, id, 'sms-b');
    await markSent(desk.fresh.db, { smsId: id, tryId: again, provider: 'sms-b', references: [one, two] });
    await report(two, 'delivered');
    expect(await state(id)).toBe('delivered');
  });

  test('of one provider say nothing about the ids of the other', async () => {
    const reference = newReference();
    const id = await taken([reference], 'sms-a');
    await report(reference, 'delivered');
    expect(await state(id)).toBe('sent');
    expect(await settleSms(desk.fresh.db, { provider: 'sms-a', reference, state: 'failed', at })).toBe(true);
    expect(await state(id)).toBe('failed');
  });
});

describe('WF-8: rounds', () => {
  test('ask the provider about what it does not report, by the id that a lost answer would have told', async () => {
    const mobile = desk.newMobile();
    const id = await desk.newNotice(mobile);
    const { owner } = desk.fresh;
    await desk.sms['sms-a'].send({ kind: 'notice', to: mobile, text: 'متن', reference: id });
    await owner('sms_tries').insert({ sms_id: id, provider: 'sms-a', outcome: 'ambiguous' });
    await change(id, { state: 'unknown', attempts: 1 });
    expect(await desk.send('notice', id)).toBe('sent');
    // On a busy machine the SMS of earlier tests are old enough by now.
    await owner('sms')
      .whereNot({ id })
      .update({ look_at: new Date(Date.now() + 3_600_000) });
    expect(await round('SMS settled by asking')).toBe(0);
    // The sandbox delivers after two seconds.
    desk.passTime(3_000);
    await change(id, { look_at: ago(1) });
    expect(await round('SMS settled by asking')).toBe(1);
    expect(await desk.row(id)).toMatchObject({ state: 'delivered', provider: 'sms-a' });
    expect((await desk.row(id)).look_at?.getTime()).toBeGreaterThan(Date.now() + 60_000);
  });

  test('ask about as many as are due, however many, and again when they are old enough to be late', async () => {
    const { owner } = desk.fresh;
    await owner('sms').update({ look_at: new Date(Date.now() + 3_600_000) });
    const mobile = desk.newMobile();
    const ids = await Promise.all(
      Array.from({ length: 450 }, async () => {
        const { references } = await desk.sms['sms-a'].send({
          ...{ kind: 'notice', to: mobile, text: 'متن', reference: crypto.randomUUID() },
        });
        return taken(references, 'sms-a');
      }),
    );
    const asked = owner('sms').whereIn('id', ids).whereNotNull('on_its_way_at').select('id');
    await owner('sms')
      .whereIn('id', ids)
      .update({ sent_at: ago(4), look_at: ago(0) });
    expect(await round('SMS settled by asking')).toBe(0);
    expect(await asked.clone()).toHaveLength(450);
    const next = (await owner('sms').whereIn('id', ids).max({ at: 'look_at' }).first()) as { at: Date };
    // A minute is left until they are five minutes old.
    expect(next.at.getTime()).toBeLessThan(Date.now() + 61_000);
    expect(next.at.getTime()).toBeGreaterThan(Date.now());
    desk.passTime(3_000);
    await owner('sms')
      .whereIn('id', ids)
      .update({ look_at: ago(0) });
    expect(await round('SMS settled by asking')).toBe(450);
  });

  test('take up what was left unsent for an hour, and nothing that is held or younger', async () => {
    const [pending, queued, doubtful, young, held] = await Promise.all(
      Array.from({ length: 5 }, () => desk.newNotice(desk.newMobile())),
    );
    await change(pending ?? '', { created_at: ago(61) });
    await change(queued ?? '', {
      state: 'queued',
      created_at: ago(300),
      queued_at: ago(300),
      attempted_at: ago(61),
    });
    await change(doubtful ?? '', { state: 'unknown', created_at: ago(300), attempted_at: ago(62) });
    await change(young ?? '', { state: 'queued', created_at: ago(300), attempted_at: ago(30) });
    await change(held ?? '', { created_at: ago(90), held_until: new Date(Date.now() + 600_000) });
    // The oldest of them cannot be handed over.
    untaken = doubtful;
    await expect(round('forgotten notices taken up')).rejects.toThrow('does not take this one');
    expect(new Set(resent)).toEqual(new Set([pending, queued, doubtful]));
    untaken = undefined;
    await round('forgotten notices taken up');
    expect(new Set(resent)).toEqual(new Set([pending, queued, doubtful]));
    for (const id of resent) expect(await desk.sendUntilDone('notice', id)).toBe('sent');
    await round('forgotten notices taken up');
    expect(resent).toEqual([]);
  });

  test('settle codes that nobody took, and leave in doubt what is in doubt', async () => {
    const [unsent, doubtful] = [await desk.newCode(desk.newMobile()), await desk.newCode(desk.newMobile())];
    await desk.fault('sms-a', { mode: 'refuse' });
    await desk.fault('sms-b', { mode: 'refuse' });
    await desk.send('code', unsent);
    await desk.fault('sms-a', { mode: 'drop-reply' });
    await desk.send('code', doubtful);
    await desk.heal();
    expect([await state(unsent), await state(doubtful)]).toEqual(['queued', 'unknown']);
    const endsAt = (minutesAgo: number) =>
      desk.fresh
        .owner('one_time_codes')
        .whereIn('id', [unsent, doubtful])
        .update({ expires_at: ago(minutesAgo) });
    // One that lives for five minutes is still being sent when its row is four minutes old.
    for (const id of [unsent, doubtful]) await change(id, { created_at: ago(4.5) });
    await endsAt(-0.5);
    expect(await round('codes ended unsent')).toBe(0);
    // A try may still be under way when the code ends.
    await endsAt(0.1);
    expect(await round('codes ended unsent')).toBe(0);
    await endsAt(1.1);
    expect(await round('codes ended unsent')).toBe(2);
    expect(await desk.row(unsent)).toMatchObject({ state: 'failed', settled_at: expect.any(Date) });
    expect(await desk.row(doubtful)).toMatchObject({ state: 'unknown', settled_at: expect.any(Date) });
  });

  test('give up after three days without a word, and sweep what was never named', async () => {
    const id = await taken([newReference()]);
    await change(id, { sent_at: ago(3 * 24 * 60 + 1) });
    await report(newReference(), 'delivered');
    await desk.fresh
      .owner('sms_references')
      .whereNull('sms_id')
      .update({ created_at: ago(3 * 24 * 60 + 1) });
    expect(await round('SMS without a report given up')).toBe(1);
    expect(await state(id)).toBe('unknown');
    expect(await round('reports of unknown SMS swept')).toBeGreaterThanOrEqual(1);
  });
});

describe('WF-8: the standing that workers share', () => {
  const rest = restingShares(100);

  test('moves once for all of them, and a code follows it', async () => {
    const { db, owner } = desk.fresh;
    await owner('sms_tries').update({ ended_at: ago(5) });
    await owner('sms').update({ sent_at: ago(60) });
    await owner('sms_standing').delete();
    const id = await desk.newNotice(desk.newMobile());
    for (let error = 0; error < 51; error += 1) {
      const tryId = await beginTry(db, id, 'sms-a');
      await endTry(db, { smsId: id, tryId, outcome: 'unavailable' });
    }
    const together = async (): Promise<number> => {
      const weighed = await Promise.all(Array.from({ length: 8 }, () => weighProviders(db, rest)));
      return weighed.filter(({ moved }) => moved).length;
    };
    expect(await together()).toBe(1);
    expect((await weighProviders(db, rest)).standing.shares).toEqual({ 'sms-a': 90, 'sms-b': 10 });
    await owner('sms_standing').update({ moved_at: ago(1.1) });
    expect(await together()).toBe(1);
    expect((await weighProviders(db, rest)).standing.shares).toEqual({ 'sms-a': 80, 'sms-b': 20 });
    await owner('sms_standing').update({ first_points: 0, moved_at: ago(0) });
    const mobile = desk.newMobile();
    await desk.send('code', await desk.newCode(mobile));
    expect((await desk.received(mobile)).map(({ provider }) => provider)).toEqual(['sms-b']);
    await owner('sms_tries').update({ ended_at: ago(5) });
    await owner('sms_standing').update({ moved_at: ago(16) });
    expect((await weighProviders(db, rest)).standing.shares).toEqual({ 'sms-a': 10, 'sms-b': 90 });
  });

  test('moves for slowness of one, by what it said after five minutes to be still on its way', async () => {
    const { db, owner } = desk.fresh;
    await owner('sms').update({ sent_at: ago(60), on_its_way_at: null });
    await owner('sms_standing').update({ first_points: 100, moved_at: null });
    const ids = await Promise.all(Array.from({ length: 20 }, () => taken([newReference()], 'sms-a')));
    const are = (count: number, columns: object) =>
      owner('sms').whereIn('id', ids.slice(0, count)).update(columns);
    const moves = async () => (await weighProviders(db, rest)).moved;
    // Nobody has asked about them since: that says nothing.
    await are(20, { sent_at: ago(14), on_its_way_at: ago(10) });
    expect(await moves()).toBe(false);
    // Found delivered when it was asked about for being late.
    await are(20, { settled_at: ago(8.5), state: 'delivered' });
    expect(await moves()).toBe(false);
    await are(2, { on_its_way_at: ago(8.9) });
    expect(await moves()).toBe(false);
    await are(3, { on_its_way_at: ago(8.9) });
    expect((await weighProviders(db, rest)).standing.shares['sms-a']).toBe(90);
    await are(3, { on_its_way_at: null });
    await owner('sms_standing').update({ moved_at: ago(2) });
    expect(await moves()).toBe(false);
    await are(3, { settled_at: ago(7.9) });
    expect((await weighProviders(db, rest)).standing.shares['sms-a']).toBe(80);
  });
});
