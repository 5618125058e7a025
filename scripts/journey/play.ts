/** What one candidate has in hands while playing: their doors, their particulars, and the paper they are told things on. */
import { type Browser, newBrowser } from './bank-page.ts';
import { type Patience, newPatience } from './door.ts';
import type { Choice } from './filling.ts';
import type { Candidate, OutsideWorld } from './outside-world.ts';
import type { Receipts } from './receipts.ts';
import { newRest, type Rest } from './rest.ts';
import { type Measured, newTrace, type Trace } from './trace.ts';

export interface Play {
  readonly who: Candidate;
  readonly rest: Rest;
  readonly world: OutsideWorld;
  readonly browser: Browser;
  readonly trace: Trace;
  readonly patience: Patience;
  readonly choice: Choice;
}

export interface PlayOptions {
  readonly api: string;
  readonly world: OutsideWorld;
  readonly who: Candidate;
  /** Distinguishes this person from all others of the run, from 0. */
  readonly number: number;
  readonly receipts: Receipts;
  readonly measured: Measured[];
  readonly print: ((line: string) => void) | null;
  readonly between: (step: number) => Promise<string | null>;
}

const NETWORKS = 0x3_00;
const HOSTS = 250;

/** An Iranian address for each person, in a network of its own; every run starts elsewhere: limits do not add up. */
function addressOf(number: number): string {
  const start = Math.floor(Date.now() / 1000) * 7;
  const network = (start + number) % NETWORKS;
  const host = 1 + ((start + Math.floor(number / NETWORKS)) % HOSTS);
  return `5.${200 + Math.floor(network / 256)}.${network % 256}.${host}`;
}

/** The same person takes the same options: the run can be repeated. Number 0 always takes the first. */
function choiceOf(number: number): Choice {
  let state = number;
  return (count) => {
    state = (state * 1_103_515_245 + number) % 2_147_483_648;
    return count === 0 ? 0 : Math.floor(state / 65_536) % count;
  };
}

export function newPlay(options: PlayOptions): Play {
  const { api, world, who, number, receipts, measured, print, between } = options;
  const patience = newPatience();
  const address = addressOf(number);
  return {
    who,
    world,
    patience,
    rest: newRest({ api, address, patience, receipts }),
    browser: newBrowser(address, patience),
    trace: newTrace({ patience, measured, print, between }),
    choice: choiceOf(number),
  };
}
