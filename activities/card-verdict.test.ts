import { expect, test } from '@jest/globals';
import type { BankPrefix } from '../domain/bank-prefix.ts';
import { verdictOf } from './card-verdict.ts';
import type { BankOutcome } from './gateways/bank.ts';

const NOW = 1_800_000_000_000;
const ATTEMPT = { card: { cardPrefix: '60379912', cardSuffix: '1234' }, expiresAt: NOW - 30_000 };
const OPEN = { ...ATTEMPT, expiresAt: NOW + 30_000 };
const ALWAYS = { mergedInto: null, validFrom: 0, validTo: null };
const BANKS: readonly BankPrefix[] = [
  { prefix: '603799', bank: 'ملی', supported: true, ...ALWAYS },
  { prefix: '627353', bank: 'تجارت', supported: false, ...ALWAYS },
];
const KNOWN = { banks: BANKS, now: NOW };
const seen = (cardPrefix: string, cardSuffix: string) => ({ cardPrefix, cardSuffix });

test.each<[string, BankOutcome, string, string | null, object | null]>([
  ['pending', { outcome: 'pending' }, 'pending', null, null],
  ['not found, the page has just ended', { outcome: 'not-found' }, 'pending', null, null],
  ['the announced card', { outcome: 'confirmed', maskedPan: '603799******1234' }, 'confirmed', null, null],
  ['eight digits shown', { outcome: 'confirmed', maskedPan: '60379912****1234' }, 'confirmed', null, null],
  [
    'other first digits',
    { outcome: 'confirmed', maskedPan: '60379913****1234' },
    ...(['refused', 'card-not-announced', seen('60379913', '1234')] as const),
  ],
  [
    'other last digits',
    { outcome: 'confirmed', maskedPan: '603799******1235' },
    ...(['refused', 'card-not-announced', seen('603799', '1235')] as const),
  ],
  [
    'a bank that cannot be used',
    { outcome: 'confirmed', maskedPan: '627353******1234' },
    ...(['refused', 'bank-not-supported', seen('627353', '1234')] as const),
  ],
  ['a form that we cannot read', { outcome: 'confirmed', maskedPan: '1234' }, 'pending', null, null],
  ['no digits at all', { outcome: 'confirmed', maskedPan: '' }, 'pending', null, null],
  ['a wrong password', { outcome: 'refused', reason: 'wrong-entry' }, 'refused', 'wrong-entry', null],
  [
    'a wrong password for the announced card',
    { outcome: 'refused', reason: 'wrong-entry', maskedPan: '603799******1234' },
    ...(['refused', 'wrong-entry', null] as const),
  ],
  [
    'a wrong password for another card: it counts for that one',
    { outcome: 'refused', reason: 'wrong-entry', maskedPan: '610433******9999' },
    ...(['refused', 'wrong-entry', seen('610433', '9999')] as const),
  ],
  ['the bank ran out of time after the page', { outcome: 'timed-out' }, 'abandoned', 'expired', null],
])('%s', (_what, answer, state, reason, usedCard) => {
  expect(verdictOf(ATTEMPT, answer, KNOWN)).toEqual({ state, reason, usedCard });
});

test('a bank that ran out of time while its page is open has said nothing', () => {
  expect(verdictOf(OPEN, { outcome: 'timed-out' }, KNOWN).state).toBe('pending');
});

test('an attempt that the bank never saw is over a minute after its end', () => {
  const answer = { outcome: 'not-found' } as const;
  const later = { ...KNOWN, now: NOW + 30_001 };
  expect(verdictOf(ATTEMPT, answer, later)).toMatchObject({ state: 'abandoned', reason: 'expired' });
  expect(verdictOf({ ...ATTEMPT, expiresAt: null }, answer, KNOWN).state).toBe('pending');
});

test('OTP-12: what the bank shows too little of is told by what was announced, and never passes untold', () => {
  const banks = [...BANKS, { prefix: '60379912', bank: 'ملی', supported: false, ...ALWAYS }];
  const answer = { outcome: 'confirmed', maskedPan: '603799******1234' } as const;
  const verdictFor = (cardPrefix: string) =>
    verdictOf({ ...ATTEMPT, card: { cardPrefix, cardSuffix: '1234' } }, answer, { banks, now: NOW });
  expect(verdictFor('60379912')).toMatchObject({ state: 'refused', reason: 'bank-not-supported' });
  expect(verdictFor('60379913')).toMatchObject({ state: 'confirmed' });
  // Announced before the longer prefix was known; begun again, eight digits are asked for.
  expect(verdictFor('603799')).toMatchObject({ state: 'refused', reason: 'card-not-announced' });
});

test('a bank that was struck off the list meanwhile is refused by what is true now', () => {
  const banks = [...BANKS, { prefix: '60379912', bank: 'ملی', supported: false, ...ALWAYS, validFrom: NOW }];
  const answer = { outcome: 'confirmed', maskedPan: '60379912****1234' } as const;
  expect(verdictOf(ATTEMPT, answer, { banks, now: NOW })).toMatchObject({ reason: 'bank-not-supported' });
  expect(verdictOf(ATTEMPT, answer, { banks, now: NOW - 1 })).toMatchObject({ state: 'confirmed' });
});
