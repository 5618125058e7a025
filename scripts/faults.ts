/**
 * `npm run faults -- --identity --rounds 20`: kill -9 of API and worker at every step of the identity, and a table of
 * what was hit and what is broken; `--within 60` ends it after so many minutes.
 *
 * `npm run faults -- --rounds 10`: heavier rounds of what `npm test` does once. Each round kills worker, API, Temporal
 * and PostgreSQL at random moments, with a seed of its own; `--away 60` first keeps Temporal away for so many seconds
 * across a deadline. Ends with status 1 when anything was lost.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEngine } from '../test/faults/evidence.ts';
import { killAtIdentity, type PointRow } from '../test/faults/identity-kills.ts';
import { killAtRandom, VICTIMS } from '../test/faults/random-kills.ts';
import { columns } from './journey/table.ts';
import { startSystem } from '../test/support/system.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    people: { type: 'string', default: '4' },
    kills: { type: 'string', default: '2' },
    away: { type: 'string' },
    identity: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '6' },
    within: { type: 'string', default: '90' },
  },
});
const [rounds, seed, people, kills] = [values.rounds, values.seed, values.people, values.kills].map(Number);

/** The test of the deadline, with Temporal away for longer than `npm test` has time for. */
async function deadlineHolds(seconds: string): Promise<boolean> {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'test/faults/outage'];
  const env = { ...process.env, FAULTS_AWAY_SECONDS: seconds };
  const [code] = await once(spawn(process.execPath, jest, { cwd: ROOT, env, stdio: 'inherit' }), 'exit');
  return code === 0;
}

async function roundsHold(): Promise<boolean> {
  const system = await startSystem();
  const engine = openEngine(system);
  let whole = true;
  try {
    for (let round = 0; round < (rounds ?? 0); round += 1) {
      const own = (seed ?? 0) + round;
      console.log(`round ${round + 1}, seed ${own}`);
      const options = { seed: own, people: people ?? 4, kills: kills ?? 1, print: console.log };
      const { counted, astray, broken } = await killAtRandom(system, engine, options);
      const hits = VICTIMS.map((part) => `${part} ${counted[part] ?? 0}`).join(', ');
      console.log(
        `  kills that hit something: ${hits}; went astray: ${astray.length}; broken: ${broken.length}`,
      );
      for (const line of [...astray, ...broken]) console.log(`  ${line}`);
      whole &&= astray.length === 0 && broken.length === 0;
    }
  } finally {
    await engine.close();
    await system.stop();
  }
  return whole;
}

/** Every point so often; true when each was hit in every round and nothing is broken. */
async function identityHolds(): Promise<boolean> {
  const system = await startSystem();
  const end = performance.now() + Number(values.within) * 60_000;
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    console.log('those who are under way come to their end, and what there is by then is told');
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const over = (): boolean => interrupted || performance.now() > end;
    const killing = { rounds: rounds ?? 0, atOnce: Number(values['at-once']), over, print: console.log };
    const { rows, broken } = await killAtIdentity(system, killing);
    console.log(pointsTable(rows));
    for (const line of new Set([...rows.flatMap((row) => row.broken), ...broken])) console.log(`  ${line}`);
    console.log(`broken beyond a single point: ${broken.length}`);
    return broken.length === 0 && rows.every((row) => row.broken.length === 0 && row.hits === rounds);
  } finally {
    await system.stop();
  }
}

function pointsTable(rows: readonly PointRow[]): string {
  const told = rows.map(({ point, hits, broken }) =>
    [point.part, point.step, point.point, String(hits), String(broken.length)].map(String),
  );
  return columns([['part', 'step', 'point', 'kills', 'broken'], ...told]);
}

async function everythingHolds(): Promise<boolean> {
  if (values.identity) return identityHolds();
  const held = values.away === undefined || (await deadlineHolds(values.away));
  return (await roundsHold()) && held;
}

process.exitCode = (await everythingHolds()) ? 0 : 1;
