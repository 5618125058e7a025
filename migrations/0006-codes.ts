/**
 * One-time codes: how often a number was tried in vain, when our side could not send a code, and the submissions that
 * were accepted without one for that reason.
 */
import type { Knex } from 'knex';

const CHANGES = `
alter table one_time_codes add column lane text not null default 'strangers' check (lane in ('own','strangers'));
alter table one_time_codes add constraint lives_at_most_ten_minutes
  check (expires_at <= created_at + interval '600 seconds');
create index on one_time_codes (created_at);
create index on sessions (candidate_id, created_at desc);

create table code_failures (
  mobile_hmac bytea not null,
  lane text not null check (lane in ('own','strangers')),
  failures integer not null default 0,
  last_failed_at timestamptz,
  primary key (mobile_hmac, lane)
) with (fillfactor = 70);
grant select, insert, update on code_failures to davtalab_app;

create table code_outages (
  session_id uuid not null references sessions,
  registration_id uuid not null references registrations,
  at timestamptz not null,
  primary key (session_id, registration_id)
);
create index on code_outages (at);
grant select, insert, update, delete on code_outages to davtalab_app;

alter table registrations add column confirmation text check (confirmation in ('given','awaited'));
alter table revisions add column confirmation text not null default 'given' check (confirmation in ('given','awaited'));
alter table revisions add column code_asked_at timestamptz;
alter table revisions add column confirmed_at timestamptz;
`;

const SENSITIVE = ['code_failures.mobile_hmac'];
const NOT_SENSITIVE = [
  'one_time_codes.lane',
  ...['lane', 'failures', 'last_failed_at'].map((column) => `code_failures.${column}`),
  ...['session_id', 'registration_id', 'at'].map((column) => `code_outages.${column}`),
  'registrations.confirmation',
  ...['confirmation', 'code_asked_at', 'confirmed_at'].map((column) => `revisions.${column}`),
];

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CHANGES);
  for (const column of SENSITIVE) await knex.raw(`comment on column ${column} is 'sensitive=true'`);
  for (const column of NOT_SENSITIVE) await knex.raw(`comment on column ${column} is 'sensitive=false'`);
}
