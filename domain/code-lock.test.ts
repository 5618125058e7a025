import { describe, expect, test } from '@jest/globals';
import { FAILURES_MAX, lifted, lockAdvice, lockOf } from './code-lock.ts';
import { HELP_LINE } from './messages.ts';

const NOW = Date.parse('2026-01-11T08:00:00Z');
const MINUTE = 60;
const DAY = 86_400;
const failed = (count: number, secondsAgo: number) => ({ count, lastAt: NOW - secondsAgo * 1_000 });

describe('OTP-5: wrong codes in a row', () => {
  test.each([
    [10, 10 * MINUTE],
    [20, 20 * MINUTE],
    [30, 40 * MINUTE],
    [40, 80 * MINUTE],
    [50, 160 * MINUTE],
    [60, 320 * MINUTE],
    [70, 640 * MINUTE],
    [80, 1_280 * MINUTE],
    [90, DAY],
  ])('%i close the number for %i seconds, and not for one more', (count, seconds) => {
    expect(lockOf(failed(count, 0), NOW)).toEqual({ state: 'locked', seconds });
    expect(lockOf(failed(count, seconds - 1), NOW)).toEqual({ state: 'locked', seconds: 1 });
    expect(lockOf(failed(count, seconds), NOW)).toEqual({ state: 'open' });
  });

  test.each([0, 1, 9, 11, 19, 21, 95, 99])('%i do not', (count) => {
    expect(lockOf(failed(count, 0), NOW)).toEqual({ state: 'open' });
  });

  test('a hundred close it until the desk opens it', () => {
    expect(lockOf(failed(FAILURES_MAX, 365 * DAY), NOW)).toEqual({ state: 'closed' });
    const { fa, en } = lockAdvice({ state: 'closed' });
    expect([fa.includes(HELP_LINE), en.includes(HELP_LINE), fa.includes('فرمانداری')]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test.each([
    [10, 10, 10],
    [90, 90, 10],
    [100, 90, 10],
    [107, 90, 10],
  ])('the desk makes of %i a count of %i, which is open for %i tries more', (count, left, tries) => {
    const after = lifted(failed(count, 0));
    expect(after).toEqual({ count: left, lastAt: null });
    expect(lockOf(after, NOW)).toEqual({ state: 'open' });
    for (let turn = 1; turn < tries; turn += 1) {
      expect(lockOf(failed(left + turn, 0), NOW)).toEqual({ state: 'open' });
    }
    expect(lockOf(failed(left + tries, 0), NOW).state).not.toBe('open');
  });

  test.each([
    [1, '۱ دقیقه', '1 minutes'],
    [600, '۱۰ دقیقه', '10 minutes'],
    [7_200, '۱۲۰ دقیقه', '120 minutes'],
    [7_201, '۳ ساعت', '3 hours'],
    [DAY, '۲۴ ساعت', '24 hours'],
  ])('a wait of %i seconds is told as %s', (seconds, fa, en) => {
    const advice = lockAdvice({ state: 'locked', seconds });
    expect(advice.fa).toContain(fa);
    expect(advice.en).toContain(en);
  });
});
