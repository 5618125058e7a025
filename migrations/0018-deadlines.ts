/** Whose deadline is near is looked for every few minutes, among all files. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index candidates_deadlines on registrations (deadline)
    where status in ('awaiting-verification','awaiting-submission','awaiting-corrections')`);
}
