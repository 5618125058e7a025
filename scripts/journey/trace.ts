/** Tells each step as it ends, and measures it without the time that a client waited by request. */
import type { Patience } from './door.ts';

export interface Measured {
  readonly step: string;
  readonly ms: number;
}

export interface Trace {
  /** Runs one step; `says` puts what came back into a few words. */
  step<T>(name: string, work: () => Promise<T>, says: (value: T) => string): Promise<T>;
}

interface TraceOptions {
  readonly patience: Patience;
  /** Takes the measure of each step. */
  readonly measured: Measured[];
  /** Where the lines go; null keeps quiet. */
  readonly print: ((line: string) => void) | null;
  /** Runs between two steps and says what it did, for example a kill. */
  readonly between: (stepNumber: number) => Promise<string | null>;
}

const NAME_WIDTH = 26;

export function newTrace({ patience, measured, print, between }: TraceOptions): Trace {
  const begun = performance.now();
  let number = 0;
  return {
    async step(name, work, says) {
      number += 1;
      const disturbance = await between(number);
      if (disturbance !== null) print?.(`        ✗ ${disturbance}`);
      const started = performance.now();
      const waitedBefore = patience.waitedMs;
      const value = await work();
      const ms = performance.now() - started - (patience.waitedMs - waitedBefore);
      measured.push({ step: name, ms });
      const clock = `${((performance.now() - begun) / 1000).toFixed(2)} s`.padStart(9);
      const took = `${ms.toFixed(0)} ms`.padStart(8);
      print?.(`${String(number).padStart(2)} ${clock} ${took}  ${name.padEnd(NAME_WIDTH)} ${says(value)}`);
      return value;
    },
  };
}
