/** API-7: fair limits by address, candidate and route. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { limitsOf } from '../../api/middleware/limits.ts';
import { createRequestLimits, REQUEST_RULES, type RequestRules } from '../../api/request-limits.ts';
import { ROUTES } from '../../api/routes/index.ts';
import type { Services } from '../../api/services.ts';
import { createLogger } from '../../platform/log.ts';
import { createRateLimits, type RateLimits } from '../../store/rate-limits.ts';
import { jpeg, openRegistration } from './candidate.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { openOffice, type Office } from './office.ts';

/** No test lasts so long. */
const WINDOW_SECONDS = 600;
const few = (points: number) => ({ points, seconds: WINDOW_SECONDS });
const RULES: RequestRules = {
  ...REQUEST_RULES,
  ...{
    address: few(60),
    candidate: few(20),
    changes: few(8),
    uploads: { points: 4, seconds: 3_600 },
    lookups: few(5),
    'sign-ins': few(10),
  },
};

let office: Office;
beforeAll(async () => {
  office = await openOffice({ requests: RULES });
});
afterAll(() => office.close());

let addresses = 0;
const newAddress = (): Record<string, string> => {
  addresses += 1;
  return { 'x-forwarded-for': `5.62.${addresses >> 8}.${addresses & 0xff}` };
};

describe('API-7: fair limits', () => {
  test('the operator reads the figures that hold', () => {
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    for (const [name, { points, seconds }] of Object.entries(REQUEST_RULES)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      const figures = row
        .split('|')
        .slice(2, 4)
        .map((cell) => cell.trim());
      expect([name, ...figures]).toEqual([name, points.toLocaleString('en'), `${seconds} s`]);
    }
  });

  test('every route is counted, but the two that watch over us', () => {
    for (const route of ROUTES) {
      const { address, candidate } = limitsOf(route);
      expect([route.path, address.length + candidate.length]).not.toEqual([route.path, 0]);
      if (['candidate', 'own-registration'].includes(route.who)) expect(candidate).toContain('candidate');
    }
  });

  test('an answer tells what is left; the one beyond it waits, and nobody else does', async () => {
    const here = newAddress();
    const first = await office.client.get('/status/NONE', here);
    expect(first.headers.get('ratelimit-policy')).toBe(`"lookups";q=5;w=${WINDOW_SECONDS}`);
    expect(first.headers.get('ratelimit')).toMatch(/^"lookups";r=4;t=(?:600|5\d\d)$/u);
    for (let count = 1; count < 5; count += 1) await office.client.get('/status/NONE', here);
    const refused = await office.client.get('/status/NONE', here);
    expectRefusal(refused, 'too-many-requests');
    expect(refused.headers.get('ratelimit')).toContain('"lookups";r=0;');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(WINDOW_SECONDS - 120);
    expect(wait).toBeLessThanOrEqual(WINDOW_SECONDS * 1.2);
    expectRefusal(await office.client.get('/status/NONE', newAddress()), 'not-found');
    expect((await office.client.get('/elections', here)).status).toBe(200);
  });

  test('what a client writes into X-Forwarded-For by itself makes it nobody else', async () => {
    const via = (claim: string) => ({ 'x-forwarded-for': `${claim}, 5.63.1.1` });
    for (let count = 0; count < 5; count += 1) await office.client.get('/status/NONE', via(`6.6.6.${count}`));
    expectRefusal(await office.client.get('/status/NONE', via('6.6.6.99')), 'too-many-requests');
  });

  test('a village behind one address: one candidate who is refused closes it for no other', async () => {
    const village = newAddress();
    const [loud, quiet] = [await office.signIn(), await office.signIn()] as [ApiClient, ApiClient];
    for (let count = 0; count < 20; count += 1) await loud.get('/registrations', village);
    expectRefusal(await loud.get('/registrations', village), 'too-many-requests');
    expect((await quiet.get('/registrations', village)).status).toBe(200);
  });

  test('a village behind one address: no phone closes it for who is signed in, and guessing tokens ends', async () => {
    const village = newAddress();
    const [loud, quiet] = [await office.signIn(), await office.signIn()] as [ApiClient, ApiClient];
    // Beyond the limit of the address with its own session, refused by its own limit alone.
    for (let count = 0; count < 70; count += 1) {
      const reply = await loud.get('/registrations', village);
      expect([count, reply.status]).toEqual([count, count < 20 ? 200 : 429]);
      expect(reply.headers.get('ratelimit-policy')).toContain('"candidate"');
    }
    expect((await office.client.get('/elections', village)).headers.get('ratelimit')).toContain('r=59;');
    const guess = (count: number) =>
      office.client.as(`${'guessed-token-'.repeat(2)}${count}`).get('/registrations', village);
    for (let count = 0; count < 59; count += 1) expectRefusal(await guess(count), 'sign-in-required');
    expectRefusal(await guess(60), 'too-many-requests');
    expectRefusal(await office.client.get('/registrations', village), 'too-many-requests');
    expectRefusal(await office.client.get('/elections', village), 'too-many-requests');
    // The address has nothing left, and whoever is signed in goes on.
    expect((await quiet.get('/registrations', village)).status).toBe(200);
    const submitted = await quiet.post(`/registrations/${randomUUID()}/submission`, {}, village);
    expectRefusal(submitted, 'not-found');
  });

  test('a candidate stays the same one at another address and with a new session', async () => {
    const mobile = '09350000001';
    const me = await office.signIn({ mobile });
    for (let count = 0; count < 20; count += 1) await me.get('/registrations', newAddress());
    expectRefusal(await me.get('/registrations', newAddress()), 'too-many-requests');
    office.wait(61_000);
    const again = await office.signIn({ mobile });
    expectRefusal(await again.get('/registrations', newAddress()), 'too-many-requests');
  });

  test('changes have a limit of their own, reading goes on', async () => {
    const me = await office.signIn();
    const body = {
      electionId: randomUUID(),
      constituencyId: randomUUID(),
      nationalId: '1',
      birthDate: '2000-01-01',
    };
    for (let count = 0; count < 8; count += 1)
      expectRefusal(await me.post('/registrations', body, newAddress()), 'national-id-invalid');
    expectRefusal(await me.post('/registrations', body, newAddress()), 'too-many-requests');
    expect((await me.get('/registrations', newAddress())).status).toBe(200);
  });

  test('UPL-9: so many pictures in an hour, refused before they are decoded', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    const upload = async (seed: number) =>
      me.ask('PUT', `/registrations/${id}/documents/photo`, {
        raw: await jpeg(seed),
        headers: { 'content-type': 'image/jpeg', ...newAddress() },
      });
    for (let seed = 1; seed <= 4; seed += 1) expect((await upload(seed)).status).toBeLessThan(300);
    const refused = await upload(5);
    expectRefusal(refused, 'too-many-requests');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect((await me.get(`/registrations/${id}/documents`, newAddress())).status).toBe(200);
  });

  test('what failed by our own fault is not counted', async () => {
    const here = newAddress();
    const services = office.services as { db: Services['db'] };
    const { db } = services;
    const broken = (): never => {
      throw new Error('broken');
    };
    services.db = { ...db, knex: broken as unknown as Services['db']['knex'] };
    const failed = [];
    for (let count = 0; count < 70; count += 1) failed.push(await office.client.get('/elections', here));
    services.db = db;
    for (const reply of failed) expectRefusal(reply, 'internal-error');
    expect((await office.client.get('/elections', here)).headers.get('ratelimit')).toContain('r=59;');
  });
});

