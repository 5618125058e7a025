import { expect, test } from '@jest/globals';
import type { FactType } from '../../domain/registration.ts';
import { illegalEdges } from './invariants.ts';

const WHOLE: readonly FactType[] = [
  ...([
    'opened',
    'personConfirmed',
    'lineConfirmed',
    'cardStarted',
    'cardReturned',
    'cardConfirmed',
  ] as const),
  ...(['submitted', 'returned', 'submitted', 'approved'] as const),
];

const PAYLOADS: Readonly<Partial<Record<FactType, object>>> = {
  opened: { electionId: 'election', closesAt: 1, correctionHours: 1 },
  cardStarted: { attemptId: 'attempt' },
  cardReturned: { attemptId: 'attempt' },
  cardConfirmed: { attemptId: 'attempt' },
};

const rows = (types: readonly FactType[]) => types.map((type) => ({ type, payload: PAYLOADS[type] ?? {} }));
const without = (at: number) => WHOLE.filter((_, index) => index !== at);
const twice = (at: number) => WHOLE.flatMap((type, index) => (index === at ? [type, type] : [type]));

test('the whole story has no illegal edge', () => {
  expect(illegalEdges(rows(WHOLE))).toEqual([]);
});

test.each([2, 5, 6, 7, 8])('a story without its fact %i skips a status, and that is seen', (at) => {
  expect(illegalEdges(rows(without(at)))).not.toEqual([]);
});

test.each([0, 6, 7, 9])('a fact that came twice (%i) is seen', (at) => {
  expect(illegalEdges(rows(twice(at)))).not.toEqual([]);
});
