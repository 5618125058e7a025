/**
 * The first schema. Every column says in its comment whether it is sensitive (personal data or a secret;
 * 0001-columns.ts); sensitive values are sealed (AES-256-GCM) or hashed before they come here.
 *
 * Roles: `davtalab_app` writes but has no DDL and cannot rewrite what is append-only; `davtalab_panel` reads, and
 * only the rows of the governorate that its transaction names (row-level security).
 */
import type { Knex } from 'knex';
import { INITIAL_COLUMNS } from './0001-columns.ts';
import { describeColumns } from './describe-columns.ts';

const TABLES = `
create table elections (
  id uuid primary key,
  title text not null,
  term integer not null,
  kinds text[] not null,
  time_zone text not null,
  correction_hours integer not null check (correction_hours > 0),
  questionnaire jsonb not null,
  document_kinds jsonb not null,
  defect_reasons jsonb not null,
  created_at timestamptz not null default now()
);

create table election_windows (
  election_id uuid not null references elections,
  kind text not null check (kind in ('registration')),
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  daily_from text,
  daily_to text,
  primary key (election_id, kind)
);

create table divisions (
  code text primary key,
  level text not null check (level in ('province','county','district','rural-district','city','village')),
  parent_code text references divisions,
  name text not null
);

create table constituencies (
  id uuid primary key,
  election_id uuid not null references elections,
  kind text not null check (kind in ('city','village')),
  title text not null,
  title_key text not null,
  division_code text not null references divisions,
  governorate text not null references divisions,
  seats integer not null check (seats > 0),
  unique (election_id, division_code)
);

create table notices (
  id uuid primary key,
  step text not null check (step in ('sign-in','identity','documents','submission')),
  text text not null,
  since timestamptz not null default now(),
  ended_at timestamptz
);

create table candidates (
  id uuid primary key,
  mobile_sealed bytea not null,
  mobile_hmac bytea not null unique,
  created_at timestamptz not null default now()
);

create table one_time_codes (
  id uuid primary key,
  purpose text not null check (purpose in ('sign-in','submission','withdrawal')),
  device_id text not null,
  session_id uuid,
  registration_id uuid,
  mobile_sealed bytea not null,
  mobile_hmac bytea not null,
  code_hmac bytea not null,
  code_sealed bytea,
  attempts integer not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  resend_at timestamptz not null,
  sent_at timestamptz,
  consumed_at timestamptz,
  superseded_at timestamptz
);
create index on one_time_codes (mobile_hmac, created_at desc);

create table sessions (
  id uuid primary key,
  candidate_id uuid not null references candidates,
  code_id uuid not null unique references one_time_codes,
  token_hash bytea not null unique,
  device_id text not null,
  device_kind text not null check (device_kind in ('android','windows','web','api')),
  device_name text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  confirmed_at timestamptz not null,
  ended_at timestamptz,
  ended_by text check (ended_by in ('sign-out','replaced')),
  replaced_by uuid references sessions
);
create unique index one_live_session on sessions (candidate_id) where ended_at is null;

create table idempotency_keys (
  scope text not null,
  key text not null,
  body_hash bytea not null,
  effect text not null,
  effect_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);

create table registrations (
  id uuid primary key,
  candidate_id uuid not null references candidates,
  election_id uuid not null references elections,
  constituency_id uuid not null references constituencies,
  governorate text not null references divisions,
  national_id_sealed bytea not null,
  national_id_hmac bytea not null,
  birth_date_sealed bytea not null,
  person_sealed bytea,
  withdrawal_reason_sealed bytea,
  status text not null,
  sequence integer not null default 0,
  revision integer not null default 0,
  round integer not null default 0,
  line text not null default 'pending',
  line_reason text,
  person text not null default 'pending',
  person_reason text,
  card text not null default 'none',
  card_reason text,
  card_attempt_id uuid,
  closes_at timestamptz not null,
  correction_hours integer not null,
  returned_at timestamptz,
  deadline timestamptz,
  waiting_since timestamptz not null,
  preliminary_code text unique,
  frozen_revision integer not null default 0,
  next_command_number integer not null default 1,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index one_open_registration on registrations (candidate_id, election_id)
  where status not in ('approved','rejected','withdrawn','expired');
create unique index one_registration_per_person on registrations (election_id, national_id_hmac)
  where line = 'confirmed' and status not in ('withdrawn','expired');
create index on registrations (governorate, status, waiting_since);
create index on registrations (election_id, status);

create table commands (
  id uuid primary key,
  registration_id uuid not null references registrations,
  number integer not null,
  kind text not null,
  payload jsonb not null,
  actor_kind text not null check (actor_kind in ('candidate','staff','bank','system')),
  actor_id uuid,
  received_at timestamptz not null,
  in_time boolean not null,
  state text not null check (state in ('accepted','delivered','done','refused')),
  delivered_at timestamptz,
  decided_at timestamptz,
  code text,
  result jsonb,
  unique (registration_id, number)
);
create index undelivered on commands (received_at) where state = 'accepted';
create index undecided on commands (registration_id) where state in ('accepted','delivered');

create table registration_facts (
  registration_id uuid not null references registrations,
  sequence integer not null,
  type text not null,
  payload jsonb not null,
  cause text not null,
  round integer not null,
  recorded_at timestamptz not null,
  primary key (registration_id, sequence)
);
create index on registration_facts (registration_id, cause);

create table drafts (
  registration_id uuid primary key references registrations,
  version integer not null,
  answers_sealed bytea not null,
  updated_at timestamptz not null
);

create table documents (
  id uuid primary key,
  registration_id uuid not null references registrations,
  kind text not null,
  version integer not null,
  bytes integer not null,
  width integer not null,
  height integer not null,
  original_sha256 text not null,
  sha256 text not null,
  key_sealed bytea not null,
  content_sealed bytea not null,
  uploaded_at timestamptz not null,
  removed_at timestamptz,
  unique (registration_id, kind, version)
);

create table revisions (
  registration_id uuid not null references registrations,
  number integer not null,
  command_id uuid not null unique references commands,
  draft_version integer not null,
  answers_sealed bytea not null,
  documents jsonb not null,
  content_hash text not null,
  checked_at timestamptz,
  frozen_at timestamptz not null,
  primary key (registration_id, number)
);

create table card_verifications (
  id uuid primary key,
  reference uuid not null unique,
  registration_id uuid not null references registrations,
  command_id uuid not null references commands,
  card_sealed bytea not null,
  card_hmac bytea not null,
  bank text,
  return_url text,
  state text not null check (state in ('starting','started','returned','pending','confirmed','refused','abandoned')),
  redirect_url_sealed bytea,
  bank_reference_sealed bytea,
  reason text,
  start_called_at timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index on card_verifications (registration_id, created_at desc);
create index on card_verifications (card_hmac, updated_at) where reason = 'wrong-entry';

create table defects (
  id uuid primary key,
  registration_id uuid not null references registrations,
  command_id uuid not null references commands,
  revision integer not null,
  round integer not null,
  target text not null,
  reason text not null,
  note_sealed bytea,
  state text not null check (state in ('proposed','open','answered')),
  opened_at timestamptz,
  answered_at timestamptz
);
create index on defects (registration_id, state);

create table messages (
  id uuid primary key,
  registration_id uuid not null references registrations,
  cause text not null,
  kind text not null check (kind in ('info','submitted','defects','approved','rejected','withdrawn','expired')),
  text text not null,
  defect_command_id uuid,
  sent_at timestamptz not null,
  read_at timestamptz
);
create index on messages (registration_id, sent_at);

create table sms (
  id uuid primary key,
  registration_id uuid references registrations,
  cause text not null,
  template text not null,
  parameters jsonb not null,
  mobile_sealed bytea not null,
  state text not null check (state in ('pending','sent','delivered','failed','unknown')),
  provider text,
  provider_reference text,
  attempts integer not null default 0,
  created_at timestamptz not null,
  attempted_at timestamptz,
  sent_at timestamptz,
  settled_at timestamptz
);
create index on sms (registration_id);
create unique index on sms (provider, provider_reference);

create table staff (
  id uuid primary key,
  email text not null unique,
  name text not null,
  role text not null check (role in ('reviewer','headquarters')),
  governorate text references divisions,
  password_hash text not null,
  demo boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  check ((role = 'reviewer') = (governorate is not null))
);

create table staff_sessions (
  token_hash bytea primary key,
  staff_id uuid not null references staff,
  created_at timestamptz not null,
  last_seen_at timestamptz not null
);
create index on staff_sessions (staff_id);

create table staff_sign_in_failures (
  id uuid primary key,
  account_hmac bytea not null,
  address_hmac bytea not null,
  at timestamptz not null
);
create index on staff_sign_in_failures (account_hmac, at);
create index on staff_sign_in_failures (address_hmac, at);

create table audit (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  actor_kind text not null check (actor_kind in ('candidate','staff','bank','system')),
  actor_id uuid,
  action text not null,
  subject_kind text not null,
  subject_id text,
  governorate text,
  detail jsonb not null default '{}'
);
create index on audit (at);
create index on audit (subject_id);
`;

