/** Somebody who exists nowhere else, so that whatever is found of them was left by this system (security.md §2 G). */
import { formatJalaliDay } from '../../domain/jalali-date.ts';
import { knock, newPatience } from '../../scripts/journey/door.ts';
import type { Candidate } from '../../scripts/journey/outside-world.ts';
import { knowPerson } from '../support/personal-data.ts';
import type { Canary } from './sightings.ts';

export const NAMES = { firstName: 'ققنوسه', lastName: 'سیمرغیان‌فر', fatherName: 'هدهدعلی' } as const;

/** What the canary types where anything may be typed. */
export const TYPED = {
  address: 'خیابان کبک دری، کوچه پرستو، پلاک ۱۷۳۹۲۶',
  postalCode: '3613957284',
  phone: '02334517396',
  secondMobile: '09067315948',
  email: 'simorgh.hodhod@ghoghnoos.example',
  birthPlace: 'آبادی چکاوک‌آباد بالا',
  withdrawalReason: 'سهره کوچیده و دیگر بازنمی‌گردد',
} as const;

/** What reviewers write about the canary. */
export const NOTES = {
  first: 'در سند نام هما درنا آمده است',
  second: 'تذرو و قرقاول را بنویسید',
  document: 'گذرنامه‌ای با نشان شانه‌به‌سر',
  rejection: 'باقرقره در پرونده نیست',
} as const;

/** A new person of the sandbox with the canary's names. */
export async function hatch(sandbox: string): Promise<Candidate> {
  const reply = await knock(
    {
      method: 'POST',
      url: `${sandbox}/people`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ count: 1, names: NAMES }),
    },
    newPatience(),
  );
  const [who] = (reply.body as { items: Candidate[] }).items;
  const [card] = who?.cards ?? [];
  if (who === undefined || card === undefined) throw new Error('The sandbox made no canary');
  knowPerson({ ...NAMES, nationalId: who.nationalId, mobile: who.mobile.slice(1), card: card.number });
  return { ...who, card };
}

const named = (values: Readonly<Record<string, string>>): Canary[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** Everything about a person; `texts` are what has come to their telephone, for the codes in them. */
export function canariesOf(who: Candidate, texts: readonly string[]): Canary[] {
  const { nationalId, mobile, card, birthDate } = who;
  const codes = texts.flatMap((text) => text.match(/(?<!\d)\d{6,7}(?!\d)/gu) ?? []);
  return [
    ...named({ ...NAMES, nationalId, card: card.number }),
    // Without the zero or the country in front of it.
    ...named({ mobile: mobile.slice(1), secondMobile: TYPED.secondMobile.slice(1) }),
    ...named({ 'end of the card': card.number.slice(6), 'birth date': birthDate }),
    ...named({ 'Jalali birth date': formatJalaliDay(birthDate) }),
    ...[...new Set(codes)].map((value) => ({ name: 'code', value, short: true })),
  ];
}

/** What was typed by the canary and about it. */
export const TEXT_CANARIES: readonly Canary[] = named({ ...TYPED, ...NOTES });
