/** The national id (کد ملی): ten digits, the last of which checks the others. Source: facts iran.md §1. */
import { bareDigits } from './persian-text.ts';

/** The check digit that nine digits ask for. */
export function nationalIdCheckDigit(nine: string): number {
  const sum = [...nine].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  const rest = sum % 11;
  return rest < 2 ? rest : 11 - rest;
}

/**
 * The ten ASCII digits of a valid national id, or undefined. Any digits and separators are accepted; a shorter number
 * is never padded, and ten equal digits are no id although their checksum is right.
 */
export function parseNationalId(text: string): string | undefined {
  const digits = bareDigits(text);
  if (!/^\d{10}$/u.test(digits) || /^(\d)\1{9}$/u.test(digits)) return undefined;
  return nationalIdCheckDigit(digits.slice(0, 9)) === Number(digits[9]) ? digits : undefined;
}
