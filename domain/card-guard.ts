/**
 * The guardian of the card (OTP-11): banks block a card at the third wrong password, so the third try needs a yes,
 * and after it there is none until the next day.
 *
 * Wrong entries are counted per card and per person. The card's count decides: two within 24 hours bring the
 * warning, and when the third falls within 24 hours of the two, the card rests until the next calendar day of the
 * election's time zone (after it, what still lies within 24 hours warns as before). Another card can be tried at
 * once: it has a count of its own, so the person's count does not hold it up. That count does two things. Somebody
 * who has already been wrong twice is warned at the second try of each further card, not only at its third; and at
 * nine wrong ones within 24 hours, three cards' worth, nothing can be tried until the next day, because whoever
 * types that many wrong passwords is blocking the cards of others.
 *
 * What may yet turn out wrong (a page that is open or over, until the bank has told) counts like a wrong entry, or
 * several pages side by side would pass together; but only a known one makes a card rest.
 */
import { IN_PERSON_ADVICE } from './identity-proof.ts';
import { localClock, localDay } from './local-time.ts';
import type { Wording } from './refusal.ts';
import type { Instant } from './registration.ts';

export type GuardVerdict = 'pass' | 'warn' | 'warn-cards' | 'warn-open' | 'wait' | 'closed' | 'closed-person';

export const CARD_TRIES = 3;
const WARN_AFTER = 2;
const PERSON_TRIES = 9;
const PAGES_OPEN_MAX = 3;
const SPAN_MS = 24 * 3_600_000;
const DAY_SECONDS = 86_400;
/** A page that is open ends within minutes. */
const WAIT_SECONDS = 60;

interface Clock {
  readonly now: Instant;
  /** Of the election: where its next day begins. */
  readonly timeZone: string;
}

/** Tries with one card, or of one person with whatever card. */
export interface Tries {
  /** When passwords were typed wrongly; of the last two days at least. */
  readonly wrongEntries: readonly Instant[];
  /** Tries of which the bank may yet say that the password was wrong. */
  readonly open: number;
}

/** How many fall into the 24 hours that end at `at`. */
function countUntil(wrongEntries: readonly Instant[], at: Instant): number {
  return wrongEntries.filter((one) => one <= at && one > at - SPAN_MS).length;
}

/** Whether an entry of today was the last that 24 hours allow. */
function isClosed(wrongEntries: readonly Instant[], most: number, { now, timeZone }: Clock): boolean {
  const today = localDay(now, timeZone);
  return wrongEntries.some((at) => localDay(at, timeZone) === today && countUntil(wrongEntries, at) >= most);
}

/** Wrong entries that this card can still take before it rests; at least one on a new day. */
export function triesLeft(wrongEntries: readonly Instant[], clock: Clock): number {
  if (isClosed(wrongEntries, CARD_TRIES, clock)) return 0;
  return Math.max(CARD_TRIES - countUntil(wrongEntries, clock.now), 1);
}

interface OneMoreTry extends Clock {
  readonly card: Tries;
  /** Of the same person, with this card and with others. */
  readonly person: Tries;
}

/** Whether one more try with this card may be started, at once or after a warning. */
export function cardGuard({ card, person, ...clock }: OneMoreTry): GuardVerdict {
  if (isClosed(card.wrongEntries, CARD_TRIES, clock)) return 'closed';
  if (isClosed(person.wrongEntries, PERSON_TRIES, clock)) return 'closed-person';
  const wrong = countUntil(card.wrongEntries, clock.now);
  const wrongOfPerson = countUntil(person.wrongEntries, clock.now);
  if (mustWait(card.open, wrong, CARD_TRIES) || mustWait(person.open, wrongOfPerson, PERSON_TRIES))
    return 'wait';
  if (person.open >= PAGES_OPEN_MAX) return 'wait';
  if (wrong >= WARN_AFTER) return 'warn';
  if (wrong > 0 && wrongOfPerson >= WARN_AFTER) return 'warn-cards';
  return wrong + card.open >= WARN_AFTER ? 'warn-open' : 'pass';
}

/** Whether a candidate who has read the text may go on all the same. */
export function mayAccept(verdict: GuardVerdict): boolean {
  return verdict.startsWith('warn');
}

