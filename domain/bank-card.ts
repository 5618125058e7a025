/** What we know of a bank card: its first 6 to 8 and last 4 digits, never the whole number. */
import { bareDigits } from './persian-text.ts';

/** The first 6 to 8 digits of a card as ASCII, or undefined. More is refused: we do not want the number. */
export function parseCardPrefix(text: string): string | undefined {
  const digits = bareDigits(text);
  return /^\d{6,8}$/u.test(digits) ? digits : undefined;
}

/** The last 4 digits of a card as ASCII, or undefined. */
export function parseCardSuffix(text: string): string | undefined {
  const digits = bareDigits(text);
  return /^\d{4}$/u.test(digits) ? digits : undefined;
}

/** Luhn's check over a whole number, as the bank's page makes it; false for anything but digits. */
export function luhnValid(digits: string): boolean {
  if (!/^\d+$/u.test(digits)) return false;
  const sum = [...digits].toReversed().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** The digits that a masked number (`603799******1234`) shows at its start and its end; undefined for another form. */
export function partsOfMaskedPan(maskedPan: string): { prefix: string; suffix: string } | undefined {
  const match = /^(\d{6,8})\D+(\d{4})$/u.exec(bareDigits(maskedPan));
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { prefix: match[1], suffix: match[2] };
}

interface CardDigits {
  readonly maskedPan: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** Whether the card that the bank saw can be the one that the candidate named; a form we cannot read never agrees. */
export function maskedPanAgrees({ maskedPan, prefix, suffix }: CardDigits): boolean {
  const seen = partsOfMaskedPan(maskedPan);
  if (seen === undefined) return false;
  const length = Math.min(seen.prefix.length, prefix.length);
  return seen.suffix === suffix && seen.prefix.slice(0, length) === prefix.slice(0, length);
}
