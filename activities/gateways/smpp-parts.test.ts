import { describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { partsOf } from './smpp-parts.ts';
import type { Sms } from './sms.ts';

const NOW = Date.parse('2026-04-01T08:00:00Z');
const SENDER = { source: '2000500777', now: NOW };

const notice = (reference: string): Sms => ({
  kind: 'notice',
  to: '+989060000001',
  text: 'ب'.repeat(89),
  reference,
});
const code = (expiresAt: number): Sms => ({
  ...{ kind: 'code', to: '+989060000001', text: 'کد: 482913', code: '482913', purpose: 'sign-in' },
  ...{ reference: newId({ msecs: NOW }), expiresAt },
});

describe('how long a centre keeps trying', () => {
  test.each([
    [120_000, '000000000200000R'],
    [300_000, '000000000500000R'],
    [59_001, '000000000100000R'],
    [1_500, '000000000002000R'],
    [-5_000, '000000000001000R'],
    [3_725_000, '000000010205000R'],
  ])('a code that lives for another %i ms: %s', (ms, written) => {
    expect(partsOf(code(NOW + ms), SENDER)).toMatchObject([{ validity_period: written }]);
  });

  test('a notice for as long as the centre likes', () => {
    for (const part of partsOf(notice(newId()), SENDER)) expect(part).not.toHaveProperty('validity_period');
  });
});

describe('the number by which a phone joins parts', () => {
  const numberOf = (reference: string): number => {
    const numbers = partsOf(notice(reference), SENDER).map(({ short_message: bytes }) => {
      const [length, element, size, number = -1, total] = bytes as Buffer;
      expect([length, element, size, total]).toEqual([5, 0, 3, 2]);
      return number;
    });
    expect(new Set(numbers).size).toBe(1);
    return numbers[0] as number;
  };

  test('is another one for each second of four minutes', () => {
    const numbers = Array.from({ length: 256 }, (_, second) =>
      numberOf(newId({ msecs: NOW + second * 1_000 })),
    );
    expect(new Set(numbers).size).toBe(256);
  });

  test('is the same for each try of an SMS', () => {
    const reference = newId({ msecs: NOW });
    expect(numberOf(reference)).toBe(numberOf(reference));
  });
});
