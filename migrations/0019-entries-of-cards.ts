/** When a wrong password was typed, and not when we heard of it; and that too many were, by the bank's own word. */
import type { Knex } from 'knex';
import { describeColumns, plain } from './describe-columns.ts';

const CHANGES = `
alter table card_verifications add column returned_at timestamptz;
alter table card_verifications add column entered_at timestamptz;
update card_verifications set entered_at = updated_at where reason is not null;
drop index wrong_entries;
create index wrong_entries on card_verifications (registration_id, entered_at)
  where reason in ('wrong-entry', 'password-limit');
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CHANGES);
  await describeColumns(knex, { card_verifications: plain('returned_at entered_at') });
}
