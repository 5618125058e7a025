/**
 * Who may register: 25 full years on the day of registration (law of the councils, article 37).
 *
 * Ages are counted in the calendar of the birth certificate, the Jalali one, in which birthdays are kept. Somebody
 * born on 30 Esfand of a leap year completes a year on the day after 29 Esfand of an ordinary one.
 */
import { toJalali } from './jalali-date.ts';
import { localDay } from './local-time.ts';
import type { Instant } from './registration.ts';

export const LEAST_AGE_YEARS = 25;

/** Full years between two calendar days (ISO, Gregorian); negative before the birth. */
export function ageOn(birthIso: string, dayIso: string): number {
  const birth = toJalali(birthIso);
  const day = toJalali(dayIso);
  const hadBirthday = day.month > birth.month || (day.month === birth.month && day.day >= birth.day);
  return day.year - birth.year - (hadBirthday ? 0 : 1);
}

/** Whether somebody born on that day is old enough at `now`, by the calendar of the time zone. */
export function isOldEnough(birthIso: string, now: Instant, timeZone: string): boolean {
  return ageOn(birthIso, localDay(now, timeZone)) >= LEAST_AGE_YEARS;
}
