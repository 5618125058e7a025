import { expect, test } from '@jest/globals';
import { createLaggards } from './delivery-laggards.ts';

test('a laggard rests twice as long after each failure, up to five minutes, and is forgotten when it gets through', () => {
  let now = 0;
  const laggards = createLaggards(() => now);
  const rests: number[] = [];
  for (let times = 0; times < 10; times += 1) {
    laggards.add('a');
    const from = now;
    while (laggards.resting().includes('a')) now += 1_000;
    rests.push(now - from);
  }
  expect(rests.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
  expect(rests.at(-1)).toBe(300_000);
  laggards.add('a');
  laggards.add('b');
  laggards.remove('a');
  expect(laggards.resting()).toEqual(['b']);
  laggards.add('a');
  now += 2_000;
  expect(laggards.resting()).toEqual([]);
});
