import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nationalIdCheckDigit, parseNationalId } from './national-id.ts';
import { persianDigits } from './persian-text.ts';

const nineDigits = fc.stringMatching(/^\d{9}$/u);
const valid = nineDigits
  .map((nine) => nine + String(nationalIdCheckDigit(nine)))
  .filter((id) => !/^(\d)\1{9}$/u.test(id));

describe('a national id', () => {
  // Published examples, and the two forms of the check digit (rest below 2, rest of 2 and more).
  test.each(['0499370899', '0790419904', '0084575948', '0963695398', '0067749828', '1111111121'])(
    '%s passes',
    (id) => {
      expect(parseNationalId(id)).toBe(id);
    },
  );

  test.each([
    ['a wrong check digit', '0499370898'],
    ['nine digits', '049937089'],
    ['eight digits, which some pad', '13542419'],
    ['eleven digits', '00499370899'],
    ['ten equal digits', '1111111111'],
    ['zeros', '0000000000'],
    ['a letter', '04993a0899'],
    ['a sign', '+499370899'],
    ['nothing', ''],
    ['superscript digits', '049937089⁹'],
  ])('with %s is refused', (_what, text) => {
    expect(parseNationalId(text)).toBeUndefined();
  });

  test('passes in any digits and with separators', () => {
    fc.assert(
      fc.property(valid, (id) => {
        const written = `\u200e ${persianDigits(id.slice(0, 3))}-${id.slice(3, 9)}-${persianDigits(id.slice(9))} `;
        expect(parseNationalId(written)).toBe(id);
      }),
    );
  });

  test('with one wrong digit is always refused, but for the two rests that share a check digit', () => {
    fc.assert(
      fc.property(valid, fc.nat(8), fc.integer({ min: 1, max: 9 }), (id, place, shift) => {
        const digit = (Number(id[place]) + shift) % 10;
        const altered = id.slice(0, place) + String(digit) + id.slice(place + 1);
        const expected = nationalIdCheckDigit(altered.slice(0, 9)) === Number(id[9]);
        expect(parseNationalId(altered) !== undefined).toBe(expected && !/^(\d)\1{9}$/u.test(altered));
        // A weight of 2 to 10 times a difference of 1 to 9 is never a multiple of 11, so the rest always moves;
        // only check digits 0 and 1 can stand for more than one rest.
        if (Number(id[9]) > 1) expect(parseNationalId(altered)).toBeUndefined();
      }),
    );
  });

  test('with a wrong check digit is always refused', () => {
    fc.assert(
      fc.property(valid, fc.integer({ min: 1, max: 9 }), (id, shift) => {
        expect(parseNationalId(id.slice(0, 9) + String((Number(id[9]) + shift) % 10))).toBeUndefined();
      }),
    );
  });
});
