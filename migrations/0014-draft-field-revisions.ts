/**
 * In which version of a draft each of its fields last changed, so that what a device changed offline can be merged.
 *
 * Sealed, though it holds no answer: a field is there only when another answer shows it, so that its name alone says
 * who has been convicted, or is married. Null for drafts that were written before; then every field counts as changed
 * in the draft's own version.
 */
import type { Knex } from 'knex';
import { describeColumns, hidden } from './describe-columns.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table drafts add column field_versions_sealed bytea');
  await describeColumns(knex, { drafts: hidden('field_versions_sealed') });
}
