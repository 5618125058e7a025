/**
 * `npm run bench`: registrations with one round of corrections, 20 and 50 at once, and in the same run the floor: a
 * bare workflow with as many signals and activities, on the same server. Starts what it needs and stops by itself.
 *
 * Options: `--at-once 20,50`, `--registrations 40` (of each), `--profile FOLDER` (CPU profiles of our processes).
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { percentile } from '../scripts/journey/table.ts';
import { newPlay, type Play } from '../scripts/journey/play.ts';
import { newReceipts } from '../scripts/journey/receipts.ts';
import { newTeam, placeOf, type Team } from '../test/support/candidacy.ts';
import { startSystem, type PartName, type System } from '../test/support/system.ts';
import { connectTemporal, type TemporalClient } from '../platform/temporal-client.ts';
import { TEST_KEYS } from '../test/support/keys.ts';
import { CODE_WORKFLOW, registrationWorkflowId } from '../workflows/protocol.ts';
import { watchAcceptance } from './acceptance.ts';
import { register, type Surroundings } from './candidate.ts';
import { cpuSeconds, usedBetween } from './cpu.ts';
import { startFloor, type Floor } from './floor.ts';
import { averageEvents, historyOf } from './history.ts';
import { makePictures } from './pictures.ts';
import { COUNTED, countStatements, type StatementCount } from './statements.ts';

const PICTURES = 40;
const PEOPLE_PER_REQUEST = 50;
const MEASURED: readonly PartName[] = ['api', 'admin', 'worker', 'temporal', 'postgres', 'sandbox'];
const WARM_UP = 4;

const { values: options } = parseArgs({
  options: {
    'at-once': { type: 'string', default: '20,50' },
    registrations: { type: 'string', default: '40' },
    profile: { type: 'string' },
  },
});
const COUNT = Number(options.registrations);

function print(name: string, value: number, unit: string): void {
  console.log(`${name.padEnd(52)} ${value.toFixed(value < 10 ? 2 : 1).padStart(9)} ${unit}`);
}

/** Runs it so often, so many at once; gives the seconds it took. */
async function inLanes(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<number> {
  const queue = Array.from({ length: count }, (_, index) => index).values();
  const began = performance.now();
  const lane = async (): Promise<void> => {
    for (const index of queue) await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  return (performance.now() - began) / 1000;
}

async function newPlays({ world }: Team, { running }: System, count: number): Promise<Play[]> {
  const plays: Play[] = [];
  while (plays.length < count) {
    const people = await world.newPeople(Math.min(PEOPLE_PER_REQUEST, count - plays.length));
    const common = { api: running.urls.api, world, receipts: newReceipts(), measured: [], print: null };
    for (const who of people) {
      const number = (everybody += 1);
      plays.push(newPlay({ ...common, who, number, between: () => Promise.resolve(null) }));
    }
  }
  return plays;
}
let everybody = 0;

interface Bench {
  readonly system: System;
  readonly team: Team;
  readonly around: Surroundings;
  readonly floor: Floor;
  readonly engine: TemporalClient;
  readonly acceptance: ReturnType<typeof watchAcceptance>;
  readonly statements: StatementCount;
}

function pidsOf({ system }: Bench): Record<string, number> {
  const parts = MEASURED.map((name) => [name, system.parts[name].identity?.pid ?? 0] as const);
  return { ...Object.fromEntries(parts), driver: process.pid };
}

function printLatencies(name: string, ms: readonly number[]): void {
  for (const share of [50, 95, 99]) print(`${name}, p${share}`, percentile(ms, share / 100), 'ms');
}

/** Registrations per second, and what each costs which process. */
async function measureOurs(bench: Bench, atOnce: number): Promise<{ rate: number; ids: string[] }> {
  const plays = await newPlays(bench.team, bench.system, COUNT);
  const ids: string[] = [];
  const statements = await bench.statements.soFar();
  bench.acceptance.take();
  const before = cpuSeconds(pidsOf(bench));
  const seconds = await inLanes(COUNT, atOnce, async (index) => {
    ids.push(await register(plays[index] as Play, bench.around));
  });
  const used = usedBetween(before, cpuSeconds(pidsOf(bench)));
  const sent = usedBetween(statements, await bench.statements.soFar());
  print(`registrations per second, ${atOnce} at once`, COUNT / seconds, '/s');
  for (const [name, cpu] of Object.entries(used)) {
    print(`CPU per registration, ${atOnce} at once: ${name}`, cpu / COUNT, 's');
  }
  for (const [name, count] of Object.entries(sent)) {
    print(`statements per registration, ${atOnce} at once: ${name}`, count / COUNT, '');
  }
  printLatencies(`accepted after, ${atOnce} at once`, bench.acceptance.take());
  return { rate: COUNT / seconds, ids };
}

async function measureFloor({ floor, system }: Bench, atOnce: number): Promise<number> {
  const { temporal } = system.parts;
  const pids = { worker: floor.pid, temporal: temporal.identity?.pid ?? 0 };
  const before = cpuSeconds(pids);
  const seconds = await inLanes(COUNT, atOnce, () => floor.journey());
  const used = usedBetween(before, cpuSeconds(pids));
  print(`floor: journeys per second, ${atOnce} at once`, COUNT / seconds, '/s');
  for (const [name, cpu] of Object.entries(used)) {
    print(`floor: CPU per journey, ${atOnce} at once: ${name}`, cpu / COUNT, 's');
  }
  return COUNT / seconds;
}

/** Acceptance while the floor's journeys run beside it, as many at once. */
async function measureBeside(bench: Bench, atOnce: number): Promise<void> {
  const plays = await newPlays(bench.team, bench.system, COUNT);
  let over = false;
  const load = Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (!over) await bench.floor.journey();
    }),
  );
  bench.acceptance.take();
  await inLanes(COUNT, atOnce, async (index) => {
    await register(plays[index] as Play, bench.around);
  });
  over = true;
  await load;
  printLatencies(`accepted after, ${atOnce} at once with the floor beside`, bench.acceptance.take());
}