/** What can be added and read, never changed or removed: the record of what happened. */
const APPEND_ONLY = ['registration_facts', 'audit'];

/** What the panel's reads may touch; each is cut down to the scope of the signed-in member of staff. */
const SCOPED_BY_GOVERNORATE = ['registrations', 'constituencies', 'staff', 'audit'];
const SCOPED_BY_REGISTRATION = [
  'registration_facts',
  'documents',
  'revisions',
  'defects',
  'messages',
  'sms',
  'commands',
  'card_verifications',
];
/** Where the panel may not read the whole row: nobody needs a colleague's password hash. */
const PANEL_COLUMNS: Readonly<Record<string, string>> = {
  staff: ' (id, email, name, role, governorate, disabled_at, created_at)',
};
const READ_BY_ALL_STAFF = ['elections', 'election_windows', 'divisions', 'notices'];

async function createRoles(knex: Knex): Promise<void> {
  for (const role of ['davtalab_app', 'davtalab_panel']) {
    await knex.raw(`
      do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
      exception when duplicate_object or unique_violation then null; end $$`);
    await knex.raw(`grant ${role} to current_user`);
    await knex.raw(`grant usage on schema public to ${role}`);
  }
}

async function grantApp(knex: Knex): Promise<void> {
  await knex.raw('grant select, insert, update, delete on all tables in schema public to davtalab_app');
  await knex.raw(`revoke update, delete on ${APPEND_ONLY.join(', ')} from davtalab_app`);
}

