/** kill -9 of any part at seeded random moments, while candidacies are under way. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { TemporalClient } from '../../platform/temporal-client.ts';
import { seeded } from '../../scripts/journey/seeded.ts';
import { newTeam, playToApproval, type Candidacy, type Team } from '../support/candidacy.ts';
import type { Death } from '../support/part.ts';
import { NET_MS } from '../support/patience.ts';
import type { PartName, System } from '../support/system.ts';
import { struckBy, tell } from './evidence.ts';
import { brokenInvariants } from './invariants.ts';

interface RoundOptions {
  readonly seed: number;
  readonly people: number;
  /** Each is killed at least so often. */
  readonly kills: number;
  readonly print: (line: string) => void;
}

export interface RoundReport {
  /** How many of the kills hit each part while a command of a candidate was under way. */
  readonly counted: Readonly<Record<string, number>>;
  readonly astray: readonly string[];
  readonly broken: readonly string[];
}

export const VICTIMS: readonly PartName[] = ['worker', 'api', 'temporal', 'postgres'];
const PAUSE_MAX_MS = 1_500;
const DOWN_MAX_MS = 800;
const LOOK_MS = 3;

const WORK = `select count(*)::int as count from commands where state in ('accepted', 'delivered')`;

/** Resolves as soon as some command has been accepted and has no outcome: now a kill hits something. */
async function workUnderWay(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: NET_MS });
  client.on('error', () => {});
  const until = Date.now() + NET_MS;
  try {
    await client.connect();
    while (Date.now() < until) {
      const { rows } = await client.query<{ count: number }>(WORK);
      if ((rows[0]?.count ?? 0) > 0) return true;
      await delay(LOOK_MS);
    }
  } catch {
    await delay(100);
  } finally {
    await client.end().catch(() => {});
  }
  return false;
}

async function killOne(system: System, part: PartName, random: () => number): Promise<Death | undefined> {
  await delay(random() * PAUSE_MAX_MS);
  if (!(await workUnderWay(system.running.databaseUrl))) return undefined;
  const death = await system.parts[part].kill();
  await delay(random() * DOWN_MAX_MS);
  await system.parts[part].start();
  return death;
}

/** Sends in one candidate after another for as long as the killing goes on. */
function crowd(team: Team, people: number) {
  const candidacies: Candidacy[] = [];
  const astray: string[] = [];
  let over = false;
  const lane = async (): Promise<void> => {
    do {
      const candidacy = await team.newcomer();
      candidacies.push(candidacy);
      try {
        await playToApproval(candidacy, team.offices);
      } catch (error) {
        astray.push(`${candidacy.registrationId ?? 'unregistered'}: ${String(error)}`);
      }
    } while (!over);
  };
  const lanes = Promise.all(Array.from({ length: people }, lane));
  return {
    candidacies,
    astray,
    end: async () => {
      over = true;
      await lanes;
    },
  };
}

/** A command may be decided between the look and the kill, on a busy machine often. */
const TRIES = 12;

/** One round: people at once, kills of each victim in a seeded order; a kill that hit nothing is repeated. */
export async function killAtRandom(
  system: System,
  engine: TemporalClient,
  { seed, people, kills, print }: RoundOptions,
): Promise<RoundReport> {
  const random = seeded(seed);
  const team = newTeam(system.running);
  const { candidacies, astray, end } = crowd(team, people);
  const order = Array.from({ length: kills }, () => VICTIMS)
    .flat()
    .map((part) => ({ part, at: random() }))
    .toSorted((a, b) => a.at - b.at);
  const counted: Record<string, number> = {};
  for (const { part } of order) {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const death = await killOne(system, part, random);
      const struck = death && (await struckBy(system, engine, death));
      if (death !== undefined) print(tell(death, struck));
      if (struck === undefined) continue;
      counted[part] = (counted[part] ?? 0) + 1;
      break;
    }
  }
  await end();
  return { counted, astray, broken: await brokenInvariants(system, team, candidacies) };
}
