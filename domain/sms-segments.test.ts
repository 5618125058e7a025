import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JOINED_UNITS, segments, SINGLE_UNITS } from './sms-segments.ts';

/** Persian words, ZWNJ, line breaks and emoji (two units each), in any mixture. */
const TEXT = fc
  .array(
    fc.oneof(
      fc.constantFrom('نقص', 'پرسشنامه', 'ثبت‌نام', ' ', '\n', '‌', '۱۴۰۴', 'a', '😀', '👨‍👩‍👧'),
      fc.string({ unit: 'grapheme', maxLength: 90 }),
    ),
    { maxLength: 120 },
  )
  .map((pieces) => pieces.join(''));

const LONE_HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/u;
const halves = (text: string): number => [...text].filter((point) => LONE_HALF.test(point)).length;

/** The fewest parts, found by trying every length: slow, and so another way than the code's. */
function fewest(text: string): number {
  if (text.length <= SINGLE_UNITS) return 1;
  const best = Array.from({ length: text.length + 1 }, () => Infinity);
  best[text.length] = 0;
  const splits = (at: number): boolean => /^[\uDC00-\uDFFF]/.test(text[at] ?? '') && halves(text.slice(0, at)) > halves(text.slice(0, at - 1)); // prettier-ignore
  for (let from = text.length - 1; from >= 0; from -= 1) {
    for (let end = from + 1; end <= Math.min(from + JOINED_UNITS, text.length); end += 1) {
      if (end < text.length && splits(end)) continue;
      best[from] = Math.min(best[from] ?? Infinity, 1 + (best[end] ?? Infinity));
    }
  }
  return best[0] ?? Infinity;
}

describe('WF-8: the parts of an SMS', () => {
  test('hold the whole text, at most 70 units alone and 67 in company, and no half of a pair', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const parts = segments(text);
        expect(parts.join('')).toBe(text);
        const limit = parts.length === 1 ? SINGLE_UNITS : JOINED_UNITS;
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(limit);
        expect(parts.reduce((sum, part) => sum + halves(part), 0)).toBe(halves(text));
      }),
      { numRuns: 500 },
    );
  });

  test('are as few as can be', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        expect(segments(text)).toHaveLength(fewest(text));
      }),
      { numRuns: 60 },
    );
  });

  test('end after a word where that costs no part more', () => {
    const word = 'پیام‌ها ';
    const [first = '', second = ''] = segments(word.repeat(12));
    expect(first).toBe(word.repeat(8));
    expect(second).toBe(word.repeat(4));
    // 134 units have room in two parts only when the first is cut at 67, in the middle of a word.
    expect(segments(`${'ب '.repeat(33)}${'ب'.repeat(68)}`).map(({ length }) => length)).toEqual([67, 67]);
  });

  test.each([
    [70, [70]],
    [71, [67, 4]],
    [134, [67, 67]],
    [135, [67, 67, 1]],
  ])('of %d letters without a space are %j', (units, lengths) => {
    expect(segments('ب'.repeat(units)).map(({ length }) => length)).toEqual(lengths);
  });

  test('keep an emoji whole at the border', () => {
    const parts = segments(`${'ب'.repeat(66)}😀${'ب'.repeat(10)}`);
    expect(parts.map(({ length }) => length)).toEqual([66, 12]);
    expect(parts[1]?.startsWith('😀')).toBe(true);
  });

  test('cannot be more than the header can count', () => {
    expect(segments('ب'.repeat(255 * JOINED_UNITS))).toHaveLength(255);
    expect(() => segments('ب'.repeat(255 * JOINED_UNITS + 1))).toThrow(RangeError);
  });
});
