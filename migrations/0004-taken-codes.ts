/** When a sender has taken a code to send: from then on it cannot be undone, since its SMS may be on its way. */
import type { Knex } from 'knex';
import { describeColumns, plain } from './describe-columns.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table one_time_codes add column taken_at timestamptz');
  await describeColumns(knex, { one_time_codes: plain('taken_at') });
}
