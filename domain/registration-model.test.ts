/** The law as a whole: random walks and all orders, instead of examples. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CLOSES,
  COMMANDS,
  follow,
  HISTORIES,
  NOW,
  OPENED,
  permutationsOf,
  PROVEN,
  SUBMITTED,
} from '../test/support/registration-samples.ts';
import { isFinal, isLegal, STATUSES, type CommandKind, type Status } from './lifecycle.ts';
import { learn, type Finding } from './finding.ts';
import {
  decide,
  fold,
  foldAll,
  UNOPENED,
  type CardRefusal,
  type Command,
  type Fact,
  type LineRefusal,
  type PersonRefusal,
  type Registration,
} from './registration.ts';

/** From where to where a status may go; nothing else, in whatever order messages come. */
const EDGES = new Set([
  'awaiting-verification>awaiting-submission',
  'awaiting-submission>under-review',
  // The number has changed, and nobody knows yet whose the new one is.
  'awaiting-submission>awaiting-verification',
  'under-review>awaiting-corrections',
  'under-review>approved',
  'under-review>rejected',
  'awaiting-corrections>under-review',
  'awaiting-verification>withdrawn',
  'awaiting-submission>withdrawn',
  'under-review>withdrawn',
  'awaiting-corrections>withdrawn',
  'awaiting-verification>expired',
  'awaiting-submission>expired',
  'awaiting-corrections>expired',
]);

type Step = { readonly command: Command } | { readonly finding: Finding };

interface Walk {
  readonly registration: Registration;
  readonly facts: readonly Fact[];
}

function walk(steps: readonly Step[]): Walk {
  let registration = UNOPENED;
  const facts: Fact[] = [];
  for (const [index, step] of steps.entries()) {
    const happened =
      'command' in step
        ? decide(registration, step.command, NOW + index).facts
        : learn(registration, step.finding);
    for (const fact of happened) {
      const next = fold(registration, fact);
      const edge = `${registration.status}>${next.status}`;
      if (next.status !== registration.status) expect(EDGES).toContain(edge);
      expect(next.sequence).toBe(registration.sequence + 1);
      registration = next;
      facts.push(fact);
    }
  }
  return { registration, facts };
}

