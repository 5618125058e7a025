/** What the command line of `npm run journey` asks for. */
import { parseArgs } from 'node:util';

/** The processes of ours that may be killed on the way (API.md §5, `pids`). */
export const KILLABLE = ['worker', 'api', 'admin', 'sandbox', 'temporal', 'postgres'] as const;
export type Killable = (typeof KILLABLE)[number];

export interface KillPlan {
  readonly part: Killable;
  /** Number of the step (with many people: of the person) before which it is killed; null is every one. */
  readonly beforeStep: number | null;
}

export interface Options {
  /** 1 is the journey told step by step; more are counted in a table. */
  readonly people: number;
  readonly atOnce: number;
  readonly kill: readonly KillPlan[];
  /** The seed of random faults at all providers; null leaves them well. */
  readonly faults: number | null;
  /** After so long it is over, and what there is by then is told. */
  readonly withinMinutes: number;
}

const USAGE = `npm run journey                                  one candidate, told step by step
npm run journey -- --people 200 --at-once 20     many candidates of every fate, counted
npm run journey -- --kill-worker                 kill -9 of the worker before every step
npm run journey -- --kill api@7                  kill -9 of one process before one step (${KILLABLE.join(', ')});
                                                 with many people: before a person begins
npm run journey -- --people 300 --faults         random faults at all providers meanwhile; --seed 7 repeats them
npm run journey -- --within 20                   ends after so many minutes in any case (60 when left out)`;

const SEEDS = 99_999;

function count(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a number from 1\n${USAGE}`);
  return value;
}

function killPlan(text: string): KillPlan {
  const [name = '', step] = text.split('@');
  const part = KILLABLE.find((known) => known === name);
  if (part === undefined) throw new Error(`--kill does not know "${name}"\n${USAGE}`);
  return { part, beforeStep: step === undefined ? null : count(step, 'kill') };
}

/** Throws an error with the usage when the arguments make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      people: { type: 'string', default: '1' },
      'at-once': { type: 'string', default: '20' },
      kill: { type: 'string', multiple: true, default: [] },
      'kill-worker': { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(1 + (Date.now() % SEEDS)) },
      within: { type: 'string', default: '60' },
    },
  });
  const kill = values.kill.map(killPlan);
  if (values['kill-worker']) kill.push({ part: 'worker', beforeStep: null });
  return {
    people: count(values.people, 'people'),
    atOnce: count(values['at-once'], 'at-once'),
    kill,
    faults: values.faults ? count(values.seed, 'seed') : null,
    withinMinutes: count(values.within, 'within'),
  };
}
