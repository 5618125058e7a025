/** OTP-10: what an SMS costs, and who may make us pay for it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { goRoundsUntil, housekeepingDuties } from '../../activities/rounds.ts';
import { createSendingLimits, sendingRules, type SendingRules } from '../../api/sending-limits.ts';
import type { Logger } from '../../platform/log.ts';
import { countUntyped } from '../../store/code-watch.ts';
import { createRateLimits } from '../../store/rate-limits.ts';
import { registrationBody } from '../api/candidate.ts';
import { expectRefusal } from '../api/client.ts';
import { openOffice, type Office } from '../api/office.ts';
import { quietLog } from '../support/quiet-log.ts';
import { rounds } from '../support/rounds.ts';
import { deskOfCodes, MINUTE_MS, somebody } from './office.ts';

/** A flood of so many requests, from a tenth of as many addresses, for half as many numbers. */
const REQUESTS = rounds(120, 10_000);
const AT_ONCE = 20;
/** Less than the test has, so that it fails with what was logged. */
const PATIENCE_MS = 50_000;

const asked = (mobile: string) => ({ mobile, device: { id: 'flood' } });

describe('a flood', () => {
  /** So that each limit of a small flood is reached by it. */
  const RULES: SendingRules = rounds(0, 1)
    ? sendingRules(2_000)
    : { perPlace: 6, perNeighbourhood: 24, perBlock: 15, inAll: 40 };
  let office: Office;
  beforeAll(async () => {
    office = await openOffice({ sending: RULES });
  });
  afterAll(() => office.close());

  test(
    'OTP-10: many addresses and numbers come to no more codes than each limit lets, and the breaker holds',
    async () => {
      const sent: { address: string; mobile: string }[] = [];
      const begun = Date.now();
      let [tooMany, unavailable] = [0, 0];
      const one = async (index: number): Promise<void> => {
        const place = index % (REQUESTS / 10);
        const address = `5.${160 + Math.floor(place / 8 / 250)}.${Math.floor(place / 8) % 250}.${(place % 8) + 1}`;
        const number = index % (REQUESTS / 2);
        // A third of the numbers stand in one block, as those of somebody who earns by them would.
        const block = String(number % 3 === 0 ? 0 : (number * 7_919) % 1_000).padStart(3, '0');
        const mobile = `0938${block}${String(number).padStart(4, '0')}`;
        const reply = await office.client.post('/sign-in-codes', asked(mobile), {
          'x-forwarded-for': address,
        });
        if (reply.status === 202) sent.push({ address, mobile });
        else if (reply.status === 429) tooMany += 1;
        else unavailable += 1;
        if (reply.status !== 202) expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
      };
      for (let index = 0; index < REQUESTS; index += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, (_, turn) => one(index + turn)));
      }
      const most = (key: (one: { address: string; mobile: string }) => string): number => {
        const counts = new Map<string, number>();
        for (const each of sent) counts.set(key(each), (counts.get(key(each)) ?? 0) + 1);
        return Math.max(...counts.values());
      };
      expect(sent.length).toBe(office.codesSent());
      // Each limit begins anew after five minutes; the small flood is over long before.
      const windows = Math.floor((Date.now() - begun) / (5 * MINUTE_MS)) + 1;
      expect(sent.length).toBeLessThanOrEqual(RULES.inAll * windows);
      expect(sent.length).toBeGreaterThan(RULES.inAll / 2);
      expect(most(({ address }) => address)).toBeLessThanOrEqual(RULES.perPlace * windows);
      expect(most(({ address }) => address.replace(/\.\d+$/u, ''))).toBeLessThanOrEqual(
        RULES.perNeighbourhood * windows,
      );
      expect(most(({ mobile }) => mobile.slice(0, 7))).toBeLessThanOrEqual(RULES.perBlock * windows);
      expect(tooMany + unavailable).toBe(REQUESTS - sent.length);
      // Nothing is left of a request that was refused: no code, no place in the limits of its number.
      expect(await office.fresh.owner('one_time_codes')).toHaveLength(sent.length);
    },
    rounds(240_000, 900_000),
  );
});

