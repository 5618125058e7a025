/**
 * SMS through two providers: every try at one of them, the ids under which they report, and their standing, which
 * all workers share. An SMS keeps the version of its text, and whoever sends it holds it for a while.
 */
import type { Knex } from 'knex';
import { describeColumns, plain } from './describe-columns.ts';

const PROVIDER = `text not null check (provider in ('sms-a', 'sms-b'))`;

const TABLES = `
alter table sms drop constraint sms_state_check;
alter table sms add constraint sms_state_check
  check (state in ('pending', 'queued', 'sent', 'delivered', 'failed', 'unknown'));
alter table sms add column text_version integer not null default 1;
alter table sms alter column text_version drop default;
alter table sms add column queued_at timestamptz;
alter table sms add column held_until timestamptz;
alter table sms add column look_at timestamptz;

create table sms_tries (
  id bigint generated always as identity primary key,
  sms_id uuid not null references sms,
  provider ${PROVIDER},
  outcome text not null default 'open' check (outcome in
    ('open', 'taken', 'refused', 'unavailable', 'misconfigured', 'malformed', 'ambiguous', 'not-arrived')),
  began_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create index on sms_tries (sms_id);
create index sms_errors on sms_tries (provider, ended_at)
  where outcome in ('unavailable', 'misconfigured', 'malformed', 'ambiguous', 'not-arrived');

create table sms_references (
  provider ${PROVIDER},
  reference text not null,
  sms_id uuid references sms,
  try_id bigint references sms_tries,
  state text not null check (state in ('sent', 'delivered', 'failed')),
  reported_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  primary key (provider, reference)
);
create index on sms_references (sms_id);
create index early_reports on sms_references (created_at) where sms_id is null;

insert into sms_tries (sms_id, provider, outcome, began_at, ended_at)
  select id, provider, 'taken', coalesce(attempted_at, sent_at, created_at), sent_at
  from sms where provider_reference is not null;
insert into sms_references (provider, reference, sms_id, try_id, state, reported_at)
  select s.provider, s.provider_reference, s.id, t.id,
         case when s.state in ('delivered', 'failed') then s.state else 'sent' end, s.settled_at
  from sms s join sms_tries t on t.sms_id = s.id where s.provider_reference is not null;
alter table sms drop column provider_reference;
update sms set look_at = sent_at where state = 'sent' and settled_at is null;

create index unsent on sms (created_at) where state in ('pending', 'queued', 'unknown') and settled_at is null;
create index unreported on sms (look_at) where state = 'sent' and settled_at is null;
create index sent_lately on sms (provider, sent_at);

create table sms_standing (
  single boolean primary key default true check (single),
  first_points integer not null check (first_points between 0 and 100),
  moved_at timestamptz
);

grant select, insert, update, delete on sms_tries, sms_references, sms_standing to davtalab_app;
`;

const COLUMNS = {
  sms: plain('text_version queued_at held_until look_at'),
  sms_tries: plain('id sms_id provider outcome began_at ended_at'),
  sms_references: plain('provider reference sms_id try_id state reported_at created_at'),
  sms_standing: plain('single first_points moved_at'),
};

export async function up(knex: Knex): Promise<void> {
  await knex.raw(TABLES);
  await describeColumns(knex, COLUMNS);
}
