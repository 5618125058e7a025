/**
 * The Jalali calendar, and dates as people in Iran read them.
 *
 * The arithmetic is the 33-year cycle of leap years (as in ICU), right for 1178 to 1633 SH; a test compares it with
 * Intl day by day. Days are ISO strings (`YYYY-MM-DD`, Gregorian) outside this file.
 */
import { localClock, localDay } from './local-time.ts';
import { persianDigits } from './persian-text.ts';

export interface JalaliDay {
  readonly year: number;
  /** 1 (Farvardin) to 12 (Esfand). */
  readonly month: number;
  readonly day: number;
}

const DAY_MS = 86_400_000;
/** 1 Farvardin 1 SH, in days from the Unix epoch. */
const EPOCH_DAY = -492_268;
const LONG_MONTHS_DAYS = 186;

const MONTHS = [
  'فروردین',
  'اردیبهشت',
  'خرداد',
  'تیر',
  'مرداد',
  'شهریور',
  'مهر',
  'آبان',
  'آذر',
  'دی',
  'بهمن',
  'اسفند',
] as const;

/** From the Unix epoch's own weekday, a Thursday. */
const WEEKDAYS = ['پنجشنبه', 'جمعه', 'شنبه', 'یکشنبه', 'دوشنبه', 'سه‌شنبه', 'چهارشنبه'] as const;

/** Days from the Unix epoch to 1 Farvardin of a year. */
function newYear(year: number): number {
  return EPOCH_DAY + 365 * (year - 1) + Math.floor((8 * year + 21) / 33);
}

function isoOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Days from the Unix epoch of an ISO day, or undefined when there is no such day. */
function dayOfIso(iso: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(iso)) return undefined;
  const at = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(at) || isoOfDay(at / DAY_MS) !== iso ? undefined : at / DAY_MS;
}

/** Whether the text is a day of the Gregorian calendar written `YYYY-MM-DD`. */
export function isIsoDay(text: string): boolean {
  return dayOfIso(text) !== undefined;
}

/** The Jalali day of an ISO day. Throws a RangeError when there is no such day. */
export function toJalali(iso: string): JalaliDay {
  const day = dayOfIso(iso);
  if (day === undefined) throw new RangeError('Not a calendar day');
  const guess = Math.floor((day - EPOCH_DAY) / 365.2425) + 1;
  const year = newYear(guess + 1) <= day ? guess + 1 : newYear(guess) <= day ? guess : guess - 1;
  const ofYear = day - newYear(year);
  return ofYear < LONG_MONTHS_DAYS
    ? { year, month: Math.floor(ofYear / 31) + 1, day: (ofYear % 31) + 1 }
    : {
        year,
        month: Math.floor((ofYear - LONG_MONTHS_DAYS) / 30) + 7,
        day: ((ofYear - LONG_MONTHS_DAYS) % 30) + 1,
      };
}

function monthLength(year: number, month: number): number {
  if (month <= 6) return 31;
  return month < 12 ? 30 : newYear(year + 1) - newYear(year) - 336;
}

/** The ISO day of a Jalali day, or undefined when there is no such day (30 Esfand of an ordinary year, month 13). */
export function fromJalali(year: number, month: number, day: number): string | undefined {
  const whole = [year, month, day].every(Number.isInteger);
  if (!whole || year < 1 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month))
    return undefined;
  const before = month <= 7 ? 31 * (month - 1) : LONG_MONTHS_DAYS + 30 * (month - 7);
  return isoOfDay(newYear(year) + before + day - 1);
}

/** «۲۱ دی ۱۴۰۴», of an ISO day. */
export function formatJalaliDay(iso: string): string {
  const { year, month, day } = toJalali(iso);
  return `${persianDigits(day)} ${MONTHS[month - 1]} ${persianDigits(year)}`;
}

function clockOf(instant: number, timeZone: string): string {
  return localClock(instant, timeZone).replace(/^0(?=\d:)/u, '');
}

/** «۲۷ دی، ساعت ۱۶», for an SMS: without the year, and without minutes when there are none. */
export function formatJalaliShort(at: Date | number, timeZone: string): string {
  const instant = Number(at);
  const { month, day } = toJalali(localDay(instant, timeZone));
  const clock = clockOf(instant, timeZone).replace(/:00$/u, '');
  return `${persianDigits(day)} ${MONTHS[month - 1]}، ساعت ${persianDigits(clock)}`;
}

/** «یکشنبه ۲۱ دی ۱۴۰۴، ساعت ۸:۰۰», of an instant (milliseconds UTC or a Date) as the time zone sees it. */
export function formatJalali(at: Date | number, timeZone: string): string {
  const instant = Number(at);
  const iso = localDay(instant, timeZone);
  const weekday = WEEKDAYS.at(Number(dayOfIso(iso)) % WEEKDAYS.length);
  const clock = clockOf(instant, timeZone);
  return `${weekday} ${formatJalaliDay(iso)}، ساعت ${persianDigits(clock)}`;
}