describe('each limit', () => {
  const RULES: SendingRules = { perPlace: 3, perNeighbourhood: 5, perBlock: 1_000, inAll: 10 };
  let office: Office;
  beforeAll(async () => {
    office = await openOffice({ sending: RULES });
  });
  afterAll(() => office.close());
  const from = (address: string) =>
    office.client.post('/sign-in-codes', asked(somebody()), { 'x-forwarded-for': address });

  test('OTP-10: an address, its neighbourhood, and the budget of all, after which signing in goes on', async () => {
    const known = somebody();
    const desk = deskOfCodes(office);
    const early = await desk.ask(known);
    for (let count = 0; count < 3; count += 1) expect((await from('5.1.1.1')).status).toBe(202);
    const refused = await Promise.all(Array.from({ length: 12 }, () => from('5.1.1.1')));
    for (const reply of refused) expectRefusal(reply, 'too-many-codes');
    // API-7: those who were refused together do not come back together.
    const waits = refused.map(({ headers }) => Number(headers.get('retry-after')));
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(2);
    // A header that a client writes itself moves nobody to another address.
    const forged = await office.client.post('/sign-in-codes', asked(somebody()), {
      'x-forwarded-for': '9.9.9.9, 5.1.1.1',
      'x-real-ip': '9.9.9.9',
    });
    expectRefusal(forged, 'too-many-codes');
    for (let count = 0; count < 2; count += 1) expect((await from('5.1.1.2')).status).toBe(202);
    expectRefusal(await from('5.1.1.3'), 'too-many-codes');
    // Who is signed in is not held up by who shares their address, but takes of the budget of all.
    const me = await office.signIn({ mobile: '09381234567' });
    const { body } = await me.post<{ id: string }>('/registrations', registrationBody());
    office.wait(MINUTE_MS);
    const mine = { purpose: 'submission', registrationId: body.id };
    for (let count = 0; count < 2; count += 1) expect((await from('5.2.2.2')).status).toBe(202);
    const fresh = await me.post('/confirmation-codes', mine, { 'x-forwarded-for': '5.1.1.1' });
    expect(fresh.status).toBe(202);
    const spent = await from('5.3.3.3');
    expectRefusal(spent, 'codes-unavailable');
    expect(Number(spent.headers.get('retry-after'))).toBeGreaterThan(200);
    expect((await desk.open(early.body.id, office.codeFor(known))).status).toBe(201);
    // The counts stand in the database: another process, or this one after a restart, goes on with them.
    const { db } = office.fresh;
    const restarted = createSendingLimits({ limits: createRateLimits(db), rules: RULES, log: quietLog() });
    const sending = { address: '5.4.4.4', mobile: '+989380000001', lane: 'strangers' } as const;
    await expect(restarted.take(sending)).rejects.toMatchObject({ code: 'codes-unavailable' });
  });

  test('OTP-10: the limits are those of its numbers, and three times the forecast in all', () => {
    expect(sendingRules(90_000)).toEqual({
      perPlace: 25,
      perNeighbourhood: 200,
      perBlock: 100,
      inAll: 22_500,
    });
  });
});

describe('the limits cannot be asked', () => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office.close());

  test('OTP-10: no code is sent, and checking codes, submitting and withdrawing go on', async () => {
    const desk = deskOfCodes(office);
    const mobile = somebody();
    const me = await office.signIn();
    const { body } = await me.post<{ id: string }>('/registrations', registrationBody());
    const sent = await desk.ask(mobile);
    await office.fresh.owner.raw('alter table rate_limits rename to rate_limits_away');
    const before = office.codesSent();
    const reply = await desk.ask(somebody());
    expectRefusal(reply, 'codes-unavailable');
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(office.codesSent()).toBe(before);
    expect((await desk.open(sent.body.id, office.codeFor(mobile))).status).toBe(201);
    const submitted = await me.post(
      `/registrations/${body.id}/submission`,
      { declaration: true },
      { 'if-match': '1' },
    );
    // As far as it comes without an identity: through the door, to the law.
    expectRefusal(submitted, 'not-verified');
    expect((await me.post(`/registrations/${body.id}/withdrawal`, {})).status).toBe(202);
    await office.fresh.owner.raw('alter table rate_limits_away rename to rate_limits');
    expect((await desk.ask(somebody())).status).toBe(202);
  });
});

describe('codes that nobody types', () => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice();
  });
  afterAll(() => office.close());

  test('OTP-10: an alarm when fewer than a fifth of five minutes’ codes are typed, and none before', async () => {
    const desk = deskOfCodes(office);
    const someCodes = async (count: number, typed: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        const mobile = somebody();
        const sent = await desk.ask(mobile);
        if (index < typed) await desk.open(sent.body.id, office.codeFor(mobile));
      }
    };
    const { db } = office.fresh;
    await someCodes(15, 0);
    office.wait(3 * MINUTE_MS);
    expect(await countUntyped(db, office.services.now())).toBe(0);
    await someCodes(10, 5);
    office.wait(3 * MINUTE_MS);
    expect(await countUntyped(db, office.services.now())).toBe(0);
    office.wait(5 * MINUTE_MS);
    await someCodes(25, 4);
    expect(await countUntyped(db, office.services.now())).toBe(0);
    office.wait(3 * MINUTE_MS);
    expect(await countUntyped(db, office.services.now())).toBe(21);

    // Codes that live longer have not had their time yet.
    const codes = office.fresh.owner('one_time_codes');
    await codes.update({ expires_at: office.fresh.owner.raw(`created_at + interval '5 minutes'`) });
    expect(await countUntyped(db, office.services.now())).toBe(0);

    // The worker looks by its own clock.
    const back = new Date(Date.now() - 3 * MINUTE_MS);
    await office.fresh
      .owner('one_time_codes')
      .update({ created_at: back, expires_at: new Date(Date.now() - 1_000) });
    const ending = new AbortController();
    const lines: string[] = [];
    const note = (fields: object, text: string): void => {
      if (!text.startsWith('ALARM')) return;
      lines.push(`${text} ${JSON.stringify(fields)}`);
      ending.abort();
    };
    const log = { error: note, info: () => {}, warn: () => {} } as unknown as Logger;
    setTimeout(() => ending.abort(), PATIENCE_MS).unref();
    await goRoundsUntil(ending.signal, [housekeepingDuties(db)], log);
    expect(lines).toEqual(['ALARM: codes are sent that nobody types {"count":41}']);
  });
});
