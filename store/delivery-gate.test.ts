import { describe, expect, test } from '@jest/globals';
import { createGate } from './delivery-gate.ts';

const never = new AbortController().signal;
const pause = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));

describe('the gate of the delivery', () => {
  test('lets six in at a time, and the others in their order', async () => {
    const gate = createGate();
    let inside = 0;
    let most = 0;
    const order: number[] = [];
    const work = (index: number) => async () => {
      inside += 1;
      most = Math.max(most, inside);
      await pause(5);
      order.push(index);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => gate.pass(never, work(index))));
    expect(most).toBe(6);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('whoever waits too long goes home, and takes nobody’s place with them', async () => {
    const gate = createGate();
    let open = () => {};
    const held = new Promise<void>((go) => (open = go));
    const holders = Array.from({ length: 6 }, () => gate.pass(never, () => held));
    await expect(gate.pass(AbortSignal.timeout(10), async () => {})).rejects.toThrow('free in time');
    const patient = gate.pass(never, async () => {});
    open();
    await Promise.all([...holders, patient]);
    await gate.pass(never, async () => {});
  });

  test('after three silences in a row nobody passes for a second; an answer in between ends the row', async () => {
    let now = 0;
    const gate = createGate(() => now);
    gate.silent();
    gate.silent();
    gate.answered();
    gate.silent();
    gate.silent();
    await gate.pass(never, async () => {});
    gate.silent();
    await expect(gate.pass(never, async () => {})).rejects.toThrow('does not answer');
    now = 1_000;
    await gate.pass(never, async () => {});
  });

  test('work that throws leaves its place', async () => {
    const gate = createGate();
    for (let times = 0; times < 20; times += 1) {
      await expect(gate.pass(never, () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    }
    await gate.pass(never, async () => {});
  });
});
