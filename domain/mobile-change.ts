/** How often a candidate may change the number, and what is said to whom the old line is lost (SES-5). */
import type { Wording } from './refusal.ts';
import type { Instant } from './facts.ts';

/** Each change costs SMS and an inquiry; whoever needs more in a day has somebody else's hands on it. */
export const MOBILE_CHANGES_PER_DAY = 3;
const DAY_MS = 86_400_000;

/** Beside every refusal that asks for a code of the present number. */
export const LOST_LINE: Wording = {
  fa: 'کد به شماره کنونی شما فرستاده می‌شود؛ آن را بگیرید و همراه درخواست بفرستید. اگر آن خط را دیگر ندارید، با کارت ملی به فرمانداری حوزه انتخابیه خود بروید.',
  en: 'The code goes to your present number; ask for it and send it along. If you no longer have that line, go to the governorate of your constituency with your national card.',
};

/**
 * Seconds until the number may change again; null when it may now. `changes` are the moments of the changes so far, in
 * any order.
 */
export function waitForChange(changes: readonly Instant[], now: Instant): number | null {
  const lately = changes.filter((at) => at > now - DAY_MS).toSorted((a, b) => a - b);
  const first = lately.at(-MOBILE_CHANGES_PER_DAY);
  return first === undefined ? null : Math.ceil((first + DAY_MS - now) / 1000);
}
