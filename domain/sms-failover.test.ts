import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderOf, restingShares, weigh, type Health, type Standing } from './sms-failover.ts';

const WELL: Health = { errors: 0, sent: 100, slow: 0 };
const FAILING: Health = { errors: 51, sent: 100, slow: 0 };
const SLOW: Health = { errors: 0, sent: 100, slow: 15 };
const T0 = Date.parse('2026-04-01T08:00:00Z');
const MINUTE = 60_000;
const rest = restingShares(100);
const both = (a: Health, b: Health = WELL) => ({ 'sms-a': a, 'sms-b': b });

function after(minutes: number, standing: Standing, health = both(WELL)): Standing {
  return weigh(standing, { health, rest, now: T0 + minutes * MINUTE });
}
const atRest: Standing = { shares: rest, movedAt: null };

describe('WF-8: the shares of two SMS providers', () => {
  test('move by 10 points, at most once a minute, while there are more than 50 errors in 60 seconds', () => {
    const once = after(0, atRest, both(FAILING));
    expect(once.shares).toEqual({ 'sms-a': 90, 'sms-b': 10 });
    expect(after(0.99, once, both(FAILING))).toBe(once);
    expect(after(1, once, both(FAILING)).shares).toEqual({ 'sms-a': 80, 'sms-b': 20 });
    expect(after(1, once, both({ ...FAILING, errors: 50 }))).toBe(once);
  });

  test('move when 15 percent are slower than 5 minutes for one, but not for the other', () => {
    expect(after(0, atRest, both(SLOW)).shares['sms-a']).toBe(90);
    expect(after(0, atRest, both({ ...SLOW, slow: 14 }))).toBe(atRest);
    expect(after(0, atRest, both(SLOW, SLOW))).toBe(atRest);
    // Too few to say anything.
    expect(after(0, atRest, both({ errors: 0, sent: 19, slow: 19 }))).toBe(atRest);
  });

  test('stay while both fail: neither is better', () => {
    expect(after(0, atRest, both(FAILING, FAILING))).toBe(atRest);
  });

  test('end at 0 and 100, and drift back by 10 points for each 15 quiet minutes', () => {
    let standing = atRest;
    for (let minute = 0; minute < 20; minute += 1) standing = after(minute, standing, both(FAILING));
    expect(standing).toEqual({ shares: { 'sms-a': 0, 'sms-b': 100 }, movedAt: T0 + 9 * MINUTE });
    expect(after(23.9, standing)).toBe(standing);
    const drifted = after(24, standing);
    expect(drifted.shares).toEqual({ 'sms-a': 10, 'sms-b': 90 });
    expect(after(38, drifted)).toBe(drifted);
    let back = drifted;
    for (let minute = 39; minute < 400; minute += 1) back = after(minute, back);
    expect(back.shares).toEqual(rest);
    expect(back.movedAt).toBe(T0 + (24 + 9 * 15) * MINUTE);
  });

  test('do not drift while the other still fails or is slow', () => {
    const moved: Standing = { shares: { 'sms-a': 40, 'sms-b': 60 }, movedAt: T0 };
    expect(after(60, moved, both(FAILING, FAILING))).toBe(moved);
    expect(after(60, moved, both(SLOW, SLOW))).toBe(moved);
    expect(after(60, moved, both(WELL, FAILING)).shares).toEqual({ 'sms-a': 50, 'sms-b': 50 });
  });

  test('are 100 together, none below 0, one step a minute, whatever happens', () => {
    const health = fc.record({ errors: fc.nat(200), sent: fc.nat(200), slow: fc.nat(200) });
    const events = fc.array(fc.record({ a: health, b: health, seconds: fc.nat(1000) }), { maxLength: 60 });
    fc.assert(
      fc.property(events, fc.nat(100), (steps, first) => {
        let standing: Standing = { shares: restingShares(first), movedAt: null };
        let now = T0;
        for (const { a, b, seconds } of steps) {
          now += seconds * 1000;
          const next = weigh(standing, { health: both(a, b), rest: restingShares(first), now });
          expect(next.shares['sms-a'] + next.shares['sms-b']).toBe(100);
          expect(Math.min(...Object.values(next.shares))).toBeGreaterThanOrEqual(0);
          const step = Math.abs(next.shares['sms-a'] - standing.shares['sms-a']);
          expect(step).toBeLessThanOrEqual(10);
          if (next !== standing && standing.movedAt !== null) {
            expect(now - standing.movedAt).toBeGreaterThanOrEqual(MINUTE);
          }
          standing = next;
        }
      }),
    );
  });
});

