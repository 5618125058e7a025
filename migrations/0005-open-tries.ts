/** Before each try with a card it is counted which others are still open: a handful among very many. */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index open_tries on card_verifications (registration_id)
     where state in ('starting', 'started', 'returned', 'pending')`);
}
