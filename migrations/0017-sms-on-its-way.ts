/**
 * When a provider said last that an SMS is still on its way: only what it was asked about, and has not delivered, says
 * that it is slow.
 */
import type { Knex } from 'knex';
import { describeColumns, plain } from './describe-columns.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table sms add column on_its_way_at timestamptz');
  await describeColumns(knex, { sms: plain('on_its_way_at') });
}
