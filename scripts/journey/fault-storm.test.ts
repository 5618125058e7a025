import { expect, test } from '@jest/globals';
import { startSandbox } from '../../test/support/sandbox.ts';
import { drawBurst, startFaultStorm } from './fault-storm.ts';
import { seeded } from './seeded.ts';

test('the same seed gives the same bursts, and in time every mode', () => {
  const draw = (seed: number, count: number) => {
    const random = seeded(seed);
    return Array.from({ length: count }, () => drawBurst(random));
  };
  expect(draw(7, 20)).toEqual(draw(7, 20));
  expect(draw(7, 20)).not.toEqual(draw(8, 20));
  expect(new Set(draw(7, 200).map(({ fault }) => fault.mode)).size).toBe(7);
});

test('every provider is well when the storm is over', async () => {
  const sandbox = await startSandbox();
  const faults = async () => {
    const { items } = (await (await fetch(`${sandbox.url}/faults`)).json()) as { items: { mode: string }[] };
    return items.map(({ mode }) => mode).filter((mode) => mode !== 'ok');
  };
  try {
    const storm = await startFaultStorm(sandbox.url, 1);
    while ((await faults()).length === 0) await new Promise((go) => setTimeout(go, 10));
    await storm.end();
    expect(await faults()).toEqual([]);
  } finally {
    await sandbox.stop();
  }
});
