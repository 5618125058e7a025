/** The step with the card: which one is let through, where the browser goes, and what the candidate reads. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO_STAFF } from '../../scripts/demo-data.ts';
import { switchOff, switchOn } from '../../store/provider-switches.ts';
import type { Stage } from '../workflow/stage.ts';
import { openRegistration, proveIdentity, until, viewOf } from './candidate.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { openRealOffice, soon, type RealOffice } from './office.ts';

let stage: Stage;
let office: RealOffice;
beforeAll(async () => {
  office = await openRealOffice();
  stage = office.stage;
});
afterAll(() => office.close());

describe('the card', () => {
  let me: ApiClient;
  let id: string;
  beforeAll(async () => {
    me = await office.signIn();
    id = await openRegistration(me);
    await until(me, id, ({ identity }) => identity.line === 'confirmed');
  });
  const start = (card: object) => me.post(`/registrations/${id}/card-verifications`, card);

  test.each([
    ['627353', 'تجارت'],
    ['۵۰۴۱۷۲', 'رسالت'],
    ['622106', 'پارسیان'],
    ['636949', 'حکمت'],
    ['639599', 'قوامین'],
    ['627381', 'انصار (سپه)'],
    ['٦٢٧٣٥٣', 'تجارت'],
    ['۶۲۷٣٥٣۱۲', 'تجارت'],
    ['585\u200c983', 'تجارت'],
    ['۶۲۷ ۸۸۴', 'پارسیان'],
    ['6391-94', 'پارسیان'],
  ])('OTP-12: %s of %s is refused before the bank is asked', async (cardPrefix, bank) => {
    const asked = stage.world.starts.length;
    const reply = await start({ cardPrefix, cardSuffix: '1234' });
    expectRefusal(reply, 'bank-not-supported');
    expect(reply.body['bank']).toContain(bank);
    expect(stage.world.starts).toHaveLength(asked);
  });

  test('of a bank that is turned off is refused with its text, and the bank is not asked', async () => {
    const asked = stage.world.starts.length;
    const staffId = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
    const text = 'بانک تا ظهر پاسخ نمی‌دهد.';
    await switchOff(office.fresh.db, { provider: 'bank', text, staffId });
    const reply = await start({ cardPrefix: '603799', cardSuffix: '1234' });
    await switchOn(office.fresh.db, { provider: 'bank', staffId });
    expectRefusal(reply, 'bank-unavailable');
    expect(reply.body).toMatchObject({ text, detail: expect.stringContaining('فرمانداری') });
    expect(stage.world.starts).toHaveLength(asked);
  });

  test.each([
    ['60379', '1234'],
    ['603799123', '1234'],
    ['6037991234567890', '7890'],
    ['603799', '12'],
    ['60379x', '1234'],
  ])('%s…%s is card-invalid', async (cardPrefix, cardSuffix) => {
    expectRefusal(await start({ cardPrefix, cardSuffix }), 'card-invalid');
  });

  test('OTP-12: the digits come before everything else, an unknown bank passes and is noted', async () => {
    stage.world.answers.line = 'no';
    const other = await office.signIn();
    const own = await openRegistration(other);
    await until(other, own, ({ identity }) => identity.line === 'refused');
    stage.world.answers.line = 'yes';
    const tryWith = (cardPrefix: string) =>
      other.post(`/registrations/${own}/card-verifications`, { cardPrefix, cardSuffix: '1234' });
    expectRefusal(await tryWith('627353'), 'bank-not-supported');
    expectRefusal(await tryWith('60379'), 'card-invalid');
    expectRefusal(await tryWith('603799'), 'line-not-own');
    const known = await start({ cardPrefix: '909090', cardSuffix: '1234' });
    expect(known.status).toBe(201);
    expect(await office.fresh.owner('unknown_bank_prefixes').pluck('prefix')).toEqual(['909090']);
  });

  test('a return address that is not on the list is refused', async () => {
    const card = { cardPrefix: '603799', cardSuffix: '1234' };
    expectRefusal(await start({ ...card, returnUrl: 'https://evil.test/back' }), 'return-url-unknown');
    expectRefusal(await start({ ...card, returnUrl: 'javascript:alert(1)' }), 'return-url-unknown');
  });

  test('leads to the bank’s page and back to the listed address', async () => {
    const back = 'https://portal.test/back';
    const card = { cardPrefix: '۶۰۳۷۹۹', cardSuffix: '١٢٣٤', returnUrl: back };
    const started = await me.post<{ id: string; redirectUrl: string; advice: string[] }>(
      `/registrations/${id}/card-verifications`,
      card,
    );
    expect(started.status).toBe(201);
    expect(started.body.redirectUrl).toMatch(/^https:\/\/bank\.example\//u);
    for (const tip of [/خرید اینترنتی/u, /رمزساز/u, /همین صفحه/u, /فقط یک بار/u, /پایان زمان/u]) {
      expect(started.body.advice.join('\n')).toMatch(tip);
    }
    const state = await me.get(`/registrations/${id}/card-verifications/${started.body.id}`);
    expect(state.body).toMatchObject({ state: 'started', reason: null });
    const row = (await office.fresh.owner('card_verifications').where({ id: started.body.id }).first()) as {
      reference: string;
    };
    const returned = await office.client.get(`/bank-return/${row.reference}?status=OK&whatever=1`);
    expect(returned.status).toBe(303);
    expect(returned.headers.get('location')).toBe(back);
    expect((await viewOf(me, id)).identity.card).toBe('pending');
    const silent = await me.get(`/registrations/${id}/card-verifications/${started.body.id}`);
    expect(silent.body).toMatchObject({
      advice: expect.arrayContaining([expect.stringContaining('بانک هنوز')]),
    });
    stage.world.answers.bank = { outcome: 'refused', reason: 'card-not-permitted' };
    const told = await soon(async () => {
      const { body } = await me.get(`/registrations/${id}/card-verifications/${started.body.id}`);
      return body['reason'] !== null && body;
    });
    stage.world.answers.bank = { outcome: 'pending' };
    expect(told).toMatchObject({ state: 'refused', reason: 'card-not-permitted' });
    expect(told).toMatchObject({
      advice: expect.arrayContaining([expect.stringContaining('اجازه تراکنش اینترنتی')]),
    });
  });

  test('OTP-11: a client can tell a warning that is agreed to from a card that rests', async () => {
    const other = await office.signIn();
    const own = await openRegistration(other);
    await until(other, own, ({ identity }) => identity.line === 'confirmed');
    const tryCard = (more: object = {}) =>
      other.post<{ id: string; mayAccept?: boolean; text?: string }>(
        `/registrations/${own}/card-verifications`,
        { cardPrefix: '603799', cardSuffix: '1234', ...more },
      );
    const wrongly = async (more: object = {}) => {
      const { body } = await tryCard(more);
      const verdict = { state: 'refused', reason: 'wrong-entry', entered_at: new Date() };
      await office.fresh.owner('card_verifications').where({ id: body.id }).update(verdict);
    };
    await wrongly();
    await wrongly();
    const warned = await tryCard();
    expectRefusal(warned, 'card-guard');
    expect(warned.body).toMatchObject({
      mayAccept: true,
      text: expect.stringContaining('دو بار رمز نادرست'),
    });
    expect(warned.headers.get('retry-after')).toBeNull();
    await wrongly({ guardAccepted: true });
    const closed = await tryCard({ guardAccepted: true });
    expectRefusal(closed, 'card-guard');
    expect(closed.body).toMatchObject({ mayAccept: false, text: expect.stringContaining('فرمانداری') });
    expect(Number(closed.headers.get('retry-after'))).toBeLessThanOrEqual(86_400);
  });

  test('a page whose time is over while the bank is silent says so, and not how to use it', async () => {
    const other = await office.signIn();
    const own = await openRegistration(other);
    await until(other, own, ({ identity }) => identity.line === 'confirmed');
    const path = `/registrations/${own}/card-verifications`;
    const { body } = await other.post<{ id: string }>(path, { cardPrefix: '603799', cardSuffix: '1234' });
    const page = office.fresh.owner('card_verifications').where({ id: body.id });
    await page.update({ expires_at: new Date(Date.now() - 1_000) });
    const over = await other.get<{ advice: string[] }>(`${path}/${body.id}`);
    expect(over.body).toMatchObject({ state: 'started', redirectUrl: null });
    expect(over.body.advice[0]).toContain('بانک هنوز نتیجه را نگفته است');
    expect(over.body.advice.at(-1)).toContain('فرمانداری');
  });

  test('a bank that is away is bank-unavailable, and the next try is possible', async () => {
    const other = await office.signIn();
    const own = await openRegistration(other);
    await until(other, own, ({ identity }) => identity.line === 'confirmed');
    stage.world.answers.start = 'unavailable';
    const card = { cardPrefix: '603799', cardSuffix: '1234' };
    const reply = await other.post(`/registrations/${own}/card-verifications`, card);
    expectRefusal(reply, 'bank-unavailable');
    stage.world.answers.start = 'opened';
    await proveIdentity(other, stage, own);
    expect(await viewOf(other, own)).toMatchObject({ status: 'awaiting-submission' });
  });
});

test('without a page of ours the browser reads «بازگشت به برنامه»', async () => {
  const me = await office.signIn();
  const id = await openRegistration(me);
  await until(me, id, ({ identity }) => identity.line === 'confirmed');
  const card = { cardPrefix: '603799', cardSuffix: '1234' };
  const started = await me.post<{ id: string }>(`/registrations/${id}/card-verifications`, card);
  const row = (await office.fresh.owner('card_verifications').where({ id: started.body.id }).first()) as {
    reference: string;
  };
  const page = await office.client.get(`/bank-return/${row.reference}`);
  expect(page.status).toBe(200);
  expect(page.bytes.toString()).toContain('بازگشت به برنامه');
  expectRefusal(await office.client.get('/bank-return/01990000-0000-7000-8000-0000000000ff'), 'not-found');
});
