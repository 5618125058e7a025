/** The real parts that a test run needs: one PostgreSQL with a migrated, seeded template, and one Temporal server. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflowBundle } from '../../activities/workflow-bundle.ts';
import { migrate } from '../../migrations/index.ts';
import { randomToken } from '../../platform/secret.ts';
import { anyPort } from '../../scripts/ports.ts';
import { startPostgres, type PostgresServer } from '../../scripts/postgres-server.ts';
import { endProcess, type ProcessIdentity } from '../../scripts/process-identity.ts';
import { seedDemo } from '../../scripts/seed.ts';
import { startTemporal } from '../../scripts/temporal-server.ts';
import { closeDatabase, openDatabase } from '../../store/database.ts';
import { TEST_SEALING } from './keys.ts';
import { TEST_PATIENCE } from './patience.ts';

export const TEMPLATE = 'template_davtalab';
const NAMESPACE = 'default';

/** What tests are told about the world, through the environment variable DAVTALAB_WORLD. */
export interface World {
  /** URL of a database with NAME in place of its name. */
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly staff: Awaited<ReturnType<typeof seedDemo>>;
}

async function buildTemplate(postgres: PostgresServer): Promise<World['staff']> {
  const options = { role: null, poolSize: 1, sealing: TEST_SEALING, ...TEST_PATIENCE };
  const server = openDatabase({ ...options, url: postgres.url('postgres') });
  await server.knex.raw(`create database ${TEMPLATE}`);
  await closeDatabase(server);
  const template = openDatabase({ ...options, url: postgres.url(TEMPLATE) });
  await migrate(template.knex);
  const staff = await seedDemo(template.knex);
  await closeDatabase(template);
  return staff;
}

/** Ends the servers also when this run is killed and cannot. */
function keep(identities: readonly ProcessIdentity[], folder: string): () => void {
  const pairs = identities.flatMap(({ pid, startedAt }) => [String(pid), startedAt]);
  const script = fileURLToPath(new URL('./keeper.mjs', import.meta.url));
  const keeper = spawn(process.execPath, [script, ...pairs, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: process.platform !== 'win32',
  });
  keeper.unref();
  return () => keeper.stdin.end();
}

/** Starts both servers at once and says where they are. */
export async function startWorld(): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'davtalab-test-'));
  chmodSync(folder, 0o755);
  const port = await anyPort();
  const temporalPort = await anyPort();
  const [{ postgres, staff }, temporal] = await Promise.all([
    startPostgres({
      directory: join(folder, 'pg'),
      port,
      password: randomToken(),
      durable: false,
      logFile: join(folder, 'pg.log'),
    }).then(async (started) => ({ postgres: started, staff: await buildTemplate(started) })),
    startTemporal({
      port: temporalPort,
      uiPort: null,
      namespace: NAMESPACE,
      dataFile: null,
      logFile: join(folder, 'temporal.log'),
    }),
    // Made once and kept: in the first test that needs it, it would take much of the time that this test has.
    workflowBundle(),
  ]);
  const world: World = {
    databaseUrl: postgres.url('NAME'),
    temporal: { address: temporal.address, namespace: NAMESPACE },
    staff,
  };
  process.env['DAVTALAB_WORLD'] = JSON.stringify(world);
  process.env['DAVTALAB_LOG_FINDINGS'] = join(folder, 'findings');
  const letGo = keep([postgres.identity, temporal.identity], folder);
  return {
    stop: async () => {
      // Nothing of it is kept, so there is nothing to write first.
      const ends = [postgres.identity, temporal.identity].map((it) => endProcess(it, 'SIGKILL', 0));
      await Promise.all(ends);
      rmSync(folder, { recursive: true, force: true });
      letGo();
    },
  };
}

/** The world of this run. Throws in a test that belongs to the project without one. */
export function world(): World {
  const text = process.env['DAVTALAB_WORLD'];
  if (text === undefined) throw new Error('This test needs the project "world" of jest.config.mjs.');
  return JSON.parse(text) as World;
}
