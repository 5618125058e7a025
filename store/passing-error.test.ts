import { describe, expect, test } from '@jest/globals';
import { isPassing } from './passing-error.ts';

const withCode = (code: string) => Object.assign(new Error('something'), { code });

describe('passes by itself', () => {
  test.each(['08006', '57P01', '57014', '53300', '55P03', '40001', '40P01', 'ECONNREFUSED', 'EAI_AGAIN'])(
    'the code %s',
    (code) => {
      expect(isPassing(withCode(code))).toBe(true);
    },
  );

  test.each([
    'Knex: Timeout acquiring a connection. The pool is probably full.',
    'Connection terminated unexpectedly',
    'timeout expired',
    'server closed the connection unexpectedly',
    'ROLLBACK - Client has encountered a connection error and is not queryable',
  ])('what has no code: %s', (message) => {
    expect(isPassing(new Error(message))).toBe(true);
  });
});

describe('does not', () => {
  test.each(['23505', '42P01', '22P05', 'ENOENT'])('the code %s', (code) => {
    expect(isPassing(withCode(code))).toBe(false);
  });

  test('what is no error, or another one', () => {
    for (const other of [undefined, 'timeout expired', new TypeError('x is not a function')]) {
      expect(isPassing(other)).toBe(false);
    }
  });
});
