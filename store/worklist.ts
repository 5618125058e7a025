/**
 * The panel's reads. The scope stands here twice: in the `where` of each query, and in the row-level security that
 * the panel's role is under, whose two settings live no longer than the transaction (ADM-5).
 */
import type { Knex } from 'knex';
import type { Database } from './database.ts';
import type { PanelView, ViewColumn } from './panel-views.ts';
import type { Staff } from './staff.ts';

export const ROWS_MAX = 100;
const ROWS_DEFAULT = 20;
/** Nobody turns five hundred pages; a deep offset is work for nothing. */
const OFFSET_MAX = 50_000;
/** A count beyond this is shown as this. */
const COUNT_MAX = 10_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

export interface ListQuery {
  readonly filters?: Readonly<Record<string, unknown>>;
  readonly sort?: { readonly by?: unknown; readonly direction?: unknown };
  readonly limit?: number;
  readonly offset?: number;
}

/** Who reads, over the connection of the panel's role. */
export interface Reader {
  readonly panel: Database;
  readonly staff: Staff;
}

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** Runs reads as this member of staff: one read-only transaction of the panel's role, cut down to the scope. */
export function readAs<T>(panel: Database, staff: Staff, read: (db: Database) => Promise<T>): Promise<T> {
  return panel.knex.transaction(
    async (knex) => {
      await knex.raw(`select set_config('app.staff_role', ?, true), set_config('app.governorate', ?, true)`, [
        staff.role,
        staff.governorate ?? '',
      ]);
      return read({ ...panel, knex });
    },
    { readOnly: true },
  );
}

export function listRows({ panel, staff }: Reader, view: PanelView, query: ListQuery): Promise<Row[]> {
  return readAs(panel, staff, async (db) => {
    const rows = scoped(db, staff, view)
      .select(view.columns.map(({ column }) => column))
      .limit(within(query.limit ?? ROWS_DEFAULT, 1, ROWS_MAX))
      .offset(within(query.offset ?? 0, 0, OFFSET_MAX));
    applyFilters(rows, view, query.filters ?? {});
    const { column, direction } = sortOf(view, query.sort);
    rows.orderByRaw(`?? ${direction} nulls last`, [column]).orderBy('id', direction);
    return toRows(db, view, await rows);
  });
}

/** How many rows the filters leave, at most `COUNT_MAX`. */
export function countRows(
  { panel, staff }: Reader,
  view: PanelView,
  filters: Readonly<Record<string, unknown>>,
): Promise<number> {
  return readAs(panel, staff, async (db) => {
    const some = scoped(db, staff, view).select(db.knex.raw('1')).limit(COUNT_MAX);
    applyFilters(some, view, filters);
    const [row] = (await db.knex.from(some.as('some')).count('* as count')) as { count: string }[];
    return Number(row?.count ?? 0);
  });
}

/** The rows of these ids that are in the scope; an id that is none of ours is no row. */
export function findRows({ panel, staff }: Reader, view: PanelView, ids: readonly unknown[]): Promise<Row[]> {
  const known = ids.filter(isUuid).slice(0, ROWS_MAX);
  if (known.length === 0) return Promise.resolve([]);
  return readAs(panel, staff, async (db) => {
    const rows = await scoped(db, staff, view)
      .select(view.columns.map(({ column }) => column))
      .whereIn('id', known);
    return toRows(db, view, rows);
  });
}

function scoped({ knex }: Database, staff: Staff, view: PanelView): Knex.QueryBuilder {
  const rows = knex.from(view.from);
  return view.scoped ? inScope(rows, staff) : rows;
}

/** Cuts rows that have a `governorate` down to those of this member of staff. */
export function inScope<Rows extends Knex.QueryBuilder>(rows: Rows, staff: Staff): Rows {
  if (staff.role === 'headquarters') return rows;
  void (staff.governorate === null ? rows.whereRaw('false') : rows.where('governorate', staff.governorate));
  return rows;
}

function applyFilters(
  rows: Knex.QueryBuilder,
  view: PanelView,
  filters: Readonly<Record<string, unknown>>,
): void {
  for (const column of view.columns) {
    const value = Object.hasOwn(filters, column.name) ? filters[column.name] : undefined;
    if (value !== undefined && value !== '' && column.filter) applyFilter(rows, column, value);
  }
}

/** What cannot be a value of the column matches nothing; it is not passed on to be an error of the database. */
function applyFilter(rows: Knex.QueryBuilder, { column, type, filter }: ViewColumn, value: unknown): void {
  if (filter === 'range') return applyRange(rows, column, value);
  if (typeof value !== 'string') return void rows.whereRaw('false');
  if (filter === 'prefix') {
    return void rows.whereRaw(`?? ilike ? escape '\\'`, [column, `${escapeLike(value)}%`]);
  }
  if (type === 'id' && !isUuid(value)) return void rows.whereRaw('false');
  if (type === 'number' && !/^\d{1,9}$/.test(value)) return void rows.whereRaw('false');
  rows.where(column, value);
}

function applyRange(rows: Knex.QueryBuilder, column: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return void rows.whereRaw('false');
  const { from, to } = value as { from?: unknown; to?: unknown };
  for (const [end, operator] of [
    [from, '>='],
    [to, '<='],
  ] as const) {
    if (end === undefined || end === '') continue;
    const at = typeof end === 'string' ? Date.parse(end) : Number.NaN;
    if (Number.isNaN(at)) rows.whereRaw('false');
    else rows.where(column, operator, new Date(at));
  }
}

function sortOf(view: PanelView, sort: ListQuery['sort']): { column: string; direction: 'asc' | 'desc' } {
  const wanted = view.columns.find(({ name, sortable }) => sortable && name === sort?.by);
  if (wanted) return { column: wanted.column, direction: sort?.direction === 'desc' ? 'desc' : 'asc' };
  const standard = view.columns.find(({ name }) => name === view.defaultSort.by);
  return { column: standard?.column ?? 'id', direction: view.defaultSort.direction };
}

function toRows(db: Database, view: PanelView, rows: readonly Record<string, unknown>[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(view.columns.map((column) => [column.name, toCell(db, column, row)])),
  );
}

function toCell(
  db: Database,
  { type, column, table = 'registrations', row: sealedWith = 'id' }: ViewColumn,
  { [sealedWith]: id, [column]: value }: Readonly<Record<string, unknown>>,
): Cell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (type === 'person' || type === 'note') {
    const opened = db.sealing.open({ table, column, row: String(id) }, value as Uint8Array);
    return type === 'person' ? fullName(opened) : opened.toString('utf8');
  }
  return type === 'number' ? Number(value) : String(value as string | number | boolean);
}

function fullName(person: Buffer): string {
  const { firstName, lastName } = JSON.parse(person.toString('utf8')) as Record<string, string>;
  return `${firstName ?? ''} ${lastName ?? ''}`.trim();
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** What is not a number at all (`perPage=abc`) becomes the least: a limit is never dropped. */
function within(value: number, least: number, most: number): number {
  return Number.isInteger(value) ? Math.min(Math.max(value, least), most) : least;
}
