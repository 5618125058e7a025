import { describe, expect, test } from '@jest/globals';
import {
  COMMAND_KINDS,
  FINAL_STATUSES,
  isFinal,
  isLegal,
  legalCommands,
  LIFECYCLE,
  OPEN_STATUSES,
  ruling,
  STATUSES,
  whoseMove,
  type CommandKind,
  type Mover,
  type Status,
} from './lifecycle.ts';
import { REFUSAL_CODES } from './refusals.ts';

/** Written down a second time, from the design, so that the table cannot change by accident. */
const DESIGN: Readonly<Record<Status, readonly [Mover, readonly CommandKind[]]>> = {
  'awaiting-verification': [
    'candidate',
    ['verification', 'bankReturn', 'identityProof', 'withdrawal', 'mobileChange', 'windowChange', 'expiry'],
  ],
  'awaiting-submission': [
    'candidate',
    ['submission', 'withdrawal', 'mobileChange', 'windowChange', 'expiry'],
  ],
  'under-review': [
    'governorate',
    ['confirmation', 'corrections', 'approval', 'rejection', 'withdrawal', 'mobileChange', 'windowChange'],
  ],
  'awaiting-corrections': [
    'candidate',
    ['submission', 'withdrawal', 'mobileChange', 'windowChange', 'expiry'],
  ],
  approved: ['nobody', []],
  rejected: ['nobody', []],
  withdrawn: ['nobody', []],
  expired: ['nobody', []],
};

const CELLS = STATUSES.flatMap((status) => COMMAND_KINDS.map((command) => [status, command] as const));

describe('the table', () => {
  test('has a cell for each status and command, and no other', () => {
    expect(Object.keys(LIFECYCLE)).toEqual([...STATUSES]);
    for (const { commands } of Object.values(LIFECYCLE))
      expect(Object.keys(commands)).toEqual([...COMMAND_KINDS]);
  });

  test.each(STATUSES.map((status) => [status, DESIGN[status][0]] as const))(
    '%s: it is the move of %s',
    (status, mover) => {
      expect(whoseMove(status)).toBe(mover);
      expect(isFinal(status)).toBe(mover === 'nobody');
    },
  );

  test.each(CELLS)('%s, %s: as designed', (status, command) => {
    const legal = DESIGN[status][1].includes(command);
    expect(isLegal(status, command)).toBe(legal);
    if (!legal) expect(REFUSAL_CODES).toContain(ruling(status, command));
  });

  test.each(STATUSES)('%s offers what is legal, in the order of the commands', (status) => {
    expect(legalCommands(status)).toEqual(
      COMMAND_KINDS.filter((command) => DESIGN[status][1].includes(command)),
    );
  });

  test('every status is open or final', () => {
    expect([...OPEN_STATUSES, ...FINAL_STATUSES].toSorted()).toEqual([...STATUSES].toSorted());
    expect(FINAL_STATUSES).toEqual(['approved', 'rejected', 'withdrawn', 'expired']);
  });
});

describe('a refusal says what is wrong', () => {
  test.each(CELLS.filter(([status, command]) => !isLegal(status, command)))('%s, %s', (status, command) => {
    const code = ruling(status, command);
    if (command === 'registration') expect(code).toBe('already-registered');
    // Somebody decided already: the reviewer's page is out of date.
    const decision = command === 'corrections' || command === 'approval' || command === 'rejection';
    const decided = status === 'awaiting-corrections' || isFinal(status);
    if (decision) expect(code).toBe(decided ? 'stale-revision' : 'not-your-move');
    if (command === 'submission' && status === 'awaiting-verification') expect(code).toBe('not-verified');
  });
});
