/** The registry of lines does not answer at night (iran.md §4): when it is closed, and when it opens again. */
import { localClock } from './local-time.ts';
import type { Instant } from './registration.ts';

/** `HH:MM` of Tehran; open from `from` up to, not including, `to`, which may lie beyond midnight. */
export interface DailyHours {
  readonly from: string;
  readonly to: string;
}

export interface Closed {
  readonly until: Instant;
  /** When it closes and opens, `HH:MM`, for the candidate to read. */
  readonly closed: { readonly from: string; readonly to: string };
}

const TEHRAN = 'Asia/Tehran';
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

function minutesOf(clock: string): number {
  const [hours = '0', minutes = '0'] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Until when it is closed; null while it is open. Without hours it is open around the clock. */
export function closedUntil(hours: DailyHours | null, now: Instant): Closed | null {
  if (hours === null) return null;
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const clock = minutesOf(localClock(now, TEHRAN));
  const open = from < to ? from <= clock && clock < to : from <= clock || clock < to;
  if (open) return null;
  const minutesLeft = (from - clock + DAY_MINUTES) % DAY_MINUTES;
  const thisMinute = now - (now % MINUTE_MS);
  return { until: thisMinute + minutesLeft * MINUTE_MS, closed: { from: hours.to, to: hours.from } };
}
