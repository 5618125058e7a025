/** When a registration may be opened and sent: the window of the election and its daily hours, which are data. */
import type { Status } from './lifecycle.ts';
import { localClock } from './local-time.ts';
import { persianDigits } from './persian-text.ts';
import type { Wording } from './refusal.ts';
import type { Instant } from './registration.ts';

/** Open from `opensAt` up to, not including, `closesAt`; each day from `dailyFrom` up to `dailyTo` (`HH:MM`). */
export interface ElectionWindow {
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  /** Null means: from midnight. */
  readonly dailyFrom: string | null;
  /** Null means: until midnight, as `24:00` does. */
  readonly dailyTo: string | null;
}

export type WindowVerdict = 'open' | 'not-yet' | 'closed' | 'out-of-hours';

function withinHours({ dailyFrom, dailyTo }: ElectionWindow, clock: string): boolean {
  const from = dailyFrom ?? '00:00';
  const to = dailyTo ?? '24:00';
  return from <= to ? from <= clock && clock < to : from <= clock || clock < to;
}

/** Whether the window is open at `now`, and if not, why. Hours that pass midnight (22:00 to 02:00) are understood. */
export function windowVerdict(window: ElectionWindow, timeZone: string, now: Instant): WindowVerdict {
  if (now < window.opensAt) return 'not-yet';
  if (now >= window.closesAt) return 'closed';
  return withinHours(window, localClock(now, timeZone)) ? 'open' : 'out-of-hours';
}

interface SubmissionMoment {
  readonly status: Status;
  readonly window: ElectionWindow;
  /** Of the registration, milliseconds UTC; null when the move is not the candidate's. */
  readonly deadline: Instant | null;
  readonly timeZone: string;
  readonly now: Instant;
}

/**
 * Whether a submission received at `now` is in time. The first one must fall into the window and its hours; a
 * corrected one only has to meet its own deadline, which may lie beyond the window, at any hour (DESIGN §3).
 */
export function submissionInTime({ status, window, deadline, timeZone, now }: SubmissionMoment): boolean {
  if (status === 'awaiting-corrections') return deadline !== null && now < deadline;
  return windowVerdict(window, timeZone, now) === 'open';
}

/** `08:00` is said as «۸», `08:30` as «۸:۳۰». */
export function hourText(clock: string): string {
  const [hours = '0', minutes = '00'] = clock.split(':');
  return persianDigits(minutes === '00' ? Number(hours) : `${Number(hours)}:${minutes}`);
}

/** What to tell somebody who comes outside the window. */
export function windowText(verdict: Exclude<WindowVerdict, 'open'>, window: ElectionWindow): Wording {
  const { dailyFrom, dailyTo } = window;
  const [from, to] = [dailyFrom ?? '00:00', dailyTo ?? '24:00'];
  switch (verdict) {
    case 'not-yet':
      return { fa: 'مهلت ثبت‌نام هنوز آغاز نشده است.', en: 'Registration has not begun yet.' };
    case 'closed':
      return { fa: 'مهلت ثبت‌نام پایان یافته است.', en: 'Registration has ended.' };
    case 'out-of-hours':
      return {
        fa: `ثبت‌نام هر روز از ساعت ${hourText(from)} تا ${hourText(to)} انجام می‌شود. می‌توانید پیش‌نویس را همین حالا کامل کنید.`,
        en: `Registration is open every day from ${from} to ${to}. The draft can be completed at any hour.`,
      };
  }
}
