/**
 * Which bank issued a card, by its first digits. Some banks do not answer who owns a card; merged banks keep the
 * prefixes of their old cards, so the rule goes by prefix. The table is data of headquarters (iran.md §1.1).
 */
import type { Instant } from './registration.ts';

/** What is true of a prefix for a time. */
export interface BankPrefix {
  /** 6 to 8 digits. */
  readonly prefix: string;
  /** As it was called when it issued the card. */
  readonly bank: string;
  /** The bank that it belongs to now; null while it stands by itself. */
  readonly mergedInto: string | null;
  /** Whether an identity can be verified with its cards. */
  readonly supported: boolean;
  readonly validFrom: Instant;
  /** Not included; null while there is no end. */
  readonly validTo: Instant | null;
}

const PREFIX_DIGITS = [6, 7, 8] as const;

export function isBankPrefix(text: string): boolean {
  return /^\d{6,8}$/u.test(text);
}

/** The prefixes of the table that can be meant by a card's first digits (ASCII). */
export function prefixesOf(digits: string): string[] {
  return PREFIX_DIGITS.filter((length) => digits.length >= length).map((length) => digits.slice(0, length));
}

function isValid({ validFrom, validTo }: BankPrefix, at: Instant): boolean {
  return validFrom <= at && (validTo === null || at < validTo);
}

/**
 * The row for a card that begins with these digits (6 or more, ASCII) at that time; the longest prefix wins.
 * Undefined for an unknown one, which may be used: lists of banks are never complete.
 */
export function bankOfPrefix(
  table: readonly BankPrefix[],
  digits: string,
  at: Instant,
): BankPrefix | undefined {
  const possible = prefixesOf(digits);
  return table
    .filter((row) => possible.includes(row.prefix) && isValid(row, at))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
    .at(0);
}

/**
 * Whether a card that begins with these digits may be one that passes or one that does not: longer prefixes under them
 * say otherwise than they do themselves. With eight digits it is always told.
 */
export function needsMoreDigits(table: readonly BankPrefix[], digits: string, at: Instant): boolean {
  const passes = bankOfPrefix(table, digits, at)?.supported ?? true;
  return table.some(
    (row) =>
      row.prefix.length > digits.length &&
      row.prefix.startsWith(digits) &&
      isValid(row, at) &&
      row.supported !== passes,
  );
}

/** The name by which the owner of the card finds it: the old one is printed on the card, the new one on the bank. */
export function bankTitle({ bank, mergedInto }: Pick<BankPrefix, 'bank' | 'mergedInto'>): string {
  return mergedInto === null ? bank : `${bank} (${mergedInto})`;
}
