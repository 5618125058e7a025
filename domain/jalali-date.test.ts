import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formatJalali,
  formatJalaliDay,
  formatJalaliShort,
  fromJalali,
  isIsoDay,
  toJalali,
} from './jalali-date.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(1921, 2, 21) / DAY_MS;
const LAST = Date.UTC(2099, 11, 31) / DAY_MS;
const isoOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);

describe('the Jalali calendar', () => {
  test('agrees with Intl on every day from 1921-03-21 to 2099-12-31, and back', () => {
    const oracle = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
      timeZone: 'UTC',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
    const wrong: string[] = [];
    for (let day = FIRST; day <= LAST; day += 1) {
      const iso = isoOf(day);
      const ours = toJalali(iso);
      const theirs = /^(\d+)\/(\d+)\/(\d+)/u.exec(oracle.format(day * DAY_MS));
      const agrees =
        Number(theirs?.[1]) === ours.month &&
        Number(theirs?.[2]) === ours.day &&
        Number(theirs?.[3]) === ours.year;
      if (!agrees || fromJalali(ours.year, ours.month, ours.day) !== iso) wrong.push(iso);
    }
    expect(wrong).toEqual([]);
  });

  test('gives every Jalali day of 1300 to 1477 one ISO day, and no other day at all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1300, max: 1477 }),
        fc.integer({ min: -1, max: 14 }),
        fc.integer({ min: -1, max: 33 }),
        (year, month, day) => {
          const iso = fromJalali(year, month, day);
          if (iso === undefined) {
            const leap = fromJalali(year, 12, 30) !== undefined;
            const length = month >= 1 && month <= 6 ? 31 : month === 12 && !leap ? 29 : 30;
            expect(month < 1 || month > 12 || day < 1 || day > length).toBe(true);
          } else {
            expect(toJalali(iso)).toEqual({ year, month, day });
          }
        },
      ),
    );
  });

  // Leap years of the official calendar around today.
  test.each([1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408])('%d is a leap year', (year) => {
    expect(fromJalali(year, 12, 30)).toBeDefined();
    expect(fromJalali(year + 1, 12, 30)).toBeUndefined();
  });

  test.each([
    ['1399-12-20', 1399, 12, 20, '2021-03-10'],
    ['1404-10-21', 1404, 10, 21, '2026-01-11'],
    ['1405-01-01', 1405, 1, 1, '2026-03-21'],
  ])('%s', (_name, year, month, day, iso) => {
    expect(fromJalali(year, month, day)).toBe(iso);
  });

  test('has no fractions of days', () => {
    expect(fromJalali(1404, 1.5, 1)).toBeUndefined();
    expect(fromJalali(Number.NaN, 1, 1)).toBeUndefined();
    expect(fromJalali(0, 1, 1)).toBeUndefined();
  });
});

describe('ISO days', () => {
  test.each(['2024-02-29', '1979-02-11', '0001-01-01'])('%s is one', (text) => {
    expect(isIsoDay(text)).toBe(true);
  });

  test.each([
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-1-1',
    '2024-01-01T00:00:00Z',
    '۱۴۰۴-۰۱-۰۱',
    '',
    '2024-04-31',
  ])('%s is none', (text) => {
    expect(isIsoDay(text)).toBe(false);
    expect(() => toJalali(text)).toThrow(RangeError);
  });
});

describe('dates for reading', () => {
  test('a day', () => {
    expect(formatJalaliDay('2026-01-11')).toBe('۲۱ دی ۱۴۰۴');
  });

  test.each([
    ['2026-01-11T04:30:00Z', 'یکشنبه ۲۱ دی ۱۴۰۴، ساعت ۸:۰۰'],
    ['2026-01-11T20:29:59Z', 'یکشنبه ۲۱ دی ۱۴۰۴، ساعت ۲۳:۵۹'],
    ['2026-01-11T20:30:00Z', 'دوشنبه ۲۲ دی ۱۴۰۴، ساعت ۰:۰۰'],
    ['1969-12-31T12:00:00Z', 'چهارشنبه ۱۰ دی ۱۳۴۸، ساعت ۱۵:۳۰'],
  ])('%s in Tehran', (instant, text) => {
    expect(formatJalali(new Date(instant), 'Asia/Tehran')).toBe(text);
    expect(formatJalali(Date.parse(instant), 'Asia/Tehran')).toBe(text);
  });

  test('the weekday is that of Intl', () => {
    const oracle = new Intl.DateTimeFormat('fa-IR', { weekday: 'long', timeZone: 'Asia/Tehran' });
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1950-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        (at) => {
          expect(formatJalali(at, 'Asia/Tehran').startsWith(`${oracle.format(at)} `)).toBe(true);
        },
      ),
    );
  });
});

test.each([
  ['2026-01-17T12:30:00Z', '۲۷ دی، ساعت ۱۶'],
  ['2026-05-10T04:45:00Z', '۲۰ اردیبهشت، ساعت ۸:۱۵'],
])('%s in an SMS', (instant, text) => {
  expect(formatJalaliShort(new Date(instant), 'Asia/Tehran')).toBe(text);
});
