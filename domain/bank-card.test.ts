import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  luhnValid,
  maskedPanAgrees,
  parseCardPrefix,
  parseCardSuffix,
  partsOfMaskedPan,
} from './bank-card.ts';
import { persianDigits } from './persian-text.ts';

describe('the digits that are kept', () => {
  test.each([
    ['603799', '603799'],
    ['۶۰۳۷-۹۹۱۲', '60379912'],
    ['6037991', '6037991'],
    ['60379', undefined],
    ['603799123', undefined],
    ['6037991234567890', undefined],
    ['60379a', undefined],
    ['٦٠٣٧٩٩', '603799'],
    ['۶۰۳۷٩٩', '603799'],
    ['60\u200c37\u200c99', '603799'],
    ['۶۰۳۷\u00a0۹۹', '603799'],
    [' 6037 99 ', '603799'],
    ['\u202a603799\u202c', '603799'],
  ])('OTP-12: prefix %s', (text, prefix) => {
    expect(parseCardPrefix(text)).toBe(prefix);
  });

  test.each([
    ['1234', '1234'],
    ['١٢٣٤', '1234'],
    ['123', undefined],
    ['12345', undefined],
    ['12 3 4', '1234'],
    ['12x4', undefined],
  ])('suffix %s', (text, suffix) => {
    expect(parseCardSuffix(text)).toBe(suffix);
  });
});

describe("Luhn's check", () => {
  const withCheck = (fifteen: string) =>
    fifteen + String([...'0123456789'].find((digit) => luhnValid(fifteen + digit)));

  test.each(['4539578763621486', '79927398713', '0000000000000000'])('%s passes', (number) => {
    expect(luhnValid(number)).toBe(true);
  });

  test.each(['79927398710', '', 'abcd', '۷۹۹۲۷۳۹۸۷۱۳'])('%j does not', (number) => {
    expect(luhnValid(number)).toBe(false);
  });

  test('has one check digit for every number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{15}$/u), (fifteen) => {
        expect([...'0123456789'].filter((digit) => luhnValid(fifteen + digit))).toHaveLength(1);
      }),
    );
  });

  test('finds every wrong digit, and every swap of neighbours but of 0 and 9', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{15}$/u),
        fc.nat(14),
        fc.integer({ min: 1, max: 9 }),
        (fifteen, place, shift) => {
          const card = withCheck(fifteen);
          const digit = String((Number(card[place]) + shift) % 10);
          expect(luhnValid(card.slice(0, place) + digit + card.slice(place + 1))).toBe(false);
          const pair = card.slice(place, place + 2);
          const swapped = `${card.slice(0, place)}${pair[1]}${pair[0]}${card.slice(place + 2)}`;
          const unseen = pair[0] === pair[1] || pair === '09' || pair === '90';
          expect(luhnValid(swapped)).toBe(unseen);
        },
      ),
    );
  });
});

describe('a masked number', () => {
  test.each([
    ['603799******1234', '603799', '1234'],
    ['6037-99**-****-1234', '603799', '1234'],
    ['60379912****1234', '60379912', '1234'],
    ['603799XXXXXX1234', '603799', '1234'],
    [persianDigits('603799******1234'), '603799', '1234'],
  ])('%s shows its ends', (maskedPan, prefix, suffix) => {
    expect(partsOfMaskedPan(maskedPan)).toEqual({ prefix, suffix });
  });

  test.each([
    '',
    '****',
    '6037991234567890',
    '60379******1234',
    '603799******123',
    '******1234',
    '603799******',
  ])('%j is no form that we can read, and agrees with nothing', (maskedPan) => {
    expect(partsOfMaskedPan(maskedPan)).toBeUndefined();
    expect(maskedPanAgrees({ maskedPan, prefix: '603799', suffix: '1234' })).toBe(false);
  });

  test.each([
    ['603799', '1234', true],
    ['60379912', '1234', true],
    ['603799', '1235', false],
    ['603798', '1234', false],
  ])('603799******1234 with %s and %s: %s', (prefix, suffix, agrees) => {
    expect(maskedPanAgrees({ maskedPan: '603799******1234', prefix, suffix })).toBe(agrees);
  });

  test('with more digits than the candidate gave is compared as far as both go', () => {
    const seen = { maskedPan: '60379912****1234', suffix: '1234' };
    expect(maskedPanAgrees({ ...seen, prefix: '603799' })).toBe(true);
    expect(maskedPanAgrees({ ...seen, prefix: '60379911' })).toBe(false);
  });
});
