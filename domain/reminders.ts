/**
 * When a candidate is reminded of what only they can do, by day, seldom, and then no more: that a submission waits for
 * its code because our side could send none (ADR 8), and that a deadline is near. Pure functions of what was sent and
 * of the time.
 */
import type { Status } from './lifecycle.ts';
import { localClock } from './local-time.ts';
import type { Instant } from './registration.ts';

/** Since the submission that waits for its code, one for each reminder; there is none after the last. */
export const REMIND_AFTER_HOURS: readonly number[] = [24, 72];
/** So far apart at least: after an outage of ours, or when a deadline is put off, two may be due at once. */
export const REMINDERS_APART_HOURS = 24;
/** Before a deadline of the candidate. */
export const REMIND_BEFORE_HOURS = 24;
/** By the clock of the election: nobody is woken up by an SMS that can wait. */
const DAY_BEGINS = '08:00';
const DAY_ENDS = '21:00';

const HOUR_MS = 3_600_000;

/** Whose deadline passes without anything having been sent, and by which template they are told before. */
export const DEADLINE_TEMPLATES = {
  'awaiting-verification': 'deadline-reminder',
  'awaiting-submission': 'deadline-reminder',
  'awaiting-corrections': 'corrections-reminder',
} as const satisfies Partial<Record<Status, string>>;

/** Whether it is daytime there; `timeZone` by its IANA name. */
export function isDaytime(now: Instant, timeZone: string): boolean {
  const clock = localClock(now, timeZone);
  return clock >= DAY_BEGINS && clock < DAY_ENDS;
}

interface Wait {
  readonly since: Instant;
  /** Reminders so far. */
  readonly sent: number;
  readonly lastAt: Instant | null;
}

/** Whether one more reminder of an awaited code is due at this moment, day or night. */
export function isReminderDue({ since, sent, lastAt }: Wait, now: Instant): boolean {
  const hours = REMIND_AFTER_HOURS[sent];
  if (hours === undefined || now < since + hours * HOUR_MS) return false;
  return isApart(lastAt, now);
}

interface Ahead {
  readonly deadline: Instant;
  /** When the candidate was given the time: registered, or got the file back. */
  readonly since: Instant;
  readonly lastAt: Instant | null;
}

/** Whether a reminder of a deadline is due at this moment, day or night. Who began within its last day knows. */
export function isDeadlineReminderDue({ deadline, since, lastAt }: Ahead, now: Instant): boolean {
  const from = deadline - REMIND_BEFORE_HOURS * HOUR_MS;
  return now >= from && now < deadline && since <= from && isApart(lastAt, now);
}

function isApart(lastAt: Instant | null, now: Instant): boolean {
  return lastAt === null || now >= lastAt + REMINDERS_APART_HOURS * HOUR_MS;
}
