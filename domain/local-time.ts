/** The calendar day and the clock of a place: windows, daily hours and ages are meant in the election's time zone. */
import type { Instant } from './registration.ts';

/** Making a formatter costs far more than using it, and there is one time zone per election. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(timeZone, made);
  return made;
}

function partsOf(now: Instant, timeZone: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
}

/** The Gregorian calendar day (`YYYY-MM-DD`) in the time zone at that instant. */
export function localDay(now: Instant, timeZone: string): string {
  const { year, month, day } = partsOf(now, timeZone);
  return `${year}-${month}-${day}`;
}

/** The clock (`HH:MM`, 00:00 to 23:59) in the time zone at that instant. */
export function localClock(now: Instant, timeZone: string): string {
  const { hour, minute } = partsOf(now, timeZone);
  return `${hour}:${minute}`;
}
