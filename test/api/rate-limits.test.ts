/** Counts in PostgreSQL: for all processes at once, over a restart, and without saying whom they count. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRateLimits, sweepRateLimits, type RateLimits } from '../../store/rate-limits.ts';
import { closeDatabase, openDatabase } from '../../store/database.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { TEST_SEALING } from '../support/keys.ts';

let fresh: FreshDatabase;
let limits: RateLimits;
beforeAll(async () => {
  fresh = await freshDatabase();
  limits = createRateLimits(fresh.db);
});
afterAll(() => fresh.drop());

const limit = (name: string, points: number, seconds = 60) => ({ name, points, seconds });

const HOUR_SECONDS = 3_600;
/** Two requests fit into it, as a rule. */
const WINDOW_SECONDS = 2;

describe('API-7: points in PostgreSQL', () => {
  test('of 20 parallel takes of five points five are allowed, by two processes', async () => {
    const tries = limit('tries', 5, HOUR_SECONDS);
    const other = createRateLimits(fresh.db);
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? limits : other).take({ limit: tries, subject: '5.1.1.1' }),
      ),
    );
    expect(taken.filter(({ allowed }) => allowed)).toHaveLength(5);
    const after = await limits.take({ limit: tries, subject: '5.1.1.1' });
    expect(after).toMatchObject({ allowed: false, remaining: 0 });
    expect(after.resetSeconds).toBeGreaterThan(HOUR_SECONDS - 120);
    expect(after.resetSeconds).toBeLessThanOrEqual(HOUR_SECONDS);
    expect((await limits.take({ limit: tries, subject: '5.1.1.2' })).remaining).toBe(4);
  });

  test('a window ends, and what was given back can be taken again', async () => {
    const short = limit('short', 1, WINDOW_SECONDS);
    const take = async (subject: string) => (await limits.take({ limit: short, subject })).allowed;
    /** Somebody who is refused within the window; whom the machine held up for longer is followed by another. */
    const refused = async (): Promise<string> => {
      for (let number = 0; ; number += 1) {
        const subject = `a-${number}`;
        const began = Date.now();
        expect(await take(subject)).toBe(true);
        const again = await take(subject);
        if (Date.now() - began >= WINDOW_SECONDS * 1_000) continue;
        expect(again).toBe(false);
        return subject;
      }
    };
    const subject = await refused();
    await delay(WINDOW_SECONDS * 1_000 + 50);
    expect(await take(subject)).toBe(true);
    await limits.giveBack({ limit: short, subject });
    expect(await take(subject)).toBe(true);
  });

  test('one that refuses takes nothing of the others, before it or after it', async () => {
    const [many, few, last] = [limit('many', 10), limit('few', 1), limit('last', 10)];
    const all = [many, few, last].map((one) => ({ limit: one, subject: 'b' }));
    expect(await limits.takeAll(all)).toMatchObject({ allowed: true, limit: few, remaining: 0 });
    expect(await limits.takeAll(all)).toMatchObject({ allowed: false, limit: few });
    expect((await limits.take({ limit: many, subject: 'b' })).remaining).toBe(8);
    expect((await limits.take({ limit: last, subject: 'b' })).remaining).toBe(8);
  });

  test('the table names the limit and nobody', async () => {
    await limits.take({ limit: limit('seen', 5), subject: '+989121234567' });
    const rows = (await fresh.owner('rate_limits').select('key')) as { key: string }[];
    expect(rows.some(({ key }) => /^seen:[\w-]{43}$/u.test(key))).toBe(true);
    expect(JSON.stringify(rows)).not.toMatch(/912|5\.1\.1/u);
  });

  test('the app cannot make tables, and counts all the same', async () => {
    await expect(fresh.db.knex.raw('create table mine (id int)')).rejects.toThrow('permission denied');
    await expect(fresh.db.knex.raw('drop table rate_limits')).rejects.toThrow('must be owner');
  });

  test('windows that are over are swept', async () => {
    await limits.take({ limit: limit('old', 5, 1), subject: 'c' });
    expect(await sweepRateLimits(fresh.db, Date.now() + 2 * HOUR_SECONDS * 1_000)).toBeGreaterThan(0);
    expect(await fresh.owner('rate_limits')).toEqual([]);
  });

  test('without the database it says so, within two seconds, and does not allow', async () => {
    const gone = openDatabase({
      url: 'postgres://nobody@127.0.0.1:1/none',
      role: 'davtalab_app',
      poolSize: 1,
      sealing: TEST_SEALING,
    });
    const started = Date.now();
    await expect(createRateLimits(gone).take({ limit: limit('x', 1), subject: 'd' })).rejects.toThrow();
    // The pool gives up after two seconds; by itself it would after a minute. A busy machine takes its time to say so.
    expect(Date.now() - started).toBeLessThan(25_000);
    await closeDatabase(gone);
  });
});
