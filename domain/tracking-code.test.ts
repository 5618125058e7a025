import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { persianDigits } from './persian-text.ts';
import { parseTrackingCode, trackingCode } from './tracking-code.ts';

const random = fc.uint8Array({ minLength: 8, maxLength: 8 });
const digitsOf = (code: string) => code.replace(/-/gu, '');

describe('API-3: a tracking code', () => {
  test('is thirteen digits and a check digit in groups', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        expect(trackingCode(bytes)).toMatch(/^\d{4}-\d{4}-\d{4}-\d{2}$/u);
      }),
    );
  });

  test('is read back however it was typed', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const code = trackingCode(bytes);
        expect(parseTrackingCode(code)).toBe(code);
        expect(parseTrackingCode(digitsOf(code))).toBe(code);
        expect(parseTrackingCode(` ${persianDigits(code).replace(/-/gu, ' – ')}`)).toBe(code);
      }),
    );
  });

  test('finds every single wrong digit, in every place', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const digits = digitsOf(trackingCode(bytes));
        for (let place = 0; place < digits.length; place += 1) {
          for (let digit = 0; digit < 10; digit += 1) {
            if (Number(digits[place]) === digit) continue;
            const altered = digits.slice(0, place) + String(digit) + digits.slice(place + 1);
            expect(parseTrackingCode(altered)).toBeUndefined();
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('finds every swap of two different neighbours', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const digits = digitsOf(trackingCode(bytes));
        for (let place = 0; place + 1 < digits.length; place += 1) {
          const [first, second] = [digits[place], digits[place + 1]];
          if (first === second) continue;
          const swapped = `${digits.slice(0, place)}${second}${first}${digits.slice(place + 2)}`;
          expect(parseTrackingCode(swapped)).toBeUndefined();
        }
      }),
    );
  });

  test.each(['', '1234', '0000-0000-0000-000', 'abcd-0000-0000-00', '0000-0000-0000-0a'])(
    '%j is none',
    (text) => {
      expect(parseTrackingCode(text)).toBeUndefined();
    },
  );

  test('takes eight bytes, neither fewer nor more', () => {
    expect(() => trackingCode(new Uint8Array(7))).toThrow(RangeError);
    expect(() => trackingCode(new Uint8Array(9))).toThrow(RangeError);
  });

  test('uses all of its bytes', () => {
    const codes = new Set(
      Array.from({ length: 8 }, (_none, index) => trackingCode(new Uint8Array(8).fill(1, index, index + 1))),
    );
    expect(codes.size).toBe(8);
  });
});
