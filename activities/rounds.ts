/** What the worker does over and over beside its tasks: everything that others began, or left to time. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../platform/log.ts';
import { sweepOutages } from '../store/code-outages.ts';
import { countUntyped } from '../store/code-watch.ts';
import { finishWindowChanges } from '../store/commands.ts';
import { remindUnconfirmed } from '../store/confirmation-reminders.ts';
import { remindOfDeadlines } from '../store/deadline-reminders.ts';
import type { Database } from '../store/database.ts';
import type { Delivery } from '../store/delivery.ts';
import { sweepKeys } from '../store/idempotency.ts';
import { wipeEndedCodes } from '../store/one-time-codes.ts';
import { sweepRateLimits } from '../store/rate-limits.ts';

export interface Duty {
  /** For the log, beside how many it found. */
  readonly name: string;
  readonly everyMs: number;
  /** Returns how many things it found to do. */
  readonly work: () => Promise<number>;
  /** What it finds is for an operator to look at. */
  readonly alarm?: true;
}

const PAUSE_MS = 2_000;
const EACH_ROUND = 0;
const EACH_MINUTE = 60_000;
const EACH_TEN_MINUTES = 600_000;

/** What candidates and offices wait for, in the order in which one makes work for the next. */
export function deliveryDuties(db: Database, delivery: Delivery): Duty[] {
  return [
    { name: 'window changes told to the end', everyMs: EACH_ROUND, work: () => finishWindowChanges(db) },
    {
      name: 'registrations with undelivered commands',
      everyMs: EACH_ROUND,
      work: () => delivery.redeliver(),
    },
  ];
}

export function housekeepingDuties(db: Database): Duty[] {
  return [
    { name: 'sealed codes wiped', everyMs: EACH_ROUND, work: () => wipeEndedCodes(db, Date.now()) },
    {
      name: 'codes are sent that nobody types',
      everyMs: EACH_MINUTE,
      work: () => countUntyped(db, Date.now()),
      alarm: true,
    },
    { name: 'idempotency keys swept', everyMs: EACH_MINUTE, work: () => sweepKeys(db, Date.now()) },
    {
      name: 'codes that could not be sent forgotten',
      everyMs: EACH_MINUTE,
      work: () => sweepOutages(db, Date.now()),
    },
    { name: 'rate limits swept', everyMs: EACH_MINUTE, work: () => sweepRateLimits(db, Date.now()) },
  ];
}

/** Take long when they are due for thousands. */
export function reminderDuties(db: Database): Duty[] {
  return [
    {
      name: 'candidates reminded of a code that is awaited',
      everyMs: EACH_TEN_MINUTES,
      work: () => remindUnconfirmed(db, Date.now()),
    },
    {
      name: 'candidates reminded of a deadline',
      everyMs: EACH_TEN_MINUTES,
      work: () => remindOfDeadlines(db, Date.now()),
    },
  ];
}

/**
 * Runs until `ending` aborts; never throws, the database or the engine may be away for long. One after another within
 * a group, each group by itself: what waits for a provider must not keep commands waiting.
 */
export async function goRoundsUntil(
  ending: AbortSignal,
  groups: readonly (readonly Duty[])[],
  log: Logger,
): Promise<void> {
  await Promise.all(groups.map((duties) => goRounds(ending, duties, log)));
}

async function goRounds(ending: AbortSignal, duties: readonly Duty[], log: Logger): Promise<void> {
  const due = new Map<Duty, number>();
  while (!ending.aborted) {
    for (const duty of duties) {
      if (ending.aborted || Date.now() < (due.get(duty) ?? 0)) continue;
      due.set(duty, Date.now() + duty.everyMs);
      await perform(duty, log);
    }
    await delay(PAUSE_MS, undefined, { signal: ending }).catch(() => {});
  }
}

async function perform({ name, work, alarm }: Duty, log: Logger): Promise<void> {
  try {
    const count = await work();
    if (count > 0) log[alarm ? 'error' : 'info']({ count }, alarm ? `ALARM: ${name}` : name);
  } catch (err) {
    log.warn({ err }, `not done: ${name}`);
  }
}
