/** SES-5: what a change of the number does to a registration in each status, and how often it may change. */
import { describe, expect, test } from '@jest/globals';
import { COMMANDS, follow, HISTORIES, NOW, PROVEN } from '../test/support/registration-samples.ts';
import { learn, type Finding } from './finding.ts';
import { isFinal, STATUSES, type Status } from './lifecycle.ts';
import { MOBILE_CHANGES_PER_DAY, waitForChange } from './mobile-change.ts';
import { decide, fold, foldAll, type Registration } from './registration.ts';
import { whatNext } from './what-next.ts';

type Answer = 'confirmed' | 'silent' | 'refused';
const FINDINGS: Readonly<Record<Answer, Finding>> = {
  confirmed: { kind: 'line', outcome: 'confirmed' },
  silent: { kind: 'line', outcome: 'delayed', reason: 'line-no-answer', until: null, closed: null },
  refused: { kind: 'line', outcome: 'line-not-own' },
};

function told(registration: Registration, ...answers: Answer[]): Registration {
  return answers.reduce((state, one) => learn(state, FINDINGS[one]).reduce(fold, state), registration);
}

/** The status after the change, and after each answer about the new number. */
const TABLE: readonly (readonly [Status, Status, Record<Answer, Status>])[] = [
  [
    'awaiting-verification',
    'awaiting-verification',
    {
      confirmed: 'awaiting-verification',
      silent: 'awaiting-verification',
      refused: 'awaiting-verification',
    },
  ],
  [
    'awaiting-submission',
    'awaiting-verification',
    { confirmed: 'awaiting-submission', silent: 'awaiting-submission', refused: 'awaiting-verification' },
  ],
  [
    'under-review',
    'under-review',
    { confirmed: 'under-review', silent: 'under-review', refused: 'under-review' },
  ],
  [
    'awaiting-corrections',
    'awaiting-corrections',
    { confirmed: 'awaiting-corrections', silent: 'awaiting-corrections', refused: 'awaiting-corrections' },
  ],
];

describe('SES-5: a changed number', () => {
  test('the table has every status that is open', () => {
    expect(TABLE.map(([status]) => status)).toEqual(STATUSES.filter((status) => !isFinal(status)));
  });

  test.each(TABLE)(
    'SES-5: in %s it asks anew, and no answer ends the candidacy',
    (status, after, answers) => {
      const before = foldAll(HISTORIES[status]);
      const changed = follow(before, COMMANDS.mobileChange);
      expect(changed).toMatchObject({ status: after, line: { state: 'pending' }, mobileChanges: 1 });
      expect(changed).toMatchObject({ counted: true, person: before.person, way: before.way });
      for (const answer of ['confirmed', 'silent', 'refused'] as const) {
        expect([answer, told(changed, answer).status]).toEqual([answer, answers[answer]]);
      }
      // Whatever was answered, a next number that is their own brings them back to where they were.
      const mended = told(follow(told(changed, 'refused'), COMMANDS.mobileChange), 'confirmed');
      expect(mended).toMatchObject({ status: before.status, line: { state: 'confirmed' }, mobileChanges: 2 });
    },
  );

  test('SES-5: nothing is submitted while the new line is asked about, or when it is somebody else’s', () => {
    const changed = follow(foldAll(PROVEN), COMMANDS.mobileChange);
    const refusalOf = (state: Registration) => decide(state, COMMANDS.submission, NOW).refusal;
    expect(refusalOf(changed)).toBe('not-verified');
    expect(refusalOf(told(changed, 'refused'))).toBe('not-verified');
    expect(refusalOf(told(changed, 'silent', 'refused'))).toBe('not-verified');
    expect(refusalOf(told(changed, 'silent'))).toBeNull();
    expect(refusalOf(told(changed, 'confirmed'))).toBeNull();
  });

  test('SES-5: the silence of the registry helps nobody whose line was never their own', () => {
    const neverOwn = PROVEN.filter(({ type }) => type !== 'lineConfirmed');
    const changed = follow(told(foldAll(neverOwn), 'refused'), COMMANDS.mobileChange);
    expect(told(changed, 'silent')).toMatchObject({ status: 'awaiting-verification', counted: false });
    expect(told(changed, 'confirmed').status).toBe('awaiting-submission');
  });

  test('SES-5: corrections are sent, and a decision is made, whatever is known of the new line', () => {
    for (const answer of ['confirmed', 'silent', 'refused'] as const) {
      const corrected = told(
        follow(foldAll(HISTORIES['awaiting-corrections']), COMMANDS.mobileChange),
        answer,
      );
      expect(follow(corrected, COMMANDS.submission).status).toBe('under-review');
      const reviewed = told(follow(foldAll(HISTORIES['under-review']), COMMANDS.mobileChange), answer);
      expect(follow(reviewed, COMMANDS.approval).status).toBe('approved');
    }
  });

  test.each(['under-review', 'awaiting-corrections'] as const)(
    'SES-5: in %s the candidate reads what is heard',
    (status) => {
      const changed = follow(foldAll(HISTORIES[status]), COMMANDS.mobileChange);
      const said = (answer: Answer) =>
        learn(changed, FINDINGS[answer]).map((fact) => whatNext(fact, changed));
      expect(said('confirmed')).toEqual([{ message: 'new-line-confirmed' }]);
      expect(said('silent')).toEqual([{ message: 'new-line-delayed' }]);
      expect(said('refused')).toEqual([{ message: 'new-line-refused', sms: 'new-line-refused' }]);
    },
  );

  test('SES-5: before the submission the candidate reads that they may go on, or may not', () => {
    const changed = follow(foldAll(PROVEN), COMMANDS.mobileChange);
    const said = (answer: Answer) => learn(changed, FINDINGS[answer]).map((fact) => whatNext(fact, changed));
    expect(said('confirmed')).toEqual([{ message: 'identity-confirmed', sms: 'identity-confirmed' }]);
    expect(said('silent')).toEqual([{ message: 'new-line-delayed' }]);
    expect(said('refused')).toEqual([{ message: 'new-line-refused', sms: 'new-line-refused' }]);
    const early = follow(foldAll(HISTORIES['awaiting-verification']), COMMANDS.mobileChange);
    expect(whatNext({ type: 'lineConfirmed' }, early)).toEqual({ message: 'new-line-confirmed' });
    expect(whatNext({ type: 'mobileChanged' }, early)).toEqual({ message: 'mobile-changed' });
  });
});

describe('SES-5: how often', () => {
  const HOUR_MS = 3_600_000;

  test('SES-5: three times in a day, and the fourth when the first is a day ago', () => {
    const first = NOW - 20 * HOUR_MS;
    const changes = [NOW - HOUR_MS, first, NOW - 10 * HOUR_MS];
    expect(changes).toHaveLength(MOBILE_CHANGES_PER_DAY);
    expect(waitForChange(changes, NOW)).toBe(4 * 3600);
    expect(waitForChange(changes.slice(1), NOW)).toBeNull();
    expect(waitForChange(changes, first + 24 * HOUR_MS)).toBeNull();
    expect(waitForChange([], NOW)).toBeNull();
  });
});
