import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CLOSES,
  COMMANDS,
  follow,
  groundOf,
  HISTORIES,
  HOUR,
  NOW,
  OPENED,
  permutationsOf,
  PROVEN,
  SUBMITTED,
  UNCONFIRMED,
} from '../test/support/registration-samples.ts';
import { COMMAND_KINDS, isFinal, ruling, STATUSES, type CommandKind, type Status } from './lifecycle.ts';
import { learn, type Finding } from './finding.ts';
import {
  deadline,
  decide,
  fold,
  foldAll,
  moverOf,
  type Command,
  type Fact,
  type LineRefusal,
  type PersonRefusal,
} from './registration.ts';

/** What each legal command leads to; a command that is not here leaves the status as it is. */
const LEADS_TO: Partial<Record<CommandKind, Status>> = {
  identityProof: 'awaiting-submission',
  submission: 'under-review',
  corrections: 'awaiting-corrections',
  approval: 'approved',
  rejection: 'rejected',
  withdrawal: 'withdrawn',
  expiry: 'expired',
};

describe('every status with every command', () => {
  const cells = STATUSES.flatMap((status) => COMMAND_KINDS.map((kind) => [status, kind] as const));

  test.each(cells)('%s, %s', (status, kind) => {
    const registration = groundOf(status, kind);
    expect(registration.status).toBe(status);
    const decision = decide(registration, COMMANDS[kind], NOW);
    const verdict = ruling(status, kind);
    expect(decision.refusal).toBe(verdict === 'legal' ? null : verdict);
    expect(decision.facts).toHaveLength(verdict === 'legal' ? 1 : 0);
    const again = kind === 'mobileChange' && status === 'awaiting-submission';
    const led = again ? 'awaiting-verification' : (LEADS_TO[kind] ?? status);
    const expected = verdict === 'legal' ? led : status;
    expect(follow(registration, COMMANDS[kind]).status).toBe(expected);
  });
});

describe('the identity', () => {
  test.each(permutationsOf(['lineConfirmed', 'personConfirmed', 'cardConfirmed'] as const))(
    'is proven by the last of %s, %s, %s',
    (...order) => {
      let registration = foldAll(PROVEN.slice(0, 1));
      for (const [index, type] of order.entries()) {
        expect(registration.status).toBe('awaiting-verification');
        registration = fold(registration, type === 'cardConfirmed' ? { type, attemptId: 'a1' } : { type });
        expect(registration.status).toBe(index === 2 ? 'awaiting-submission' : 'awaiting-verification');
      }
    },
  );

  test.each<[LineRefusal, string]>([
    ['line-not-own', 'line-not-own'],
    ['line-invalid', 'line-not-own'],
    ['already-registered', 'already-registered'],
  ])('no card is tried for a line that was refused: %s', (reason, refusal) => {
    const registration = foldAll([OPENED, { type: 'lineRefused', reason }]);
    expect(decide(registration, COMMANDS.verification, NOW)).toEqual({ facts: [], refusal });
  });

  test.each<PersonRefusal>(['person-not-found', 'person-not-alive'])('nor for %s', (reason) => {
    const registration = foldAll([OPENED, { type: 'personRefused', reason }]);
    expect(decide(registration, COMMANDS.verification, NOW).refusal).toBe(reason);
  });

  test('a confirmed card is not tried again while the line is still asked about', () => {
    const registration = foldAll([OPENED, { type: 'cardConfirmed', attemptId: 'a1' }]);
    expect(decide(registration, COMMANDS.verification, NOW).refusal).toBe('already-verified');
  });

  test('the return from the bank counts for the attempt that is under way, once', () => {
    const started = foldAll(HISTORIES['awaiting-verification']);
    expect(decide(started, { kind: 'bankReturn', attemptId: 'other' }, NOW).refusal).toBe('attempt-over');
    const returned = follow(started, COMMANDS.bankReturn);
    expect(returned.card).toEqual({ state: 'pending', attemptId: 'a1' });
    expect(decide(returned, COMMANDS.bankReturn, NOW).refusal).toBe('attempt-over');
  });

  test('the refusal of a card that was replaced is no news, its confirmation is', () => {
    const replaced = follow(foldAll(HISTORIES['awaiting-verification']), COMMANDS.verification);
    expect(replaced.card).toEqual({ state: 'started', attemptId: 'a2' });
    expect(learn(replaced, { kind: 'card', attemptId: 'a1', outcome: 'wrong-entry' })).toEqual([]);
    expect(learn(replaced, { kind: 'card', attemptId: 'a1', outcome: 'confirmed' })).toEqual([
      { type: 'cardConfirmed', attemptId: 'a1' },
    ]);
  });

  test('each check is learned once', () => {
    const findings: Finding[] = [
      { kind: 'line', outcome: 'confirmed' },
      { kind: 'person', outcome: 'confirmed' },
      { kind: 'card', attemptId: 'a1', outcome: 'confirmed' },
    ];
    for (const finding of findings) {
      const before = foldAll([OPENED, { type: 'cardStarted', attemptId: 'a1' }]);
      const after = learn(before, finding).reduce(fold, before);
      expect(after.sequence).toBe(before.sequence + 1);
      expect(learn(after, finding)).toEqual([]);
    }
  });

  test.each(STATUSES.filter(isFinal))('nothing is learned once it is %s', (status) => {
    const registration = foldAll(HISTORIES[status]);
    expect(learn(registration, { kind: 'line', outcome: 'line-not-own' })).toEqual([]);
    expect(learn(registration, { kind: 'person', outcome: 'confirmed' })).toEqual([]);
    expect(learn(registration, { kind: 'card', attemptId: 'a1', outcome: 'confirmed' })).toEqual([]);
  });
});

