/** Whether the limits of sending have counted a code: its request may have died before, and its repeat sends it. */
import type { Knex } from 'knex';
import { describeColumns, plain } from './describe-columns.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table one_time_codes add column counted_at timestamptz');
  await knex.raw('update one_time_codes set counted_at = created_at');
  await describeColumns(knex, { one_time_codes: plain('counted_at') });
}
