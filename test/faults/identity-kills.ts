/**
 * kill -9 of API and worker at every step of the identity and between commit and reply of the submission, each many
 * times (security.md §3, F1 and F3; I1, I4 and I6).
 */
import { setTimeout as delay } from 'node:timers/promises';
import { complete, openOwn, proveIdentity } from '../../scripts/journey/course.ts';
import { readEvidence } from '../../scripts/journey/evidence.ts';
import { presentedTwice } from '../../scripts/journey/bank-calls.ts';
import { signIn } from '../../scripts/journey/identity.ts';
import { inDatabase } from '../../scripts/journey/settling.ts';
import { wronglyVerified } from '../../scripts/journey/verified.ts';
import { newTeam, placeOf, type Candidacy, type Team } from '../support/candidacy.ts';
import type { System } from '../support/system.ts';
import { brokenCandidacy, brokenInvariants } from './invariants.ts';
import { newStriker, type Strike, type Striker } from './strikes.ts';

interface IdentityPoint extends Strike {
  readonly part: 'api' | 'worker';
}

const DYING_MS = 10_000;
/** The step to which only those go on in whose way a strike stands there: it takes a questionnaire and documents. */
const SUBMISSION = 'submission';

const points = (
  part: IdentityPoint['part'],
  step: string,
  names: readonly string[],
  own?: false,
): IdentityPoint[] => names.map((point) => ({ part, step, point, ...(own === false ? { own } : {}) }));

const around = (name: string, kind: string): string[] => [
  `${name}.before-commit:${kind}`,
  `${name}.after-commit:${kind}`,
];
const asked = (name: string): string[] => [`${name}.before-call`, `${name}.after-answer`];

/**
 * Every step from the first code to the proven identity, in the order of the journey, and the submission. The points
 * named `after-commit` of the API stand between the commit of what is accepted and the reply to it.
 */
export const IDENTITY_POINTS: readonly IdentityPoint[] = [
  ...points('api', 'sign-in code', ['code.before-commit', 'code.after-commit', 'code.after-start'], false),
  ...points('worker', 'sign-in code', asked('sendCode'), false),
  ...points('api', 'session', ['session.before-commit', 'session.after-commit'], false),
  ...points('api', 'registration', around('accept', 'registration'), false),
  ...points('api', 'registration', ['deliver.before-signal', 'deliver.after-signal'], false),
  ...points('worker', 'registration', around('record', 'opened'), false),
  ...points('worker', 'registration', [...asked('inquireLine'), ...asked('inquirePerson')], false),
  ...points('worker', 'registration', around('record', 'lineConfirmed'), false),
  ...points('worker', 'registration', around('record', 'personConfirmed'), false),
  ...points('api', 'bank started', around('accept', 'verification')),
  ...points('api', 'bank started', ['deliver.before-signal', 'deliver.after-signal']),
  ...points('worker', 'bank started', [...asked('startCard'), ...around('record', 'cardStarted')]),
  ...points('api', 'bank page', around('accept', 'bankReturn')),
  ...points('api', 'bank page', ['deliver.before-signal', 'deliver.after-signal']),
  ...points('worker', 'bank page', around('record', 'cardReturned')),
  ...points('worker', 'bank page', [...asked('inquireCard'), ...around('record', 'cardConfirmed')]),
  ...points('api', SUBMISSION, around('accept', 'submission')),
];

/** As few candidates as will do: each meets one point of every step that still has one left. */
export function plansOf(all: readonly IdentityPoint[]): IdentityPoint[][] {
  const plans: IdentityPoint[][] = [];
  for (const point of all) {
    const place = plans.find((plan) => plan.every(({ step }) => step !== point.step));
    if (place === undefined) plans.push([point]);
    else place.push(point);
  }
  return plans;
}

export interface PointRow {
  readonly point: IdentityPoint;
  hits: number;
  /** Of the candidates in whose way it stood. */
  readonly broken: string[];
}

interface Killing {
  readonly rounds: number;
  readonly atOnce: number;
  readonly print: (line: string) => void;
  /** No new candidate begins once it is true. */
  readonly over: () => boolean;
}

async function played({ play }: Candidacy, plan: readonly PointRow[]): Promise<void> {
  const place = await placeOf(play, 'main');
  await signIn(play);
  const id = await openOwn(play, place);
  await proveIdentity(play, id);
  if (plan.some(({ point }) => point.step === SUBMISSION)) await complete(play, id, place.election);
}

interface Court {
  readonly system: System;
  readonly team: Team;
  readonly striker: Striker;
}

/** One candidate with one plan: what was hit goes into the rows, and what is broken afterwards. */
async function candidate(
  { system, team, striker }: Court,
  plan: readonly PointRow[],
): Promise<readonly string[]> {
  const { candidacy, hit, wasHit } = await striker.newcomer(plan.map(({ point }) => point));
  const broken = await played(candidacy, plan).then(
    () => brokenCandidacy({ system, team, one: candidacy }),
    (error: unknown) => [String(error)],
  );
  // Whoever waits for an outcome may have it before the process that wrote it is seen to be dead.
  const armed = plan.flatMap(({ point }) => hit(point) ?? []);
  await Promise.race([Promise.all(armed), delay(DYING_MS, undefined, { ref: false })]);
  for (const row of plan) {
    if (wasHit(row.point)) row.hits += 1;
    row.broken.push(...broken);
  }
  return broken;
}

/** What concerns all of them, and so no single point: the answers of everybody, the registries and the bank. */
async function brokenForAll({ system, team }: Court): Promise<string[]> {
  const evidence = await readEvidence(system.running.urls.sandbox);
  const { receipts } = team;
  const wrongly = await inDatabase(system.running.databaseUrl, (query) =>
    wronglyVerified(query, receipts, evidence),
  );
  return [
    ...(await brokenInvariants(system, team, [])),
    ...wrongly.map(({ promise, why }) => `wrongly verified: ${promise}: ${why}`),
    ...presentedTwice(evidence, receipts.typed),
  ];
}

/** The table of points, and what is broken beyond a single one of them. */
export async function killAtIdentity(
  system: System,
  { rounds, atOnce, print, over }: Killing,
): Promise<{ readonly rows: readonly PointRow[]; readonly broken: readonly string[] }> {
  system.supervise(true);
  const team = newTeam(system.running);
  const court: Court = { system, team, striker: newStriker(system, team) };
  const rows = IDENTITY_POINTS.map((point): PointRow => ({ point, hits: 0, broken: [] }));
  const plans = plansOf(IDENTITY_POINTS).map((plan) => rows.filter(({ point }) => plan.includes(point)));
  const queue = Array.from({ length: rounds }, (_, round) => plans.map((plan) => ({ plan, round })))
    .flat()
    .values();
  const lanes = Array.from({ length: atOnce }, async () => {
    for (const { plan, round } of queue) {
      if (over()) return;
      const broken = await candidate(court, plan);
      if (broken.length > 0)
        print(`broken after ${plan.map((row) => row.point.point).join(', ')}: ${broken.join('; ')}`);
      if (plan !== plans.at(-1)) continue;
      const hits = rows.reduce((sum, row) => sum + row.hits, 0);
      const brokenNow = rows.filter((row) => row.broken.length > 0).length;
      print(
        `round ${round + 1} of ${rounds}: ${hits} kills so far, points with something broken: ${brokenNow}`,
      );
    }
  });
  await Promise.all(lanes);
  return { rows, broken: await brokenForAll(court) };
}