const FURTHER_ROUNDS = 2;

async function printEvents(bench: Bench, id: string): Promise<void> {
  const { client } = bench.engine;
  const { floor } = bench;
  const { events, signals, localActivities, activities } = await historyOf(
    client,
    registrationWorkflowId(id),
  );
  print('events per registration with one round', events, 'events');
  const [play] = await newPlays(bench.team, bench.system, 1);
  const longer = await register(play as Play, bench.around, 1 + FURTHER_ROUNDS);
  const withMore = (await historyOf(client, registrationWorkflowId(longer))).events;
  print('events per further round', (withMore - events) / FURTHER_ROUNDS, 'events');
  print('signals of the registration with one round', signals, '');
  print('its local activities', localActivities, '');
  print('its ordinary activities', activities, '');
  print('events per floor journey', await floor.events(), 'events');
  const codes = await averageEvents(client, `WorkflowType = '${CODE_WORKFLOW}'`);
  print('events per code workflow', codes, 'events');
}

async function prepare(system: System, statements: StatementCount): Promise<Bench> {
  const team = newTeam(system.running);
  const { play } = await team.newcomer();
  const place = await placeOf(play, 'main');
  const floor = await startFloor(system.running.temporal);
  const engine = await connectTemporal({ ...system.running.temporal, payloadKey: TEST_KEYS.payload });
  const acceptance = watchAcceptance();
  const governorate = await governorateOf(system, place.constituency.id);
  const around = { place, offices: team.offices, governorate, pictures: await makePictures(PICTURES) };
  const bench = { system, team, around, floor, engine, acceptance, statements };
  const plays = await newPlays(team, system, WARM_UP);
  await inLanes(WARM_UP, WARM_UP, async (index) => void (await register(plays[index] as Play, around)));
  await inLanes(WARM_UP, WARM_UP, () => floor.journey());
  return bench;
}

async function governorateOf({ running }: System, constituencyId: string): Promise<string> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: running.databaseUrl });
  await client.connect();
  const sql = 'select governorate from constituencies where id = $1';
  const { rows } = await client.query<{ governorate: string }>(sql, [constituencyId]);
  await client.end();
  return rows[0]?.governorate ?? '';
}

function flagsOf(name: (typeof COUNTED)[number], statements: StatementCount): string[] {
  const counting = statements.flagsOf(name);
  if (options.profile === undefined) return counting;
  const folder = resolve(options.profile, name);
  mkdirSync(folder, { recursive: true });
  return [...counting, '--cpu-prof', `--cpu-prof-dir=${folder}`];
}

const statements = countStatements();
const flags = Object.fromEntries(COUNTED.map((name) => [name, flagsOf(name, statements)]));
const environment = { FAILPOINT: '', NODE_ENV: 'development' };
const system = await startSystem({ environment, flags });
try {
  const bench = await prepare(system, statements);
  for (const atOnce of options['at-once'].split(',').map(Number)) {
    const { rate, ids } = await measureOurs(bench, atOnce);
    const floorRate = await measureFloor(bench, atOnce);
    print(`ratio to the floor, ${atOnce} at once`, rate / floorRate, '');
    const [first] = ids;
    if (first !== undefined && atOnce === Number(options['at-once'].split(',')[0]))
      await printEvents(bench, first);
  }
  await measureBeside(bench, 20);
  await bench.floor.stop();
  await bench.engine.close();
} finally {
  await system.stop();
  statements.close();
}
process.exit(0);
