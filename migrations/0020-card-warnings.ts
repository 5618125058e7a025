/** Which warning of the card's guardian a candidate was given: only what was read can be agreed to. */
import type { Knex } from 'knex';
import { describeColumns, hidden, plain } from './describe-columns.ts';

const CHANGES = `
create table card_warnings (
  registration_id uuid not null references registrations,
  card_hmac bytea not null,
  warning text not null,
  warned_at timestamptz not null,
  primary key (registration_id, card_hmac, warning)
);
grant select, insert, update on card_warnings to davtalab_app;
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CHANGES);
  await describeColumns(knex, {
    card_warnings: { ...plain('registration_id warning warned_at'), ...hidden('card_hmac') },
  });
}
