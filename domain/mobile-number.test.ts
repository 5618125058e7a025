import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { localMobile, parseMobile } from './mobile-number.ts';
import { persianDigits } from './persian-text.ts';

describe('a mobile number', () => {
  test.each([
    '09123456789',
    '9123456789',
    '+989123456789',
    '00989123456789',
    '989123456789',
    '۰۹۱۲ ۳۴۵ ۶۷۸۹',
  ])('%s is one line', (text) => {
    expect(parseMobile(text)).toBe('+989123456789');
  });

  test.each([
    ['a landline', '02184867777'],
    ['a foreign number', '+4915112345678'],
    ['a digit too few', '0912345678'],
    ['a digit too many', '091234567890'],
    ['two prefixes', '+9809123456789'],
    ['letters', '0912abc6789'],
    ['a second plus', '++989123456789'],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(parseMobile(text)).toBeUndefined();
  });

  test('comes back from every way of writing it', () => {
    const writings = fc.constantFrom('0', '', '+98', '0098', '98');
    fc.assert(
      fc.property(fc.stringMatching(/^9\d{9}$/u), writings, fc.boolean(), (line, prefix, persian) => {
        const written = persian ? persianDigits(prefix + line) : prefix + line;
        expect(parseMobile(written)).toBe(`+98${line}`);
        expect(parseMobile(localMobile(`+98${line}`))).toBe(`+98${line}`);
      }),
    );
  });
});
