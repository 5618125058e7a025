import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { problemsOf } from '../../domain/answer-problems.ts';
import { VILLAGE_QUESTIONNAIRE } from '../../domain/village-questionnaire.ts';
import type { Answers } from './contract.ts';
import { correctables, fillIn } from './filling.ts';

const ELECTION = { questionnaire: VILLAGE_QUESTIONNAIRE };

/** Answers of somebody who picks any option. */
function anyAnswers(picks: readonly number[]): Answers {
  let next = 0;
  const choice = (count: number) => (picks[(next += 1) % picks.length] ?? 0) % count;
  return fillIn(ELECTION, {}, choice);
}

describe('whoever fills in what the questionnaire says, and nothing else, can submit', () => {
  test('whatever they choose', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 60 }), (picks) => {
        expect(problemsOf(VILLAGE_QUESTIONNAIRE, anyAnswers(picks))).toEqual([]);
      }),
    );
  });

  test('and each correction leaves it complete', () => {
    const answers = anyAnswers([0]);
    const all = correctables(ELECTION, answers);
    expect(all.length).toBeGreaterThan(2);
    for (const { correct } of all) {
      expect(correct(answers)).not.toEqual(answers);
      expect(problemsOf(VILLAGE_QUESTIONNAIRE, correct(answers))).toEqual([]);
    }
  });
});