describe('WF-8: the order of a message', () => {
  test('follows the shares, and the other always comes second', () => {
    const shares = { 'sms-a': 70, 'sms-b': 30 };
    const firsts = Array.from({ length: 100 }, (_, draw) => orderOf(shares, draw)[0]);
    expect(firsts.filter((first) => first === 'sms-a')).toHaveLength(70);
    expect(orderOf(restingShares(100), 99)).toEqual(['sms-a', 'sms-b']);
    expect(orderOf(restingShares(0), 0)).toEqual(['sms-b', 'sms-a']);
  });
});

/** A minute of the deadline hour, second by second: 20 SMS in each, and a provider that dies in the first one. */
describe('WF-8: a provider that dies under a steady load', () => {
  interface Played {
    readonly lost: number;
    readonly standing: Standing;
    /** How many went to each first, in the last second. */
    readonly firstB: number;
    readonly movedFirstAt: number | null;
  }

  const PER_SECOND = 20;

  /** `isDead` says of each provider in each second whether it takes nothing. */
  function play(seconds: number, isDead: (provider: 'sms-a' | 'sms-b', second: number) => boolean): Played {
    let standing: Standing = { shares: rest, movedAt: null };
    let lost = 0;
    let firstB = 0;
    let movedFirstAt: number | null = null;
    const errors: { readonly provider: string; readonly second: number }[] = [];
    for (let second = 0; second < seconds; second += 1) {
      firstB = 0;
      for (let sms = 0; sms < PER_SECOND; sms += 1) {
        const order = orderOf(standing.shares, (sms * 37 + second * 11) % 100);
        if (order[0] === 'sms-b') firstB += 1;
        const taker = order.find((provider) => {
          const dead = isDead(provider, second);
          if (dead) errors.push({ provider, second });
          return !dead;
        });
        if (taker === undefined) lost += 1;
      }
      const health = (provider: string): Health => ({
        ...WELL,
        errors: errors.filter((one) => one.provider === provider && one.second > second - 60).length,
      });
      const now = T0 + second * 1_000;
      const next = weigh(standing, { health: both(health('sms-a'), health('sms-b')), rest, now });
      if (next !== standing) movedFirstAt ??= second;
      standing = next;
    }
    return { lost, standing, firstB, movedFirstAt };
  }

  test('loses no SMS, and its shares move within 60 seconds', () => {
    const { lost, movedFirstAt, standing } = play(60, (provider) => provider === 'sms-a');
    expect(lost).toBe(0);
    expect(movedFirstAt).toBe(2);
    expect(standing.shares['sms-b']).toBe(10);
  });

  test('has none left after ten minutes, and all of them again when it has lived for ten quiet quarters of an hour', () => {
    const dead = (provider: string, second: number): boolean => provider === 'sms-a' && second < 600;
    expect(play(600, dead)).toMatchObject({ lost: 0, firstB: 20, standing: { shares: { 'sms-b': 100 } } });
    expect(play(600 + 10 * 900, dead)).toMatchObject({ lost: 0, firstB: 0, standing: { shares: rest } });
  });

  test('and comes back does not swing back while the other one dies', () => {
    const dead = (provider: string, second: number): boolean => (provider === 'sms-a') === second < 300;
    const { lost, standing } = play(900, dead);
    expect(lost).toBe(0);
    expect(standing.shares['sms-a']).toBe(100);
  });
});
