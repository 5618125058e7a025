import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ageOn, isOldEnough } from './eligibility.ts';
import { fromJalali, toJalali } from './jalali-date.ts';

const TEHRAN = 'Asia/Tehran';

describe('age', () => {
  test.each([
    // 21 Dey of 1379 and of 1404; in the Gregorian calendar they lie a day apart.
    ['the day before the 25th birthday', '2001-01-10', '2026-01-10', 24],
    ['on the 25th birthday', '2001-01-10', '2026-01-11', 25],
    ['on the day of birth', '2026-01-11', '2026-01-11', 0],
    ['before birth', '2026-01-12', '2026-01-11', -1],
    // 30 Esfand 1379 was a leap day; 1404 has none, so the year is full on 1 Farvardin 1405.
    ['born on a leap day, on 29 Esfand', '2001-03-20', '2026-03-20', 24],
    ['born on a leap day, on 1 Farvardin', '2001-03-20', '2026-03-21', 25],
  ])('%s', (_when, birth, day, age) => {
    expect(ageOn(birth, day)).toBe(age);
  });

  test('grows by one on each Jalali birthday and on no other day', () => {
    const birthdays = fc.record({
      year: fc.integer({ min: 1300, max: 1400 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 29 }),
      years: fc.integer({ min: 1, max: 70 }),
    });
    fc.assert(
      fc.property(birthdays, ({ year, month, day, years }) => {
        const birth = fromJalali(year, month, day) ?? '';
        const birthday = fromJalali(year + years, month, day) ?? '';
        const eve = new Date(Date.parse(birthday) - 86_400_000).toISOString().slice(0, 10);
        expect(ageOn(birth, birthday)).toBe(years);
        expect(ageOn(birth, eve)).toBe(years - 1);
        expect(toJalali(birthday)).toMatchObject({ month, day });
      }),
    );
  });
});

describe('a candidate', () => {
  test('of 24 years and 364 days is too young, of 25 years is not', () => {
    expect(isOldEnough('2001-01-11', Date.parse('2026-01-11T08:00:00Z'), TEHRAN)).toBe(false);
    expect(isOldEnough('2001-01-10', Date.parse('2026-01-11T08:00:00Z'), TEHRAN)).toBe(true);
  });

  test('has a birthday from midnight in Tehran', () => {
    expect(isOldEnough('2001-01-11', Date.parse('2026-01-11T20:29:59Z'), TEHRAN)).toBe(false);
    expect(isOldEnough('2001-01-11', Date.parse('2026-01-11T20:30:00Z'), TEHRAN)).toBe(true);
  });
});
