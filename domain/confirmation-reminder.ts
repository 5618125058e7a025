/**
 * When a candidate is reminded that a submission, made while our side could send no code, waits for its code: by day,
 * a few times and then no more (ADR 8). A pure function of what was sent and of the time.
 */
import { localClock } from './local-time.ts';
import type { Instant } from './registration.ts';

/** Since the submission, one for each reminder; there is none after the last. */
export const REMIND_AFTER_HOURS: readonly number[] = [24, 72];
/** So far apart at least: after an outage of ours two may be due at once. */
export const REMINDERS_APART_HOURS = 24;
/** By the clock of the election: nobody is woken up by an SMS that can wait. */
const DAY_BEGINS = '08:00';
const DAY_ENDS = '21:00';

const HOUR_MS = 3_600_000;

interface Wait {
  readonly since: Instant;
  /** Reminders so far. */
  readonly sent: number;
  readonly lastAt: Instant | null;
}

/** Whether it is daytime there; `timeZone` by its IANA name. */
export function isDaytime(now: Instant, timeZone: string): boolean {
  const clock = localClock(now, timeZone);
  return clock >= DAY_BEGINS && clock < DAY_ENDS;
}

/** Whether one more reminder is due at this moment, day or night. */
export function isReminderDue({ since, sent, lastAt }: Wait, now: Instant): boolean {
  const hours = REMIND_AFTER_HOURS[sent];
  if (hours === undefined || now < since + hours * HOUR_MS) return false;
  return lastAt === null || now >= lastAt + REMINDERS_APART_HOURS * HOUR_MS;
}
