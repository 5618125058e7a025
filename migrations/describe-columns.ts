/**
 * Every migration says of every column that it makes whether it is sensitive; test/house/column-comments.test.ts
 * fails for one that it forgot. Nothing is classified by default. What is sensitive and in clear is listed there too.
 */
import type { Knex } from 'knex';

/**
 * `false`: says nothing about a person. `true`: personal data or a secret, kept as `…_sealed`, `…_hmac` or `…_hash`
 * in bytea. A text: the same, but in clear, and this is why.
 */
type ColumnClass = boolean | string;

/** Classes by table or view and column. */
export type ColumnClasses = Readonly<Record<string, Readonly<Record<string, ColumnClass>>>>;

const classed =
  (sensitive: boolean) =>
  (columns: string): Record<string, boolean> =>
    Object.fromEntries(columns.split(' ').map((column) => [column, sensitive]));

/** Names apart by a space, none of which says anything about a person. */
export const plain = classed(false);

/** Names apart by a space, each of a column with a sealed or hashed value. */
export const hidden = classed(true);

function commentOf(column: ColumnClass): string {
  return typeof column === 'string' ? `sensitive=true in clear: ${column}` : `sensitive=${column}`;
}

/** Writes the classes as comments of the columns. Throws when a named column does not exist. */
export async function describeColumns(knex: Knex, classes: ColumnClasses): Promise<void> {
  for (const [table, columns] of Object.entries(classes)) {
    for (const [column, sensitive] of Object.entries(columns)) {
      const comment = commentOf(sensitive).replaceAll("'", "''");
      await knex.raw(`comment on column ${table}.${column} is '${comment}'`);
    }
  }
}
