/** Everything that the system keeps, as bytes: each place by name, to be searched. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { EventEmitter } from 'node:events';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import pg from 'pg';
import { openEngine } from '../faults/evidence.ts';
import type { System } from '../support/system.ts';

export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

async function withClient<T>(system: System, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: system.running.databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What COPY sends; `pg` passes the messages on without having a word for them. */
async function copyOut(client: pg.Client, statement: string): Promise<Buffer> {
  const { connection } = client as unknown as { connection: EventEmitter };
  const chunks: Buffer[] = [];
  const keep = ({ chunk }: { chunk: Buffer }): void => void chunks.push(Buffer.from(chunk));
  connection.on('copyData', keep);
  await client.query(statement);
  connection.off('copyData', keep);
  return Buffer.concat(chunks);
}

/**
 * The rows of every table, in the words of COPY: a dump's data section. Not by `pg_dump` itself: it must be at least
 * as new as the server, and the embedded PostgreSQL 18 brings none.
 */
export function dump(system: System): Promise<Place[]> {
  return withClient(system, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const places: Place[] = [];
    for (const { name } of rows) {
      places.push({ name: `table ${name}`, bytes: await copyOut(client, `copy ${name} to stdout`) });
    }
    return places;
  });
}

/** The files of the database and its write-ahead log, dead rows and indexes included. */
export async function databaseFiles(system: System): Promise<Place[]> {
  const oid = await withClient(system, async (client) => {
    await client.query('checkpoint');
    const { rows } = await client.query<{ oid: string }>(
      'select oid::text from pg_database where datname = current_database()',
    );
    return rows[0]?.oid ?? '';
  });
  return ['base/' + oid, 'pg_wal'].flatMap((folder) => filesIn(join(system.folder, 'pg', folder)));
}

function filesIn(folder: string, isWanted: (name: string) => boolean = () => true): Place[] {
  return readdirSync(folder)
    .filter(isWanted)
    .flatMap((name) => readPlace(join(folder, name)));
}

/** Nothing for a folder, and for a journal that its owner has removed since it was listed. */
function readPlace(name: string): Place[] {
  try {
    return statSync(name).isFile() ? [{ name, bytes: readFileSync(name) }] : [];
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw error;
  }
}

/** The engine's database with its log of changes. */
export function engineFiles({ folder }: System): Place[] {
  return filesIn(folder, (name) => name.startsWith('temporal.db'));
}

/** What all processes have written to stdout and stderr, those of others included. */
export function logs({ folder }: System): Place[] {
  return filesIn(folder, (name) => name.endsWith('.log'));
}

type History = proto.temporal.api.history.v1.IHistory;

export interface RawRun {
  readonly workflowId: string;
  readonly history: History;
  /** As the engine lists it: with memo and search attributes. */
  readonly listed: unknown;
}

/** Every run of every workflow as the engine keeps it, read without our key. */
export async function rawRuns(system: System): Promise<RawRun[]> {
  const { client, close } = openEngine(system);
  const runs: RawRun[] = [];
  for await (const { workflowId, runId, raw } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.push({ workflowId, history, listed: raw });
  }
  await close();
  return runs;
}

/** A run as it lies on the wire, and as text with its attributes, memo and ids spelled out. */
export function placesOf({ workflowId, history, listed }: RawRun): Place[] {
  const wire = Buffer.from(proto.temporal.api.history.v1.History.encode(history).finish());
  return [
    { name: `history of ${workflowId}`, bytes: wire },
    { name: `history of ${workflowId} as text`, bytes: Buffer.from(readable(history)) },
    { name: `entry of ${workflowId}`, bytes: Buffer.from(readable(listed)) },
  ];
}

/** JSON with bytes as text. */
function readable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    const bytes = inner as { type?: unknown; data?: unknown } | null;
    if (inner instanceof Uint8Array) return Buffer.from(inner).toString('utf8');
    if (typeof inner === 'object' && bytes?.type === 'Buffer' && Array.isArray(bytes.data)) {
      return Buffer.from(bytes.data as number[]).toString('utf8');
    }
    return inner;
  });
}
