/**
 * What the worker finishes for others: the word of a moved window that not every registration has got yet, codes and
 * keys whose time is over; and the result of the check of a revision's documents, for the reviewer to see.
 */
import type { Knex } from 'knex';
import { describeColumns, plain } from './describe-columns.ts';

const CHANGES = `
create table window_changes (
  number bigint generated always as identity primary key,
  election_id uuid not null references elections,
  closes_at timestamptz not null,
  staff_id uuid not null references staff,
  changed_at timestamptz not null,
  last_registration_id uuid,
  reached integer not null default 0,
  told_at timestamptz
);
create index untold on window_changes (number) where told_at is null;
create index on window_changes (election_id, number desc);
grant select, insert, update on window_changes to davtalab_app;

alter table revisions add column damaged text[] not null default '{}';

create index kept_sealed on one_time_codes (expires_at) where code_sealed is not null;
create index on idempotency_keys (created_at);
`;

const COLUMNS = {
  window_changes: plain(
    'number election_id closes_at staff_id changed_at last_registration_id reached told_at',
  ),
  revisions: plain('damaged'),
};

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CHANGES);
  await describeColumns(knex, COLUMNS);
}