describe('a decision', () => {
  test.each(['corrections', 'approval', 'rejection'] as const)(
    'of kind %s on another revision is stale',
    (kind) => {
      const registration = foldAll(SUBMITTED);
      const seen = { ...COMMANDS[kind], revision: 2 } as Command;
      expect(decide(registration, seen, NOW)).toEqual({ facts: [], refusal: 'stale-revision' });
    },
  );

  test('of two reviewers one wins', () => {
    const pairs = fc.tuple(
      fc.constantFrom('corrections', 'approval', 'rejection'),
      fc.constantFrom('corrections', 'approval', 'rejection'),
    ) as fc.Arbitrary<[CommandKind, CommandKind]>;
    fc.assert(
      fc.property(pairs, ([first, second]) => {
        const decided = follow(foldAll(SUBMITTED), COMMANDS[first]);
        expect(decide(decided, COMMANDS[second], NOW)).toEqual({ facts: [], refusal: 'stale-revision' });
      }),
    );
  });
});

describe('a submission that waits for its code', () => {
  const waiting = foldAll(UNCONFIRMED);

  test.each(['corrections', 'approval', 'rejection'] as const)(
    'is not decided on by %s before it is confirmed',
    (kind) => {
      expect(decide(waiting, COMMANDS[kind], NOW)).toEqual({ facts: [], refusal: 'awaiting-code' });
      const confirmed = follow(waiting, COMMANDS.confirmation);
      expect(decide(confirmed, COMMANDS[kind], NOW).refusal).toBeNull();
    },
  );

  test('is the candidate’s move until it is confirmed, once', () => {
    expect(moverOf(waiting)).toBe('candidate');
    const confirmed = follow(waiting, COMMANDS.confirmation);
    expect([confirmed.confirmation, moverOf(confirmed)]).toEqual(['given', 'governorate']);
    expect(decide(confirmed, COMMANDS.confirmation, NOW).refusal).toBe('already-confirmed');
  });

  test('is confirmed for its own revision only', () => {
    expect(decide(waiting, { kind: 'confirmation', revision: 2 }, NOW).refusal).toBe('stale-revision');
  });

  test('can be withdrawn, and does not expire: the time of its receipt counts', () => {
    expect(decide(waiting, COMMANDS.withdrawal, NOW).refusal).toBeNull();
    expect(deadline(waiting)).toBeNull();
    expect(decide(waiting, COMMANDS.expiry, NOW).refusal).toBe('not-your-move');
  });
});

describe('the deadline', () => {
  test.each([
    ['awaiting-verification', CLOSES],
    ['awaiting-submission', CLOSES],
    ['under-review', null],
    ['awaiting-corrections', NOW + 48 * HOUR],
    ['approved', null],
    ['rejected', null],
    ['withdrawn', null],
    ['expired', null],
  ] as const)('%s', (status, expected) => {
    expect(deadline(foldAll(HISTORIES[status]))).toBe(expected);
  });

  test('of a correction is never before the end of the window', () => {
    const moved: Fact = { type: 'windowChanged', closesAt: NOW + 100 * HOUR };
    expect(deadline(foldAll([...HISTORIES['awaiting-corrections'], moved]))).toBe(NOW + 100 * HOUR);
    expect(deadline(foldAll([...SUBMITTED, moved, ...HISTORIES['awaiting-corrections'].slice(-1)]))).toBe(
      NOW + 100 * HOUR,
    );
  });
});
