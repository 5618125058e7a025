/** Every sealed value of the database, and whether it opens in its own place and in no other. */
import pg from 'pg';
import type { System } from '../support/system.ts';
import { TEST_SEALING } from '../support/keys.ts';

const SEALED = `
select t.relname as table, a.attname as column,
       (select array_agg(k.attname order by array_position(i.indkey, k.attnum)) from pg_index i
        join pg_attribute k on k.attrelid = t.oid and k.attnum = any(i.indkey)
        where i.indrelid = t.oid and i.indisprimary)::text[] as key
from pg_attribute a join pg_class t on t.oid = a.attrelid
where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and a.attname like '%\\_sealed' and not a.attisdropped`;

/** Sealed with a key of its own, which stands sealed beside it (store/document-content.ts). */
const CONTENT = 'content_sealed';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly key: readonly string[];
}

interface Value {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly sealed: Buffer;
}

async function valuesOf(client: pg.Client, { table, column, key }: Column): Promise<Value[]> {
  const { rows } = await client.query<{ row: string; sealed: Buffer }>(
    `select concat_ws(':', ${key.join(', ')}) as row, ${column} as sealed from ${table} where ${column} is not null`,
  );
  return rows.map(({ row, sealed }) => ({ table, column, row, sealed }));
}

function opens(place: Omit<Value, 'sealed'>, sealed: Buffer): boolean {
  try {
    TEST_SEALING.open(place, sealed);
    return true;
  } catch {
    return false;
  }
}

export interface Seals {
  /** How many values each column has, by `table.column`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Those that do not open where they stand, or open elsewhere. */
  readonly wrong: readonly string[];
}

export async function examineSeals(system: System): Promise<Seals> {
  const client = new pg.Client({ connectionString: system.running.databaseUrl });
  await client.connect();
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  const { rows: columns } = await client.query<Column>(SEALED);
  for (const place of columns.filter(({ column }) => column !== CONTENT)) {
    const values = await valuesOf(client, place);
    const name = `${place.table}.${place.column}`;
    counts[name] = values.length;
    for (const { sealed, ...own } of values) {
      const others = [
        { ...own, table: own.table === 'sms' ? 'candidates' : 'sms' },
        { ...own, column: `${own.column}_too` },
        { ...own, row: values.find(({ row }) => row !== own.row)?.row ?? crypto.randomUUID() },
      ];
      if (!opens(own, sealed)) wrong.push(`${name} does not open in its place`);
      if (others.some((other) => opens(other, sealed))) wrong.push(`${name} opens in another place`);
    }
  }
  await client.end();
  return { counts, wrong };
}
