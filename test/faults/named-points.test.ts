/**
 * kill -9 at named points, in the middle of candidacies that are under way at the same time on one system: the process
 * dies there, is started again, and every candidacy ends as if nothing had happened. `npm run faults -- --identity`
 * strikes at every point of the identity, many times.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PATIENCE_MS } from '../../scripts/journey/door.ts';
import type { TemporalClient } from '../../platform/temporal-client.ts';
import { newTeam, playToApproval, type Team } from '../support/candidacy.ts';
import type { Death } from '../support/part.ts';
import { startSystem, type System } from '../support/system.ts';
import { diagnose } from './diagnosis.ts';
import { openEngine, struckBy, tell } from './evidence.ts';
import { brokenInvariants, storyOf, WHOLE } from './invariants.ts';
import { newStriker, type Strike, type Struggle } from './strikes.ts';

/** One list per candidate, in the order of the journey; one strike for each step. */
const PLANS: readonly (readonly Strike[])[] = [
  [
    { point: 'sendCode.before-call', step: 'sign-in code', own: false },
    { point: 'accept.after-commit:registration', step: 'registration', own: false },
    { point: 'startCard.before-call', step: 'bank started' },
    { point: 'record.before-commit:cardConfirmed', step: 'bank page' },
    { point: 'record.before-commit:submitted', step: 'submission' },
    { point: 'deliver.after-signal', step: 'approval' },
  ],
  [
    { point: 'session.after-commit', step: 'session', own: false },
    { point: 'inquireLine.before-call', step: 'registration', own: false },
    { point: 'startCard.after-answer', step: 'bank started' },
    { point: 'accept.before-commit:bankReturn', step: 'bank page' },
    { point: 'accept.after-commit', step: 'submission' },
    { point: 'record.before-commit', step: 'returned with 2 defects' },
    { point: 'checkDocuments.before-call', step: 'submission', time: 2 },
  ],
  [
    { point: 'code.after-commit', step: 'sign-in code', own: false },
    { point: 'inquirePerson.after-answer', step: 'registration', own: false },
    { point: 'accept.before-commit:verification', step: 'bank started' },
    { point: 'inquireCard.before-call', step: 'bank page' },
    { point: 'sendSms.before-call', step: 'submission' },
    { point: 'record.after-commit', step: 'approval' },
  ],
  [
    { point: 'inquireLine.after-answer', step: 'registration', own: false },
    { point: 'record.after-commit:cardStarted', step: 'bank started' },
    { point: 'inquireCard.after-answer', step: 'bank page' },
    { point: 'accept.before-commit', step: 'submission' },
    { point: 'sendSms.after-answer', step: 'returned with 2 defects' },
    { point: 'checkDocuments.after-answer', step: 'submission', time: 2 },
  ],
  [
    { point: 'sendCode.after-answer', step: 'sign-in code', own: false },
    { point: 'inquirePerson.before-call', step: 'registration', own: false },
    { point: 'deliver.after-signal', step: 'submission' },
    { point: 'accept.after-commit', step: 'submission', time: 2 },
  ],
];

const STRIKES = PLANS.flatMap((plan, candidate) =>
  plan.map((strike) => {
    const name = `${strike.point} (candidate ${candidate + 1}, ${strike.step})`;
    return { strike, candidate, name };
  }),
);

interface Lane extends Struggle {
  readonly end: Promise<unknown>;
}

/** The first test of a candidate waits for all of the candidate's steps; each of them has `PATIENCE_MS` of the journey. */
const WITHIN_MS = 3 * PATIENCE_MS;

describe('WF-5: kill -9 at a named point', () => {
  let system: System;
  let team: Team;
  let engine: TemporalClient;
  let lanes: Lane[];

  /** Waits for the kill, unless its candidate gave up before it came to that. */
  const deathAt = async (strike: Strike, lane: Lane): Promise<Death> => {
    const over = lane.end.then(
      () => 'its candidate came to the end without it',
      (error: unknown) => String(error),
    );
    for (;;) {
      const hit = lane.hit(strike);
      const first = await Promise.race([hit ?? new Promise((resolve) => setTimeout(resolve, 100)), over]);
      if (typeof first === 'string') throw new Error(`The point was not hit: ${first}`);
      if (hit !== undefined) return hit;
    }
  };

  beforeAll(async () => {
    system = await startSystem();
    engine = openEngine(system);
    team = newTeam(system.running);
    system.supervise(true);
    const striker = newStriker(system, team);
    lanes = await Promise.all(
      PLANS.map(async (plan): Promise<Lane> => {
        const struggle = await striker.newcomer(plan);
        const { candidacy } = struggle;
        const end = playToApproval(candidacy, team.offices);
        end.catch(async () => {
          process.stderr.write(await diagnose(system, engine, candidacy.registrationId ?? ''));
        });
        return { ...struggle, end };
      }),
    );
  }, WITHIN_MS);

  afterAll(async () => {
    await engine?.close();
    await system?.stop();
  });

  test.each(STRIKES)(
    '$name',
    async ({ strike, candidate }) => {
      const lane = lanes[candidate];
      if (lane === undefined) throw new Error('no such candidate');
      const death = await deathAt(strike, lane);
      await lane.end;
      const struck = await struckBy(system, engine, death);
      process.stderr.write(`${tell(death, struck)}\n`);
      expect(struck).toBeDefined();
    },
    WITHIN_MS,
  );

  test(
    'every candidacy went its whole way, and nothing came twice',
    async () => {
      const ends = await Promise.allSettled(lanes.map(({ end }) => end));
      expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : 'approved'))).toEqual(
        lanes.map(() => 'approved'),
      );
      const candidacies = lanes.map(({ candidacy }) => candidacy);
      expect(await brokenInvariants(system, team, candidacies)).toEqual([]);
      for (const { registrationId } of candidacies) {
        expect(await storyOf(system, registrationId ?? '')).toBe(WHOLE);
      }
    },
    WITHIN_MS,
  );
});
