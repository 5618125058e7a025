/** The connection that every function of the store takes first, and the sealing of what it must not keep in clear. */
import knexModule, { type Knex } from 'knex';

/** Where a sealed value stands; bound into the seal, so that it cannot be moved to another row or column. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** The port to the keys, implemented by platform/sealed-field.ts. */
export interface Sealing {
  seal(place: SealedPlace, plain: string | Uint8Array): Buffer;
  /** Throws when the value was altered, moved, or sealed with an unknown key. */
  open(place: SealedPlace, sealed: Uint8Array): Buffer;
  /** A keyed hash for look-ups and comparisons; `purpose` separates the uses, so that equal values do not match. */
  fingerprint(purpose: string, value: string): Buffer;
}

export interface Database {
  readonly knex: Knex;
  readonly sealing: Sealing;
  /** Reached at named points beside a commit, so that tests can end the process there; absent in production. */
  readonly failpoint?: (name: string, subject?: string, kind?: string) => Promise<void>;
}

export type DatabaseRole = 'davtalab_app' | 'davtalab_panel';

interface DatabaseOptions {
  readonly url: string;
  /** Taken on by each connection; null keeps the login's own rights (migrations). */
  readonly role: DatabaseRole | null;
  readonly poolSize: number;
  readonly sealing: Sealing;
  /** How long somebody waits for a connection before he is told to come back, in milliseconds. */
  readonly acquireMs?: number;
  /** How long a statement may take, in milliseconds; without a role, as long as it likes. */
  readonly statementMs?: number;
  readonly failpoint?: (name: string, subject?: string, kind?: string) => Promise<void>;
}

/** No statement of ours is longer; what waits longer than this has met a sick database and is refused. */
const STATEMENT_TIMEOUT_MS = 2_500;
const ACQUIRE_TIMEOUT_MS = 2_000;

export function openDatabase({
  url,
  role,
  poolSize,
  sealing,
  acquireMs = ACQUIRE_TIMEOUT_MS,
  statementMs = STATEMENT_TIMEOUT_MS,
  failpoint,
}: DatabaseOptions): Database {
  const setUp = role === null ? '' : `set role ${role}; set statement_timeout = ${statementMs};`;
  const knex = knexModule({
    client: 'pg',
    connection: { connectionString: url, connectionTimeoutMillis: acquireMs },
    acquireConnectionTimeout: acquireMs,
    pool: {
      min: 0,
      max: poolSize,
      afterCreate: (
        connection: { query(sql: string, done: (error: Error | null) => void): void },
        done: (error: Error | null, connection: unknown) => void,
      ) => connection.query(setUp || 'select 1', (error) => done(error, connection)),
    },
  });
  return failpoint === undefined ? { knex, sealing } : { knex, sealing, failpoint };
}

export async function closeDatabase(db: Database): Promise<void> {
  await db.knex.destroy();
}

/** Runs in one transaction; the inner database has the same sealing. */
export function inTransaction<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return db.knex.transaction((knex) => work({ ...db, knex }));
}
