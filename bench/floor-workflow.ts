/** The floor: as many signals, local and ordinary activities as a registration has, and nothing else. */
import {
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { FloorActivities, FloorInput } from './floor-worker.ts';

const { nothing } = proxyActivities<FloorActivities>({ startToCloseTimeout: '15s' });
const { recordNothing } = proxyLocalActivities<FloorActivities>({
  startToCloseTimeout: '5s',
  localRetryThreshold: '5s',
});

export async function floor({ journey, steps }: FloorInput): Promise<void> {
  let signals = 0;
  setHandler(defineSignal('command'), () => void (signals += 1));
  const unfinished: Promise<void>[] = [];
  for (const [index, step] of steps.entries()) {
    await condition(() => signals > index);
    const ordinary = Array.from({ length: step.ordinary }, () => nothing());
    // What comes before the last record of a step is waited for, as the answers of the registries are.
    if (step.waits) await Promise.all(ordinary);
    else unfinished.push(...ordinary);
    for (let local = 1; local <= step.local; local += 1) {
      await recordNothing({ journey, step: index, last: local === step.local });
    }
  }
  await Promise.all(unfinished);
}
