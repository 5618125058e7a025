import { describe, expect, test } from '@jest/globals';
import { constantTimeEqual, newId, randomDigits, randomToken } from './secret.ts';

describe('randomness', () => {
  test('digits have their count, and every digit comes up in every place', () => {
    const codes = Array.from({ length: 2_000 }, () => randomDigits(6));
    for (const code of codes) expect(code).toMatch(/^\d{6}$/u);
    for (let place = 0; place < 6; place += 1)
      expect(new Set(codes.map((code) => code[place])).size).toBe(10);
  });

  test('tokens and ids do not repeat; ids sort by the time they were made', () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(Array.from({ length: 1_000 }, () => randomToken())).size).toBe(1_000);
    expect(Buffer.from(randomToken(), 'base64url')).toHaveLength(32);
  });
});

describe('comparing secrets', () => {
  test.each([
    ['a', 'a', true],
    ['', '', true],
    ['a', 'b', false],
    ['a', 'aa', false],
  ])('%j and %j: %j', (left, right, equal) => {
    expect(constantTimeEqual(left, right)).toBe(equal);
    expect(constantTimeEqual(Buffer.from(left), right)).toBe(equal);
  });
});
