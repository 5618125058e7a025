/**
 * The preliminary code of a submission: 13 random digits and a check digit, written 0000-0000-0000-00.
 *
 * It is read out on the phone and typed from paper, so the check digit (Damm's) finds every single wrong digit and
 * every swap of neighbours. It is random, so that it says nothing about the person and cannot be guessed by counting.
 */
import { bareDigits } from './persian-text.ts';

const RANDOM_DIGITS = 13;
const RANDOM_BYTES = 8;

/** A weakly totally anti-symmetric quasigroup of order 10 (H. M. Damm, 2004). */
const DAMM: readonly string[] = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
];

/** 0 for a whole code whose check digit is right; for a code without one, the digit that is missing. */
function dammOf(digits: string): number {
  return [...digits].reduce((interim, digit) => Number(DAMM[interim]?.[Number(digit)]), 0);
}

function written(digits: string): string {
  return digits.replace(/^(\d{4})(\d{4})(\d{4})(\d{2})$/u, '$1-$2-$3-$4');
}

/** The code of eight random bytes. Throws a RangeError for another number of bytes: a programmer's mistake. */
export function trackingCode(random: Uint8Array): string {
  if (random.length !== RANDOM_BYTES)
    throw new RangeError(`A tracking code takes ${RANDOM_BYTES} random bytes`);
  const value = random.reduce((total, byte) => (total << 8n) | BigInt(byte), 0n);
  const digits = (value % 10n ** BigInt(RANDOM_DIGITS)).toString().padStart(RANDOM_DIGITS, '0');
  return written(digits + String(dammOf(digits)));
}

/** The code in its written form, from whatever digits and separators it was typed with; undefined when it is wrong. */
export function parseTrackingCode(text: string): string | undefined {
  const digits = bareDigits(text);
  return /^\d{14}$/u.test(digits) && dammOf(digits) === 0 ? written(digits) : undefined;
}
