import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bankOfPrefix, bankTitle, needsMoreDigits, prefixesOf, type BankPrefix } from './bank-prefix.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');
const DAY_MS = 86_400_000;

function row(prefix: string, bank: string, more: Partial<BankPrefix> = {}): BankPrefix {
  return { prefix, bank, mergedInto: null, supported: true, validFrom: 0, validTo: null, ...more };
}

const TABLE = [
  row('621986', 'سامان'),
  row('62198618', 'بلو'),
  row('639599', 'قوامین', { mergedInto: 'سپه', supported: false }),
  row('606060', 'پیشین', { validTo: NOW }),
  row('606060', 'کنونی', { validFrom: NOW, supported: false }),
];

describe('the bank of a card', () => {
  test.each([
    ['62198618', 'بلو'],
    ['62198617', 'سامان'],
    ['6219861', 'سامان'],
    ['621986', 'سامان'],
    ['639599', 'قوامین'],
    ['6395991234', 'قوامین'],
  ])('that begins with %s is %s: the longest prefix wins', (digits, bank) => {
    expect(bankOfPrefix(TABLE, digits, NOW)?.bank).toBe(bank);
  });

  test.each(['123456', '', '62198', '063959'])('that begins with %j is not known', (digits) => {
    expect(bankOfPrefix(TABLE, digits, NOW)).toBeUndefined();
  });

  test.each([
    ['621986', false, 'both pass'],
    ['700000', true, 'one of eight digits under it does not pass'],
    ['7000001', true, 'the same with seven digits'],
    ['7000002', false, 'not that one'],
    ['70000012', false, 'it is told apart'],
    ['70000013', false, 'it is told apart'],
    ['700001', true, 'one under it passes, the bank does not'],
    ['700002', true, 'it is not known itself and may be used, one under it may not'],
    ['700003', false, 'what would tell it apart is no longer true'],
    ['123456', false, 'nobody knows it'],
  ])('OTP-12: that begins with %s needs more digits to be told: %s, %s', (digits, needed) => {
    const table = [
      ...TABLE,
      row('700000', 'باز'),
      row('70000012', 'بسته', { supported: false }),
      row('700001', 'بسته', { supported: false }),
      row('7000011', 'باز'),
      row('70000212', 'بسته', { supported: false }),
      row('700003', 'باز'),
      row('70000312', 'بسته', { supported: false, validTo: NOW }),
    ];
    expect(needsMoreDigits(table, digits, NOW)).toBe(needed);
  });

  test('changes at the moment that the table says, not before and not after', () => {
    expect(bankOfPrefix(TABLE, '606060', NOW - 1)).toMatchObject({ bank: 'پیشین', supported: true });
    expect(bankOfPrefix(TABLE, '606060', NOW)).toMatchObject({ bank: 'کنونی', supported: false });
    const planned = [row('606061', 'فردا', { validFrom: NOW + DAY_MS })];
    expect(bankOfPrefix(planned, '606061', NOW)).toBeUndefined();
  });

  test('has the name on the card, and the bank to which it belongs now', () => {
    expect(bankTitle({ bank: 'قوامین', mergedInto: 'سپه' })).toBe('قوامین (سپه)');
    expect(bankTitle({ bank: 'ملی', mergedInto: null })).toBe('ملی');
  });

  test('is found by its prefixes of six to eight digits, whatever follows', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{0,16}$/u), (digits) => {
        const found = prefixesOf(digits);
        expect(found).toHaveLength(Math.min(Math.max(digits.length - 5, 0), 3));
        for (const prefix of found) expect(digits.startsWith(prefix)).toBe(true);
      }),
    );
  });
});
