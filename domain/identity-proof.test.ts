import { describe, expect, test } from '@jest/globals';
import { COMMANDS, follow, NOW, OPENED, PROVEN } from '../test/support/registration-samples.ts';
import {
  DECLINE_REASONS,
  IDENTITY_DOCUMENTS,
  IN_PERSON_ADVICE,
  IN_PERSON_REASONS,
  titleOf,
} from './identity-proof.ts';
import type { CardRefusal } from './identity-reasons.ts';
import { adviceAfter, BANK_SILENT_ADVICE } from './identity-texts.ts';
import { REFUSALS } from './refusals.ts';
import { learn } from './finding.ts';
import { decide, fold, foldAll, type Fact } from './registration.ts';
import { whatNext } from './what-next.ts';

const PROOF: Fact = { type: 'identityProven', way: 'in-person', proposalId: 'p1', document: 'passport' };
const CHECKED = PROVEN.slice(0, 3);
const CARD_REFUSALS: readonly CardRefusal[] = [
  ...(['wrong-entry', 'too-many-passwords', 'card-blocked', 'card-not-own', 'card-line-differs'] as const),
  ...(['card-not-announced', 'card-unknown', 'card-expired', 'card-reported', 'card-not-permitted'] as const),
  ...(['card-unusable', 'bank-not-supported', 'cancelled', 'expired', 'bank-unavailable'] as const),
];

describe('an identity that is proven in person', () => {
  test('counts as a card does: with line and person the questionnaire can be sent', () => {
    const proven = foldAll([...CHECKED, PROOF]);
    expect(proven).toMatchObject({
      status: 'awaiting-submission',
      way: 'in-person',
      card: { state: 'none' },
    });
    expect(follow(foldAll(CHECKED), COMMANDS.identityProof)).toEqual(proven);
  });

  test('waits for a line that is still asked about, and lets no card be tried meanwhile', () => {
    const early = foldAll([OPENED, { type: 'personConfirmed' }, PROOF]);
    expect(early.status).toBe('awaiting-verification');
    for (const kind of ['verification', 'identityProof'] as const) {
      expect(decide(early, COMMANDS[kind], NOW).refusal).toBe('already-verified');
    }
    expect(fold(early, { type: 'lineConfirmed' })).toMatchObject({
      status: 'awaiting-submission',
      way: 'in-person',
    });
  });

  test.each<[string, Fact, string]>([
    ['a line of somebody else', { type: 'lineRefused', reason: 'line-not-own' }, 'line-not-own'],
    [
      'a person who has registered',
      { type: 'lineRefused', reason: 'already-registered' },
      'already-registered',
    ],
    [
      'a person whom the registry does not know',
      { type: 'personRefused', reason: 'person-not-found' },
      'person-not-found',
    ],
    [
      'a person whom the registry does not know as alive',
      { type: 'personRefused', reason: 'person-not-alive' },
      'person-not-alive',
    ],
  ])('is no way around %s', (_what, refused, code) => {
    expect(decide(foldAll([OPENED, refused]), COMMANDS.identityProof, NOW).refusal).toBe(code);
  });

  test('is what counts, whatever the bank says later of a card that was on its way', () => {
    const underWay = foldAll([...PROVEN.slice(0, 4), PROOF]);
    for (const outcome of ['confirmed', 'wrong-entry'] as const) {
      expect(learn(underWay, { kind: 'card', attemptId: 'a1', outcome })).toEqual([]);
    }
    expect(decide(underWay, COMMANDS.bankReturn, NOW).refusal).toBe('already-verified');
  });

  test('a card that came first stays the way', () => {
    expect(decide(foldAll(PROVEN), COMMANDS.identityProof, NOW).refusal).toBe('already-verified');
    expect(foldAll(PROVEN).way).toBe('card');
  });

  test('is told by message and SMS once the way is open, by message alone before', () => {
    expect(whatNext(PROOF, foldAll(CHECKED))).toEqual({
      message: 'identity-confirmed-in-person',
      sms: 'identity-confirmed',
    });
    expect(whatNext(PROOF, foldAll([OPENED]))).toEqual({ message: 'identity-proven-in-person' });
  });
});

test('every code of a closed list has a Persian title of its own', () => {
  for (const list of [IDENTITY_DOCUMENTS, IN_PERSON_REASONS, DECLINE_REASONS]) {
    const titles = list.map(({ code }) => titleOf(list, code));
    expect(new Set(titles).size).toBe(list.length);
    for (const title of titles) expect(title).toMatch(/^[؀-ۿ‌ ]+$/u);
  }
  expect(titleOf(IDENTITY_DOCUMENTS, 'library-card')).toBe('library-card');
});

describe('the ladder that a candidate reads after a card', () => {
  const AGAIN = /دوباره آغاز|دوباره احراز|دوباره بررسی/u;

  test.each(CARD_REFUSALS)(
    '%s: begin again, or another card or time, and in the end the governorate',
    (reason) => {
      const advice = adviceAfter(reason).join('\n');
      if (advice.includes('فرمانداری'))
        expect(advice).toMatch(/کارت (?:بانک )?دیگر|کارت خودتان|دقیقه|رمز تازه|هیچ کارتی/u);
      else expect(advice).toMatch(AGAIN);
    },
  );

  test('the last rung is there wherever a card may be no way at all', () => {
    for (const reason of [
      'bank-not-supported',
      'card-blocked',
      'bank-unavailable',
      'card-not-permitted',
    ] as const) {
      expect(adviceAfter(reason).at(-1)).toBe(IN_PERSON_ADVICE);
    }
    expect(BANK_SILENT_ADVICE.at(-1)).toBe(IN_PERSON_ADVICE);
    for (const code of ['bank-not-supported', 'bank-unavailable'] as const) {
      expect(REFUSALS[code].detail.fa).toContain('فرمانداری');
    }
  });
});
