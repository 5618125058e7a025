/** How often a candidate may change the number, and what is said to whom the old line is lost (SES-5). */
import type { Instant } from './facts.ts';
import { HELP_LINE } from './messages.ts';
import type { Wording } from './refusal.ts';

/** Each change costs SMS and an inquiry; whoever needs more in a day has somebody else's hands on it. */
export const MOBILE_CHANGES_PER_DAY = 3;
const DAY_MS = 86_400_000;

/**
 * Beside every refusal that asks for a code of the present number. An operator gives the owner of a line a new SIM with
 * the same number; where that cannot be had, the help line has the number changed (docs/operations.md).
 */
export const LOST_LINE: Wording = {
  fa: `کد به شماره کنونی شما فرستاده می‌شود؛ آن را بگیرید و همراه درخواست بفرستید. اگر سیم‌کارت گم شده یا خراب است، از اپراتور خود سیم‌کارت المثنی با همان شماره بگیرید. اگر آن خط دیگر از آن شما نیست، با ${HELP_LINE} تماس بگیرید.`,
  en: `The code goes to your present number; ask for it and send it along. If the SIM is lost or broken, your operator gives you another one with the same number. If that line is no longer yours, call ${HELP_LINE}.`,
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
