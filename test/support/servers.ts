/** PostgreSQL and Temporal of a system under test, as parts that can be killed, and the database that it starts with. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../migrations/index.ts';
import { startPostgres } from '../../scripts/postgres-server.ts';
import type { ProcessIdentity } from '../../scripts/process-identity.ts';
import { seedDemo, type DemoAccount } from '../../scripts/seed.ts';
import { startTemporal } from '../../scripts/temporal-server.ts';
import { closeDatabase, openDatabase } from '../../store/database.ts';
import { TEST_SEALING } from './keys.ts';
import { TEST_PATIENCE } from './patience.ts';
import { asLaunched, createPart, type Part } from './part.ts';

const START_TRIES = 60;
const START_PAUSE_MS = 250;

/** Starts again what does not start: a server that was killed may keep its port or its memory for a moment. */
export async function persist<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries === START_TRIES) throw error;
      await delay(START_PAUSE_MS);
    }
  }
}

export interface Keeper {
  /** This one too is to be ended when we are killed and cannot do it. */
  watch(identity: ProcessIdentity): void;
  letGo(): void;
}

/** A process beside us that outlives a kill of ours, ends the servers, and removes the folder. */
export function startKeeper(folder: string): Keeper {
  const script = fileURLToPath(new URL('./keeper.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: process.platform !== 'win32',
  });
  child.unref();
  child.stdin.on('error', () => {});
  return {
    watch: ({ pid, startedAt }) => void child.stdin.write(`${pid} ${startedAt}\n`),
    letGo: () => child.stdin.end(),
  };
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly keeper: Keeper;
}

/** Syncs to the disk: what it has confirmed survives. */
export function postgresPart({ folder, port, keeper }: Place, password: string): Part {
  const directory = join(folder, 'pg');
  const options = { directory, port, password, durable: true, logFile: join(folder, 'postgres.log') };
  return createPart('postgres', async () => {
    const server = await persist(() => startPostgres(options));
    keeper.watch(server.identity);
    return asLaunched(server);
  });
}

/** Keeps its data in a file. */
export function temporalPart({ folder, port, keeper }: Place, namespace: string): Part {
  const options = {
    ...{ port, uiPort: null, namespace },
    dataFile: join(folder, 'temporal.db'),
    logFile: join(folder, 'temporal.log'),
  };
  return createPart('temporal', async () => {
    const server = await persist(() => startTemporal(options));
    keeper.watch(server.identity);
    return asLaunched(server);
  });
}

/** A migrated database with the demo election; gives its staff. */
export async function prepareDatabase(
  urlOf: (database: string) => string,
  name: string,
): Promise<DemoAccount[]> {
  const open = (database: string) =>
    openDatabase({ url: urlOf(database), role: null, poolSize: 1, sealing: TEST_SEALING, ...TEST_PATIENCE });
  const server = open('postgres');
  await server.knex.raw(`create database ${name}`);
  await closeDatabase(server);
  const own = open(name);
  await migrate(own.knex);
  const staff = await seedDemo(own.knex);
  await closeDatabase(own);
  return staff;
}
