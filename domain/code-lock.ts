/**
 * The lock of a number after wrong codes in a row (OTP-5): ten close it for ten minutes, each ten more for twice as
 * long, up to a day; a hundred close it until the desk has seen who it is. A right code ends the row; the desk gives ten
 * more tries, and forgets none.
 *
 * It is counted in two lanes, because anybody can ask for a code for anybody's number: `own` for the session and the
 * device that the owner signed in with last, `strangers` for all others. Whoever guesses from outside closes the door
 * to strangers, never to the owner who is in or has been (docs/adr/0005-two-lanes-for-codes.md).
 */
import { HELP_LINE } from './messages.ts';
import { persianDigits } from './persian-text.ts';
import type { Wording } from './refusal.ts';
import type { Instant } from './registration.ts';

export type CodeLane = 'own' | 'strangers';

export const FAILURES_PER_LOCK = 10;
export const FIRST_LOCK_SECONDS = 600;
export const LOCK_MAX_SECONDS = 86_400;
/** NIST SP 800-63B: no more than a hundred failures in a row. */
export const FAILURES_MAX = 100;
export const LIFT_REASON_LENGTH_MAX = 500;

/** Wrong codes since the last right one, and when the last of them was tried. */
export interface Failures {
  readonly count: number;
  readonly lastAt: Instant | null;
}

export type Lock =
  | { readonly state: 'open' }
  | { readonly state: 'locked'; readonly seconds: number }
  /** Only the desk opens it again. */
  | { readonly state: 'closed' };

function lockSeconds(count: number): number {
  return Math.min(FIRST_LOCK_SECONDS * 2 ** (count / FAILURES_PER_LOCK - 1), LOCK_MAX_SECONDS);
}

/** Whether a code may be tried now; `seconds` is the wait. */
export function lockOf({ count, lastAt }: Failures, now: Instant): Lock {
  if (count >= FAILURES_MAX) return { state: 'closed' };
  if (count === 0 || count % FAILURES_PER_LOCK !== 0 || lastAt === null) return { state: 'open' };
  const seconds = Math.ceil((lastAt + lockSeconds(count) * 1_000 - now) / 1_000);
  return seconds > 0 ? { state: 'locked', seconds } : { state: 'open' };
}

/**
 * What is left of a lock that the desk has lifted: no wait, and ten tries to the next lock. A lock that lasts ends, and
 * its count stays; of one that had closed the number ten of the hundred come back. So whoever guesses gets ten tries of a
 * million for each time that somebody at the desk is talked round, and never a fresh hundred; only a right code ends
 * the row.
 */
export function lifted({ count }: Failures): Failures {
  return { count: Math.min(count, FAILURES_MAX - FAILURES_PER_LOCK), lastAt: null };
}

const MINUTE_SECONDS = 60;
const HOUR_MINUTES = 60;

function waitIn(seconds: number): Wording {
  const minutes = Math.ceil(seconds / MINUTE_SECONDS);
  if (minutes <= 2 * HOUR_MINUTES) return { fa: `${persianDigits(minutes)} دقیقه`, en: `${minutes} minutes` };
  const hours = Math.ceil(minutes / HOUR_MINUTES);
  return { fa: `${persianDigits(hours)} ساعت`, en: `${hours} hours` };
}

/** What the candidate reads at a lock: how long it lasts, or who opens it. */
export function lockAdvice(lock: Exclude<Lock, { state: 'open' }>): Wording {
  if (lock.state === 'closed') {
    const times = persianDigits(FAILURES_MAX);
    return {
      fa: `برای این شماره ${times} بار پیاپی کد نادرست نوشته شده و برای امنیت شما بسته است. از ثبت‌نام شما چیزی از دست نرفته است. با ${HELP_LINE} تماس بگیرید و همین شماره را بگویید؛ یا اگر ثبت‌نام را آغاز کرده‌اید، با کارت ملی به فرمانداری حوزه انتخابیه خود بروید. شماره که باز شد پیامک می‌گیرید؛ آن‌گاه کد تازه بخواهید. کد را به هیچ‌کس نگویید: کارشناسان ما آن را نمی‌پرسند.`,
      en: `A wrong code was typed ${FAILURES_MAX} times in a row for this number, and it is closed for your safety. Nothing of your registration is lost. Call ${HELP_LINE} and say the number; or, if you have begun to register, go to the governorate of your constituency with your national card. You get an SMS when it is open again; then ask for a new code. Tell nobody a code: our staff never ask for one.`,
    };
  }
  const wait = waitIn(lock.seconds);
  return {
    fa: `برای این شماره چند بار پیاپی کد نادرست نوشته شده است. برای امنیت شما تا ${wait.fa} دیگر هیچ کدی پذیرفته نمی‌شود؛ پس از آن کد تازه بگیرید.`,
    en: `Wrong codes were typed for this number several times in a row. For your safety no code is accepted for ${wait.en}; ask for a new one after that.`,
  };
}
