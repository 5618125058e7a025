/**
 * People who do not exist. All of a person follows from an index: the same sequence on every machine.
 *
 * National ids begin with 99, a prefix that was never issued, and lines with 0906, a range that no operator has; so
 * nobody real is hit, although both pass every check of form.
 */
import { luhnValid } from '../domain/bank-card.ts';
import { nationalIdCheckDigit } from '../domain/national-id.ts';
import type { Card, Person } from './world.ts';

/** Seven digits, each value once: the multiplier has no common factor with the modulus. */
const RANGE = 10_000_000;
const STRIDE = 6_180_339;

function scattered(index: number, offset: number): string {
  return String((offset + index * STRIDE) % RANGE).padStart(7, '0');
}

/** Deterministic choice: a number from `index` and a name of what is chosen, spread by integer hashing. */
function draw(index: number, what: number, below: number): number {
  let hash = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(what + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  hash ^= hash >>> 13;
  return (hash >>> 0) % below;
}

const WOMEN = [
  'فاطمه',
  'زهرا',
  'مریم',
  'لیلا',
  'نرگس',
  'سارا',
  'مینا',
  'شیرین',
  'پروین',
  'نسرین',
  'گلنار',
  'مهتاب',
];
const MEN = ['علی', 'حسین', 'رضا', 'مهدی', 'بهرام', 'کاظم', 'یوسف', 'داود', 'امید', 'آرش', 'سیاوش', 'فرهاد'];
const FAMILIES = [
  'نمونه‌ای',
  'آزمون‌پور',
  'ساختگی‌نژاد',
  'نمایشی',
  'فرضی‌زاده',
  'الگویی',
  'تمرینی',
  'خیالی‌فر',
  'مثالی',
  'آزمایشی',
  'انگاره‌ای',
  'پنداری',
];

/** One prefix of each bank that answers who owns a card. */
const ISSUERS: readonly (readonly [prefix: string, bank: string])[] = [
  ['603799', 'ملی'],
  ['610433', 'ملت'],
  ['603769', 'صادرات'],
  ['502229', 'پاسارگاد'],
  ['621986', 'سامان'],
  ['589210', 'سپه'],
  ['603770', 'کشاورزی'],
  ['628023', 'مسکن'],
];

/** The six that do not. */
export const REFUSED_ISSUERS: readonly (readonly [prefix: string, bank: string])[] = [
  ['627353', 'تجارت'],
  ['504172', 'قرض‌الحسنه رسالت'],
  ['622106', 'پارسیان'],
  ['636949', 'حکمت ایرانیان'],
  ['639599', 'قوامین'],
  ['627381', 'انصار'],
];

function pick<T>(list: readonly T[], number: number): T {
  return list[number % list.length] as T;
}

function nationalIdOf(index: number): string {
  const nine = `99${scattered(index, 1_234_567)}`;
  return nine + nationalIdCheckDigit(nine);
}

/** A line of the unassigned range; `turn` gives the same index further numbers. */
export function mobileOf(index: number, turn = 0): string {
  return `0906${scattered(index, 2_345_678 + turn * 1_000_003)}`;
}

/** Between about 30 and 60 years old in the years in which this is used. */
function birthDateOf(index: number): string {
  const day = (what: number, below: number) => String(draw(index, what, below) + 1).padStart(2, '0');
  return `${1966 + draw(index, 1, 28)}-${day(2, 12)}-${day(3, 28)}`;
}

/** An ordinary person without cards. */
export function syntheticPerson(index: number): Person {
  const female = draw(index, 4, 2) === 0;
  return {
    index,
    nationalId: nationalIdOf(index),
    mobile: mobileOf(index),
    firstName: pick(female ? WOMEN : MEN, draw(index, 5, 97)),
    lastName: pick(FAMILIES, draw(index, 6, 101)),
    fatherName: pick(MEN, draw(index, 7, 103)),
    birthDate: birthDateOf(index),
    sex: female ? 'female' : 'male',
    fate: null,
    cards: [],
  };
}

function withCheckDigit(fifteen: string): string {
  const last = [...'0123456789'].find((digit) => luhnValid(fifteen + digit));
  return fifteen + (last ?? '0');
}

interface CardWish {
  readonly index: number;
  /** First card of this index, second, … */
  readonly turn?: number;
  readonly issuer?: readonly [prefix: string, bank: string];
}

/** A card of the person of this index. */
export function syntheticCard({ index, turn = 0, issuer }: CardWish): Card {
  const [prefix, bank] = issuer ?? pick(ISSUERS, draw(index, 8, 89) + turn);
  const what = 10 + turn * 5;
  return {
    number: withCheckDigit(`${prefix}${turn % 10}${draw(index, what, 10)}${scattered(index, 3_456_789)}`),
    bank,
    cvv2: String(100 + draw(index, what + 1, 900)),
    month: String(1 + draw(index, what + 2, 12)).padStart(2, '0'),
    year: String(9 + draw(index, what + 3, 5)).padStart(2, '0'),
    holder: nationalIdOf(index),
    mobile: mobileOf(index),
    expired: false,
    wrongEntries: 0,
    blocked: false,
  };
}
