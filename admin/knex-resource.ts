/**
 * AdminJS over our own reads: the adapter knows how to read and nothing else. Scope, columns, limits and comparisons
 * are decided in store/worklist.ts; a read without a member of staff is refused, and writing does not exist.
 */
import {
  BaseDatabase,
  BaseProperty,
  BaseRecord,
  BaseResource,
  ForbiddenError,
  type ActionContext,
  type Filter,
  type ParamsType,
  type PropertyType,
} from 'adminjs';
import type { Database } from '../store/database.ts';
import type { ColumnType, PanelView, ViewColumn } from '../store/panel-views.ts';
import { countRows, findRows, listRows, type Reader, type Row } from '../store/worklist.ts';
import { staffOfContext } from './context.ts';

/** One view for AdminJS to show, over the connection of the panel's role. */
export class PanelTable {
  readonly panel: Database;
  readonly view: PanelView;

  constructor(panel: Database, view: PanelView) {
    this.panel = panel;
    this.view = view;
  }
}

/** The adapter needs one; we add resources one by one. */
export class PanelDatabase extends BaseDatabase {
  static override isAdapterFor(): boolean {
    return false;
  }
}

const PROPERTY_TYPES: Readonly<Record<ColumnType, PropertyType>> = {
  id: 'string',
  text: 'string',
  code: 'string',
  person: 'string',
  note: 'string',
  number: 'number',
  datetime: 'datetime',
};

class PanelProperty extends BaseProperty {
  private readonly column: ViewColumn;

  constructor(column: ViewColumn, position: number) {
    const type = column.reference ? 'reference' : PROPERTY_TYPES[column.type];
    super({
      path: column.name,
      type,
      isId: column.name === 'id',
      position,
      isSortable: column.sortable === true,
    });
    this.column = column;
  }

  override reference(): string | null {
    return this.column.reference ?? null;
  }

  override isEditable(): boolean {
    return false;
  }
}

interface FindOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly sort?: { readonly sortBy?: string; readonly direction?: 'asc' | 'desc' };
}

export class PanelResource extends BaseResource {
  private readonly table: PanelTable;
  private readonly list: PanelProperty[];

  static override isAdapterFor(raw: unknown): boolean {
    return raw instanceof PanelTable;
  }

  constructor(table: PanelTable) {
    super(table);
    this.table = table;
    this.list = table.view.columns.map((column, index) => new PanelProperty(column, index));
  }

  override databaseName(): string {
    return 'davtalab';
  }

  override databaseType(): string {
    return 'davtalab';
  }

  override id(): string {
    return this.table.view.id;
  }

  override properties(): BaseProperty[] {
    return this.list;
  }

  override property(path: string): BaseProperty | null {
    return this.list.find((property) => property.path() === path) ?? null;
  }

  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return countRows(this.reader(context), this.table.view, valuesOf(filter));
  }

  override async find(filter: Filter, options: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const rows = await listRows(this.reader(context), this.table.view, {
      filters: valuesOf(filter),
      sort: { by: options.sort?.sortBy, direction: options.sort?.direction },
      // Values of a query string arrive as they were sent, whatever AdminJS declares.
      limit: Number(options.limit),
      offset: Number(options.offset),
    });
    return rows.map((row) => this.recordOf(row));
  }

  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord | null> {
    const [record] = await this.findMany([id], context);
    return record ?? null;
  }

  override async findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    const rows = await findRows(this.reader(context), this.table.view, ids);
    return rows.map((row) => this.recordOf(row));
  }

  override create(): Promise<ParamsType> {
    return Promise.reject(new ForbiddenError('forbidden'));
  }

  override update(): Promise<ParamsType> {
    return Promise.reject(new ForbiddenError('forbidden'));
  }

  override delete(): Promise<void> {
    return Promise.reject(new ForbiddenError('forbidden'));
  }

  private reader(context: ActionContext | undefined): Reader {
    return { panel: this.table.panel, staff: staffOfContext(context) };
  }

  private recordOf(row: Row): BaseRecord {
    return new BaseRecord({ ...row }, this);
  }
}

function valuesOf(filter: Filter): Record<string, unknown> {
  return Object.fromEntries(Object.values(filter.filters).map(({ path, value }) => [path, value]));
}