describe('whatever comes', () => {
  test('WF-3: in all 720 orders of six messages nothing throws, and what is illegal changes nothing', () => {
    const six: readonly Command[] = [
      { kind: 'verification', attemptId: 'a1' },
      { kind: 'bankReturn', attemptId: 'a1' },
      { kind: 'submission', revision: 1, contentHash: 'h1', confirmation: 'given' },
      { kind: 'corrections', revision: 1, defectIds: ['d'] },
      { kind: 'approval', revision: 1 },
      { kind: 'withdrawal' },
    ];
    const orders = permutationsOf(six);
    expect(orders).toHaveLength(720);
    const starts: readonly (readonly Fact[])[] = [[], [OPENED], PROVEN, SUBMITTED];
    for (const start of starts) {
      for (const order of orders) {
        let registration = foldAll(start);
        for (const command of order) {
          const decision = decide(registration, command, NOW);
          if (!isLegal(registration.status, command.kind)) expect(decision.facts).toEqual([]);
          registration = decision.facts.reduce(fold, registration);
        }
        // Withdrawal is legal in every open status, and it is among the six: the end is always final.
        expect(['withdrawn', 'approved']).toContain(registration.status);
      }
    }
  });

  const attemptId = fc.constantFrom('a1', 'a2', 'a3');
  const revision = fc.constantFrom(1, 1, 1, 2);
  const mostlyConfirmed = <Reason extends string>(...reasons: Reason[]) =>
    fc.oneof(
      { weight: 9, arbitrary: fc.constant('confirmed' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...reasons) },
    );
  const cardOutcome = mostlyConfirmed<CardRefusal>('wrong-entry', 'cancelled');
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.constant(COMMANDS.registration),
    fc.record({ kind: fc.constant('verification' as const), attemptId }),
    fc.record({ kind: fc.constant('bankReturn' as const), attemptId }),
    fc.constant(COMMANDS.identityProof),
    fc.record({
      kind: fc.constant('submission' as const),
      revision,
      contentHash: fc.constant('h'),
      confirmation: fc.constantFrom('given' as const, 'given' as const, 'awaited' as const),
    }),
    fc.record({ kind: fc.constant('confirmation' as const), revision }),
    fc.record({ kind: fc.constant('corrections' as const), revision, defectIds: fc.constant(['d']) }),
    fc.record({ kind: fc.constant('approval' as const), revision }),
    fc.record({ kind: fc.constant('rejection' as const), revision, reason: fc.constant('legal-bar') }),
    fc.constant(COMMANDS.mobileChange),
    fc.record({
      kind: fc.constant('windowChange' as const),
      closesAt: fc.integer({ min: NOW, max: CLOSES }),
    }),
  );
  const closing: fc.Arbitrary<Command> = fc.constantFrom(COMMANDS.withdrawal, COMMANDS.expiry);
  const finding: fc.Arbitrary<Finding> = fc.oneof(
    fc.record({
      kind: fc.constant('line' as const),
      outcome: mostlyConfirmed<LineRefusal>('line-not-own'),
    }),
    fc.record({
      kind: fc.constant('person' as const),
      outcome: mostlyConfirmed<PersonRefusal>('person-not-found'),
    }),
    fc.record({ kind: fc.constant('card' as const), attemptId, outcome: cardOutcome }),
  );
  const steps = fc.array(
    fc.oneof(
      { weight: 40, arbitrary: command.map((one): Step => ({ command: one })) },
      { weight: 20, arbitrary: finding.map((one): Step => ({ finding: one })) },
      { weight: 1, arbitrary: closing.map((one): Step => ({ command: one })) },
    ),
    { minLength: 20, maxLength: 60, size: 'max' },
  );

  test('WF-3: no illegal edge is ever taken, and an approval rests on identity, submission and decision', () => {
    const reached = new Set<Status>();
    fc.assert(
      fc.property(steps, (sequence) => {
        const { registration, facts } = walk([{ command: COMMANDS.registration }, ...sequence]);
        reached.add(registration.status);
        expect(foldAll(facts)).toEqual(registration);
        if (registration.status !== 'approved') return;
        // Of this number, or of one before it: what was submitted stays as it was accepted.
        expect(facts.some(({ type }) => type === 'lineConfirmed')).toBe(true);
        if (registration.mobileChanges === 0) expect(registration.line.state).toBe('confirmed');
        expect(registration.person.state).toBe('confirmed');
        expect(registration.way).toBe(
          facts.some(({ type }) => type === 'identityProven') ? 'in-person' : 'card',
        );
        if (registration.way === 'card') expect(registration.card.state).toBe('confirmed');
        const submissions = facts.filter((fact) => fact.type === 'submitted');
        const approvals = facts.filter((fact) => fact.type === 'approved');
        expect(approvals).toEqual([{ type: 'approved', revision: submissions.at(-1)?.revision }]);
        expect(facts.at(-1)?.type).toBe('approved');
      }),
      { numRuns: 2_000 },
    );
    // The walks mean something only when they come to every end.
    expect([...reached].toSorted()).toEqual(
      expect.arrayContaining(['approved', 'expired', 'rejected', 'withdrawn']),
    );
  });

  test('WF-2: a second identical message changes nothing more than the first', () => {
    const decisions = fc.constantFrom(
      'submission',
      'corrections',
      'approval',
      'rejection',
      'withdrawal',
      'expiry',
    );
    fc.assert(
      fc.property(steps, decisions as fc.Arbitrary<CommandKind>, (sequence, kind) => {
        const { registration } = walk([{ command: COMMANDS.registration }, ...sequence]);
        const once = follow(registration, COMMANDS[kind]);
        fc.pre(once !== registration);
        expect(follow(once, COMMANDS[kind]).status).toBe(once.status);
        expect(decide(once, COMMANDS[kind], NOW).facts).toEqual([]);
      }),
    );
  });

  test('WF-4: a closed registration stays as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES.filter(isFinal)), steps, (status, sequence) => {
        let registration = foldAll(HISTORIES[status]);
        const closed = registration;
        for (const step of sequence) {
          const happened =
            'command' in step
              ? decide(registration, step.command, NOW).facts
              : learn(registration, step.finding);
          registration = happened.reduce(fold, registration);
        }
        expect(registration).toEqual(closed);
      }),
    );
  });
});