/** Seconds until another try makes sense; null when that is in the candidate's own hands. */
export function waitOf(verdict: GuardVerdict, { now, timeZone }: Clock): number | null {
  if (verdict === 'wait') return WAIT_SECONDS;
  if (!verdict.startsWith('closed')) return null;
  const [hours = 0, minutes = 0] = localClock(now, timeZone).split(':').map(Number);
  return DAY_SECONDS - hours * 3_600 - minutes * 60;
}

function mustWait(open: number, wrong: number, most: number): boolean {
  return open > 0 && wrong + open >= most;
}

export const CARD_GUARD_TEXTS: Readonly<Record<Exclude<GuardVerdict, 'pass'>, Wording>> = {
  warn: {
    fa: 'در ۲۴ ساعت گذشته دو بار رمز نادرست وارد کرده‌اید. رمز نادرست سوم کارت را مسدود می‌کند. پیش از تلاش دوباره رمز تازه بگیرید، بهتر از همه از رمزساز بانک، یا با بانک خود تماس بگیرید. می‌توانید کارت دیگری را هم که به نام خودتان است همین حالا امتحان کنید.',
    en: 'You typed a wrong password twice within 24 hours. A third one blocks the card. Take a new password, best from the generator of your bank, or call your bank, before you try again. Another card in your own name can be tried at once.',
  },
  'warn-cards': {
    fa: 'در ۲۴ ساعت گذشته با کارت‌های شما چند بار رمز نادرست وارد شده است، یک بار آن با همین کارت. سومین رمز نادرست کارت را مسدود می‌کند. پیش از تلاش دوباره رمز تازه بگیرید، بهتر از همه از رمزساز بانک، یا با بانک خود تماس بگیرید.',
    en: 'Wrong passwords were typed with several of your cards within 24 hours, one of them with this card. A third one blocks a card. Take a new password, best from the generator of your bank, or call your bank, before you try again.',
  },
  'warn-open': {
    fa: 'نتیجه تلاش‌های پیشین شما در صفحه بانک هنوز روشن نیست. اگر در آن‌ها رمز نادرست وارد شده باشد، رمز نادرست سوم کارت را مسدود می‌کند. نخست همان صفحه بانک را به پایان برسانید یا از آن انصراف دهید.',
    en: 'What came of your earlier tries on the page of the bank is not known yet. If a wrong password was typed there, a third one blocks the card. First finish on that page, or cancel there.',
  },
  wait: {
    fa: 'تا نتیجه تلاش‌های پیشین شما در بانک روشن نشود، تلاش دیگری ممکن نیست؛ وگرنه کارت شما ممکن است مسدود شود. صفحه بازمانده بانک را به پایان برسانید، یا چند دقیقه صبر کنید تا مهلت آن بگذرد و بانک نتیجه را بگوید. اگر بانک ساعت‌ها پاسخ نداد، هویت شما در فرمانداری حضوری تأیید می‌شود.',
    en: 'There is no further try until the bank has told what came of the earlier ones; your card might be blocked. Finish on the page that is still open, or wait some minutes until its time is over and the bank has told. If the bank is silent for hours, prove your identity at the governorate.',
  },
  closed: {
    fa: `سه بار رمز نادرست وارد شده است. برای اینکه این کارت مسدود نماند، تا فردا نمی‌توان دوباره با آن تلاش کرد. با پشتیبانی بانک خود تماس بگیرید، یا همین حالا کارت دیگری را که به نام خودتان است امتحان کنید. ${IN_PERSON_ADVICE}`,
    en: 'A wrong password was typed three times. To keep this card from being blocked, there is no further try with it before tomorrow. Call your bank, or try another card in your own name at once. If no card works, prove your identity at the governorate before the deadline.',
  },
  'closed-person': {
    fa: 'در ۲۴ ساعت گذشته با چند کارت رمزهای نادرست بسیاری وارد شده است. تا فردا نمی‌توان کارت دیگری را امتحان کرد. اگر کارتی ندارید که با آن بتوانید، به فرمانداری مراجعه کنید.',
    en: 'Many wrong passwords were typed with several cards within 24 hours. No card can be tried before tomorrow. If you have no card that works, go to the governorate.',
  },
};
