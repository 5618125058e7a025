import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asciiDigits, bareDigits, cleanText, isSoundText, persianDigits, searchKey } from './persian-text.ts';

/** Text rich in what this file is about: letter variants, digits, ZWNJ, marks, spaces, and anything else. */
const persianish = fc.string({
  unit: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...'یيىکكةهۀأإآاؤو۰۱٢٣45ابپ‌‌  \n\r\t‏‎‫ـًّ‍.،-') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  ),
});

describe('digits', () => {
  test('of three alphabets are one', () => {
    expect(asciiDigits('۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩ 0123456789')).toBe('0123456789 0123456789 0123456789');
  });

  test('survive the way to Persian and back, whatever they were typed in', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9۰-۹٠-٩]*$/u), (text) => {
        expect(asciiDigits(persianDigits(text))).toBe(asciiDigits(text));
      }),
    );
  });

  test('fold in any text without touching the rest', () => {
    fc.assert(
      fc.property(persianish, (text) => {
        const folded = asciiDigits(text);
        expect(folded).toHaveLength(text.length);
        expect(asciiDigits(folded)).toBe(folded);
        expect(folded).not.toMatch(/[۰-۹٠-٩]/u);
      }),
    );
  });

  test.each([
    ['۰۹۱۲ ۳۴۵ ۶۷۸۹', '09123456789'],
    ['6037-9912-3456', '603799123456'],
    ['\u202a0912\u202c', '0912'],
    ['۱۲\u200c۳۴', '1234'],
    ['12–34—56−78ـ9', '123456789'],
    ['\ufeff12\u00a034', '1234'],
    ['12a', '12a'],
    ['', ''],
  ])('%j is meant as %j', (typed, meant) => {
    expect(bareDigits(typed)).toBe(meant);
  });
});

describe('text that is kept', () => {
  test.each([
    ['علي كاظمى', 'علی کاظمی'],
    ['  دو   فاصله\tو زبانه ', 'دو فاصله و زبانه'],
    ['می\u200c\u200cخواهم', 'می\u200cخواهم'],
    ['\u200cلبه\u200c', 'لبه'],
    ['خانه \u200c ها', 'خانه ها'],
    ['سطر یک \r\n سطر دو', 'سطر یک\nسطر دو'],
    ['\u202bراست\u202c\u200f', 'راست'],
    ['پلاک ۱۲', 'پلاک ۱۲'],
    ['', ''],
  ])('%j is kept as %j', (typed, kept) => {
    expect(cleanText(typed)).toBe(kept);
  });

  test.each(['\0', 'الف\0', '\u0001', '\u001b[31m', '\u0085', '\ud800', 'ا\udfffب', '\ufffe', '\ufdd0'])(
    '%j is refused',
    (text) => {
      expect(isSoundText(text)).toBe(false);
      expect(cleanText(text)).toBeUndefined();
    },
  );

  test('does not change when it is cleaned again', () => {
    fc.assert(
      fc.property(persianish, (text) => {
        const kept = cleanText(text);
        fc.pre(kept !== undefined);
        expect(cleanText(kept)).toBe(kept);
      }),
      { numRuns: 2_000 },
    );
  });

  test('may hold letters beyond the basic plane', () => {
    expect(cleanText('🌱 روستا')).toBe('🌱 روستا');
  });
});

describe('search keys', () => {
  test.each([
    ['كاظم', 'کاظم'],
    ['علي', 'علی'],
    ['می‌خواهم', 'می خواهم'],
    ['خانهٔ ما', 'خانه ما'],
    ['آرادان', 'ارادان'],
    ['مُحَمَّد', 'محمد'],
    ['مؤمن', 'مومن'],
    ['۱۲', '١٢'],
    ['Tehran', 'TEHRAN'],
    ['کـــرج', 'کرج'],
    ['شهر، دامغان', 'شهر دامغان'],
    ['ﻋﻠﯽ', 'علی'],
  ])('%j and %j are the same', (one, other) => {
    expect(searchKey(one)).toBe(searchKey(other));
  });

  test.each([
    ['دامغان', 'گرمسار'],
    ['۱۲', '۲۱'],
    ['کرج', 'گرج'],
  ])('%j and %j are not', (one, other) => {
    expect(searchKey(one)).not.toBe(searchKey(other));
  });

  test('do not change when they are folded again', () => {
    fc.assert(
      fc.property(persianish, (text) => {
        const key = searchKey(text);
        expect(searchKey(key)).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });
});