describe('API-7: the count of several processes', () => {
  const log = createLogger('test', { level: 'silent' });
  const process_ = (limits: RateLimits, rules = RULES) => createRequestLimits({ limits, rules, log });
  const tries = async (take: () => Promise<{ allowed: boolean }>, count: number): Promise<number> => {
    let allowed = 0;
    for (let index = 0; index < count; index += 1) allowed += (await take()).allowed ? 1 : 0;
    return allowed;
  };

  test('two let nobody have more than a fifth above it, and refuse nobody before it', async () => {
    const limits = createRateLimits(office.fresh.db);
    const [one, two] = [process_(limits), process_(limits)];
    let turn = 0;
    const take = () => ((turn += 1) % 2 === 0 ? one : two).take({ name: 'candidate', subject: 'shared' });
    const allowed = await tries(take, 60);
    expect(allowed).toBeGreaterThanOrEqual(20);
    expect(allowed).toBeLessThanOrEqual(24);
  });

  test('who is far from the limit costs no statement, who is near it few', async () => {
    const real = createRateLimits(office.fresh.db);
    let statements = 0;
    const counting: RateLimits = {
      ...real,
      take: (spending) => {
        statements += 1;
        return real.take(spending);
      },
    };
    const one = process_(counting, REQUEST_RULES);
    const take = () => one.take({ name: 'candidate', subject: 'far' });
    expect(await tries(take, 120)).toBe(120);
    expect(statements).toBe(0);
    expect(await tries(take, 700)).toBe(480);
    expect(statements).toBeLessThan(40);
  });

  test('a store that is away closes nothing: each goes on by its own count, and says so once', async () => {
    const lines: string[] = [];
    const away: RateLimits = {
      take: () => Promise.reject(new Error('away')),
      takeAll: () => Promise.reject(new Error('away')),
      giveBack: () => Promise.reject(new Error('away')),
    };
    const loud = createLogger('test', { destination: { write: (line) => void lines.push(line) } });
    const one = createRequestLimits({ limits: away, rules: RULES, log: loud });
    expect(await tries(() => one.take({ name: 'candidate', subject: 'away' }), 30)).toBe(20);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ALARM');
  });

  test('the real table broken: codes are refused, everything else goes on', async () => {
    await office.fresh.owner.raw('alter table rate_limits rename to rate_limits_away');
    try {
      const mobile = '09350000002';
      const ask = await office.client.post('/sign-in-codes', { mobile, device: { id: 'd' } }, newAddress());
      expectRefusal(ask, 'codes-unavailable');
      const here = newAddress();
      for (let count = 0; count < 5; count += 1)
        expectRefusal(await office.client.get('/status/NONE', here), 'not-found');
    } finally {
      await office.fresh.owner.raw('alter table rate_limits_away rename to rate_limits');
    }
    expect(
      (await office.client.post('/sign-in-codes', { mobile: '09350000003', device: { id: 'd' } })).status,
    ).toBe(202);
  });
});
