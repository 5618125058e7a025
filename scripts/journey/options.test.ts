import { describe, expect, test } from '@jest/globals';
import { readOptions } from './options.ts';
import { percentile } from './table.ts';

describe('the command line', () => {
  test('without arguments is one candidate and no kill', () => {
    expect(readOptions([])).toEqual({
      ...{ people: 1, atOnce: 20, kill: [] },
      ...{ faults: null, withinMinutes: 60 },
    });
  });

  test('names people and kills', () => {
    const args = ['--people', '200', '--at-once', '5', '--kill-worker', '--kill', 'api@7'];
    expect(readOptions(args)).toMatchObject({
      people: 200,
      atOnce: 5,
      kill: [
        { part: 'api', beforeStep: 7 },
        { part: 'worker', beforeStep: null },
      ],
    });
  });

  test('asks for faults, which a seed repeats', () => {
    expect(readOptions(['--faults', '--seed', '7', '--within', '5'])).toMatchObject({
      faults: 7,
      withinMinutes: 5,
    });
    expect(readOptions(['--faults']).faults).toBeGreaterThan(0);
  });

  test.each([
    ['--people', '0'],
    ['--within', 'never'],
    ['--people', 'many'],
    ['--kill', 'everything'],
    ['--kill', 'api@x'],
    ['--what'],
  ])('says how to use it when it is %s %s', (...args) => {
    expect(() => readOptions(args)).toThrow();
  });
});

test('a percentile is the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([percentile(hundred, 0.5), percentile(hundred, 0.95), percentile([7], 0.95)]).toEqual([50, 95, 7]);
});
