/** Who is to be reminded of the code that a submission waits for is looked for every few minutes, among all files. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index unconfirmed on registrations (waiting_since)
    where status = 'under-review' and confirmation = 'awaited'`);
}
