/** The database of a development system: made, migrated, and filled with the demo. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../migrations/index.ts';
import { closeDatabase, openDatabase, type Sealing } from '../../store/database.ts';
import { seedDemo, type DemoAccount } from '../seed.ts';
import { PATHS, readJson, writeJson } from './data-directory.ts';

const CONNECT_WITHIN_MS = 5_000;
const UNKNOWN_DATABASE = '3D000';

interface SqlError {
  readonly code?: string;
  readonly message: string;
}

async function query(url: string, sql: string): Promise<SqlError | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  try {
    await client.connect();
    await client.query(sql);
    return undefined;
  } catch (error) {
    const { code, message } = error as SqlError;
    return code === undefined ? { message } : { code, message };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Where a URL leads, without the password in it. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Creates the database of a URL when its server has none of that name. Throws a message that says what to do. */
export async function createMissingDatabase(url: string): Promise<void> {
  const until = Date.now() + CONNECT_WITHIN_MS;
  for (;;) {
    const problem = await query(url, 'select 1');
    if (problem === undefined) return;
    if (problem.code === UNKNOWN_DATABASE) {
      const server = new URL(url);
      const name = decodeURIComponent(server.pathname.slice(1));
      server.pathname = '/postgres';
      const refused = await query(server.href, `create database ${pg.escapeIdentifier(name)}`);
      if (refused === undefined) return;
      throw new Error(`The database ${name} is missing and could not be created: ${refused.message}`);
    }
    if (Date.now() > until) {
      throw new Error(
        `PostgreSQL at ${placeOf(url)} cannot be used: ${problem.message || problem.code}. ` +
          'Check DATABASE_URL, or unset it to use a PostgreSQL of our own.',
      );
    }
    await delay(200);
  }
}

interface Prepared {
  readonly migrations: readonly string[];
  readonly staff: readonly DemoAccount[];
}

/** Migrates and seeds; the passwords of the demo staff are drawn at the first start and kept in `.data`. */
export async function prepareDatabase(url: string, sealing: Sealing): Promise<Prepared> {
  await createMissingDatabase(url);
  const owner = openDatabase({ url, role: null, poolSize: 4, sealing });
  try {
    const migrations = await migrate(owner.knex);
    const known = readJson<DemoAccount[]>(PATHS.staff) ?? [];
    const staff = await seedDemo(owner.knex, known);
    writeJson(PATHS.staff, staff);
    return { migrations, staff };
  } finally {
    await closeDatabase(owner);
  }
}
