/** PostgreSQL and Temporal: from the environment where it names them, else our own. */
import { removeStalePidFile, startPostgres, urlOfPostgres } from '../postgres-server.ts';
import { prepareNamespace, startTemporal } from '../temporal-server.ts';
import { complain, say } from './console.ts';
import { logFile, PATHS } from './data-directory.ts';
import { note } from './leftovers.ts';
import type { Secrets } from './secrets.ts';
import { keepRunning, type Service } from './service.ts';

const DATABASE = 'davtalab';
const REACHABLE_WITHIN_MS = 5_000;

interface PostgresWish {
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  readonly secrets: Secrets;
  readonly changed: () => void;
}

/** The URL of the database as the owner of its schema: from the environment, or where ours will be. */
export function databaseUrlOf({ env, port, secrets }: Omit<PostgresWish, 'changed'>): string {
  return env['DATABASE_URL'] || urlOfPostgres({ port, password: secrets.POSTGRES_PASSWORD }, DATABASE);
}

/** Starts our PostgreSQL; null when the environment names another. */
export async function providePostgres(wish: PostgresWish): Promise<Service | null> {
  if (wish.env['DATABASE_URL']) return null;
  return keepRunning(
    'postgres',
    () => {
      removeStalePidFile(PATHS.postgres);
      return startPostgres({
        directory: PATHS.postgres,
        port: wish.port,
        password: wish.secrets.POSTGRES_PASSWORD,
        durable: true,
        logFile: logFile('postgres'),
        noted: (identity) => note('postgres', identity),
      });
    },
    wish.changed,
  );
}

interface TemporalWish {
  readonly env: NodeJS.ProcessEnv;
  readonly namespace: string;
  readonly port: number;
  readonly uiPort: number;
  readonly codecEndpoint: string;
  readonly changed: () => void;
}

/** Where the engine answers: from the environment, or where ours will. */
export function temporalAddressOf({ env, port }: Pick<TemporalWish, 'env' | 'port'>): string {
  return env['TEMPORAL_ADDRESS'] || `127.0.0.1:${port}`;
}

/** Starts our Temporal; null when the environment names another. Its namespace knows our search attributes either way. */
export async function provideTemporal(wish: TemporalWish): Promise<Service | null> {
  const given = wish.env['TEMPORAL_ADDRESS'];
  if (given) {
    await prepareNamespace(given, wish.namespace, REACHABLE_WITHIN_MS).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `Temporal at ${given} (namespace ${wish.namespace}) cannot be used: ${reason}. ` +
          'Check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or unset them to use a server of our own.',
      );
    });
    return null;
  }
  return keepRunning(
    'temporal',
    () =>
      startTemporal({
        port: wish.port,
        uiPort: wish.uiPort,
        namespace: wish.namespace,
        dataFile: PATHS.temporal,
        logFile: logFile('temporal'),
        codecEndpoint: wish.codecEndpoint,
        say,
        noted: (identity) => note('temporal', identity),
      }),
    wish.changed,
  );
}

/** Ends services in the reverse of the order in which they were started; one that resists does not keep the others. */
export async function stopAll(services: readonly Service[]): Promise<void> {
  for (const service of [...services].reverse()) {
    await service
      .stop()
      .catch((error: unknown) => complain(`${service.name} did not stop: ${String(error)}`));
  }
}
