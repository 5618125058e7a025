import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CARD_GUARD_TEXTS,
  CARD_TRIES,
  cardGuard,
  mayAccept,
  triesLeft,
  waitOf,
  type Tries,
} from './card-guard.ts';
import { localDay } from './local-time.ts';

const timeZone = 'Asia/Tehran';
const HOUR_MS = 3_600_000;
/** 11:30 in Tehran. */
const NOW = Date.parse('2026-01-11T08:00:00Z');
const MIDNIGHT = Date.parse('2026-01-11T20:30:00Z');

const hoursAgo = (...hours: number[]): number[] => hours.map((hour) => NOW - hour * HOUR_MS);
const tries = (wrongEntries: number[], open = 0): Tries => ({ wrongEntries, open });

function guard(card: Tries, { person = card, accepted = false, now = NOW } = {}) {
  const verdict = cardGuard({ card, person, now, timeZone });
  return accepted && mayAccept(verdict) ? 'pass' : verdict;
}

describe('OTP-11: the card', () => {
  test.each([
    [[], false, 'pass'],
    [[1], false, 'pass'],
    [[1, 2], false, 'warn'],
    [[1, 2], true, 'pass'],
    [[1, 2, 3], false, 'closed'],
    [[1, 2, 3], true, 'closed'],
    [[1, 2, 3, 4], true, 'closed'],
    // Two within 24 hours warn, whatever the calendar says; a third on the new day closes that day.
    [[1, 23], false, 'warn'],
    [[1, 23], true, 'pass'],
    [[1, 14, 20], true, 'closed'],
    [[1, 25], false, 'pass'],
    [[24], false, 'pass'],
  ] as const)('wrong %j hours ago, accepted %s: %s', (hours, accepted, verdict) => {
    expect(guard(tries(hoursAgo(...hours)), { accepted })).toBe(verdict);
  });

  test('that rests is free again on the next day, with the warning while the 24 hours last', () => {
    const wrong = tries(hoursAgo(0, 1, 2));
    expect(guard(wrong, { accepted: true, now: MIDNIGHT - 1 })).toBe('closed');
    expect(guard(wrong, { accepted: false, now: MIDNIGHT })).toBe('warn');
    expect(guard(wrong, { accepted: true, now: MIDNIGHT })).toBe('pass');
    expect(guard(wrong, { now: NOW + 24 * HOUR_MS })).toBe('pass');
  });

  test.each([
    [[], 1, false, 'pass'],
    [[], 2, false, 'warn-open'],
    [[1], 1, false, 'warn-open'],
    [[1], 1, true, 'pass'],
    [[], 2, true, 'pass'],
    [[1], 2, true, 'wait'],
    [[1, 2], 1, true, 'wait'],
    [[], 3, true, 'wait'],
    [[1, 2, 3], 5, true, 'closed'],
  ] as const)('wrong %j hours ago and %d open, accepted %s: %s', (hours, open, accepted, verdict) => {
    expect(guard(tries(hoursAgo(...hours), open), { accepted })).toBe(verdict);
  });

  test.each([
    [[], 3],
    [[1], 2],
    [[1, 2], 1],
    [[1, 2, 3], 0],
    [[20, 21, 22], 1],
    [[30], 3],
  ] as const)('wrong %j hours ago has %d tries left', (hours, left) => {
    expect(triesLeft(hoursAgo(...hours), { now: NOW, timeZone })).toBe(left);
  });
});

describe('OTP-11: another card', () => {
  const fresh = tries([]);

  test.each([[[1, 2]], [[1, 2, 3]], [[1, 2, 3, 4, 5]]])(
    'can be tried at once, and without a warning, after wrong entries %j hours ago with the first',
    (hours) => {
      expect(guard(fresh, { person: tries(hoursAgo(...hours)) })).toBe('pass');
    },
  );

  test('is warned about at its second try, because the person has been wrong twice', () => {
    const person = tries(hoursAgo(1, 2, 3));
    expect(guard(tries(hoursAgo(1)), { person })).toBe('warn-cards');
    expect(guard(tries(hoursAgo(1)), { person, accepted: true })).toBe('pass');
  });

  test('is refused to whoever has been wrong nine times within 24 hours, until the next day', () => {
    const nine = tries(hoursAgo(1, 1, 1, 2, 2, 2, 3, 3, 3));
    expect(guard(fresh, { person: nine, accepted: true })).toBe('closed-person');
    expect(guard(fresh, { person: nine, now: MIDNIGHT })).toBe('pass');
    expect(guard(fresh, { person: tries(hoursAgo(1, 1, 1, 2, 2, 2, 3, 3)) })).toBe('pass');
  });

  test('waits while three pages are open, whichever card will be typed there', () => {
    expect(guard(fresh, { person: tries([], 2) })).toBe('pass');
    expect(guard(fresh, { person: tries([], 3), accepted: true })).toBe('wait');
  });
});

test('OTP-11: whenever somebody tries, no card takes a fourth wrong entry on a day, nor a third one unasked', () => {
  const attempt = fc.record({
    minutes: fc.integer({ min: 0, max: 600 }),
    card: fc.constantFrom('a', 'b'),
    accepted: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(attempt, { maxLength: 60 }), (attempts) => {
      const wrong: { at: number; card: string; accepted: boolean }[] = [];
      let now = NOW;
      for (const { minutes, card, accepted } of attempts) {
        now += minutes * 60_000;
        const of = (some: typeof wrong) => tries(some.map(({ at }) => at));
        const own = of(wrong.filter((one) => one.card === card));
        if (guard(own, { person: of(wrong), accepted, now }) === 'pass')
          wrong.push({ at: now, card, accepted });
      }
      for (const [index, { at, card, accepted }] of wrong.entries()) {
        // Several may come at the same instant; they come one after another all the same.
        const before = wrong.slice(0, index + 1).filter((one) => one.card === card);
        const today = before.filter((one) => localDay(one.at, timeZone) === localDay(at, timeZone));
        expect(today.length).toBeLessThanOrEqual(CARD_TRIES);
        const lately = before.filter((one) => one.at > at - 24 * HOUR_MS);
        if (lately.length >= CARD_TRIES) expect(accepted).toBe(true);
      }
    }),
  );
});

test('each verdict but the pass has its text', () => {
  for (const verdict of ['warn', 'warn-open', 'wait', 'closed', 'closed-person'] as const) {
    expect(CARD_GUARD_TEXTS[verdict].fa).toMatch(/\.$/u);
    expect(CARD_GUARD_TEXTS[verdict].en).toMatch(/\.$/u);
  }
});

test.each([
  ['warn', '2026-01-11T08:00:00Z', null],
  ['warn-open', '2026-01-11T08:00:00Z', null],
  ['wait', '2026-01-11T08:00:00Z', 60],
  // 11:30 and 23:59 in Tehran: until its midnight.
  ['closed', '2026-01-11T08:00:00Z', 45_000],
  ['closed-person', '2026-01-11T20:29:00Z', 60],
] as const)('%s at %s is over in %d s', (verdict, at, seconds) => {
  expect(waitOf(verdict, { now: Date.parse(at), timeZone })).toBe(seconds);
});