/** `app.staff_role` and `app.governorate` are set per transaction; unset or empty means: sees nothing. */
async function scopePanel(knex: Knex): Promise<void> {
  const headquarters = `nullif(current_setting('app.staff_role', true), '') = 'headquarters'`;
  const own = (column: string) => `${column} = nullif(current_setting('app.governorate', true), '')`;
  for (const table of [...SCOPED_BY_GOVERNORATE, ...SCOPED_BY_REGISTRATION]) {
    const reach = SCOPED_BY_GOVERNORATE.includes(table)
      ? own('governorate')
      : `exists (select from registrations r where r.id = registration_id and ${own('r.governorate')})`;
    await knex.raw(`alter table ${table} enable row level security`);
    await knex.raw(`create policy app_all on ${table} to davtalab_app using (true) with check (true)`);
    await knex.raw(
      `create policy panel_scope on ${table} for select to davtalab_panel using (${headquarters} or ${reach})`,
    );
    await knex.raw(`grant select${PANEL_COLUMNS[table] ?? ''} on ${table} to davtalab_panel`);
  }
  for (const table of READ_BY_ALL_STAFF) await knex.raw(`grant select on ${table} to davtalab_panel`);
}

export async function up(knex: Knex): Promise<void> {
  await knex.raw(TABLES);
  await createRoles(knex);
  await describeColumns(knex, INITIAL_COLUMNS);
  await grantApp(knex);
  await scopePanel(knex);
}
