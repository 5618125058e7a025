/**
 * What staff decide outside a file: providers that are turned off, notices before a step, and identities that are
 * proven in person, by two members of staff.
 */
import type { Knex } from 'knex';
import { describeColumns, hidden, plain } from './describe-columns.ts';

const TABLES = `
create table provider_switches (
  id uuid primary key,
  provider text not null check (provider in ('sms-a', 'sms-b', 'bank', 'line-owner', 'civil-registry')),
  text text,
  off_since timestamptz not null,
  off_by uuid not null references staff,
  on_again_at timestamptz,
  on_again_by uuid references staff,
  check ((on_again_at is null) = (on_again_by is null))
);
create unique index one_switch_off on provider_switches (provider) where on_again_at is null;

alter table notices add column written_by uuid references staff;
alter table notices add column ended_by uuid references staff;

alter table registrations add column identity_way text check (identity_way in ('card', 'in-person'));
update registrations set identity_way = 'card' where card = 'confirmed';

create table identity_proposals (
  id uuid primary key,
  registration_id uuid not null references registrations,
  document text not null check (document in
    ('smart-national-card', 'birth-certificate', 'passport', 'national-card-receipt')),
  reason text not null check (reason in
    ('no-supported-bank', 'card-blocked', 'bank-unavailable', 'no-online-payment', 'no-card')),
  note_sealed bytea,
  state text not null check (state in ('proposed', 'confirmed', 'declined', 'taken-back', 'expired')),
  proposed_by uuid not null references staff,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  settled_by uuid references staff,
  settled_at timestamptz,
  decline_reason text check (decline_reason in
    ('document-not-accepted', 'identity-unclear', 'card-possible', 'wrong-file')),
  command_id uuid unique references commands,
  check ((state = 'proposed') = (settled_at is null)),
  check ((state = 'confirmed') = (command_id is not null)),
  check ((state = 'declined') = (decline_reason is not null)),
  check (state not in ('confirmed', 'declined') or settled_by <> proposed_by and settled_by is not null),
  check (state <> 'taken-back' or settled_by is not distinct from proposed_by)
);
create unique index one_open_proposal on identity_proposals (registration_id) where state = 'proposed';
create index on identity_proposals (registration_id, proposed_at);
`;

/** The name of the candidate comes from the registration, and is sealed with its id. */
const VIEWS: Readonly<Record<string, string>> = {
  panel_identity_proposals: `
    select p.id, p.registration_id, r.governorate, d.name as governorate_name, r.person_sealed,
           c.title as constituency_title, p.document, p.reason,
           case when p.state = 'proposed' and (p.expires_at <= now() or r.status <> 'awaiting-verification')
                then 'expired' else p.state end as state,
           s.name as proposed_by_name, p.proposed_at, p.expires_at, p.settled_at
    from identity_proposals p
    join registrations r on r.id = p.registration_id
    join constituencies c on c.id = r.constituency_id
    join divisions d on d.code = r.governorate
    left join staff s on s.id = p.proposed_by`,
  panel_provider_switches: `
    select w.id, w.provider, w.text, w.off_since, w.on_again_at, f.name as off_by_name, n.name as on_again_by_name
    from provider_switches w left join staff f on f.id = w.off_by left join staff n on n.id = w.on_again_by`,
  panel_bank_prefixes: `
    select p.id, p.prefix, p.bank, p.merged_into, p.supported, p.valid_from, p.valid_to, p.source,
           s.name as changed_by_name, p.changed_at,
           case when p.valid_to <= now() then 'ended' when p.valid_from > now() then 'planned' else 'valid' end as state
    from bank_prefixes p left join staff s on s.id = p.changed_by`,
  panel_notices: `
    select n.id, n.step, n.text, n.since, n.ended_at, w.name as written_by_name
    from notices n left join staff w on w.id = n.written_by`,
};

/** What waits for the candidate's code is not the governorate's move yet. */
const REGISTRATIONS = `
create or replace view panel_registrations with (security_invoker = true) as
    select r.id, r.status, r.round, r.revision, r.election_id, e.title as election_title, r.constituency_id,
           c.title as constituency_title, c.kind as constituency_kind, r.governorate, d.name as governorate_name,
           r.line, r.card, r.person, r.person_sealed, r.preliminary_code, r.waiting_since, r.deadline,
           r.created_at, r.updated_at,
           r.status = 'under-review' and coalesce(r.confirmation, 'given') = 'awaited' as awaits_code
    from registrations r
    join elections e on e.id = r.election_id
    join constituencies c on c.id = r.constituency_id
    join divisions d on d.code = r.governorate`;

const STAFF_NAME = 'who of the staff it was; the same as staff.name';

const COLUMNS = {
  provider_switches: plain('id provider text off_since off_by on_again_at on_again_by'),
  notices: plain('written_by ended_by'),
  registrations: plain('identity_way'),
  panel_registrations: plain('awaits_code'),
  identity_proposals: {
    ...plain(
      'id registration_id document reason state proposed_by proposed_at expires_at settled_by settled_at decline_reason command_id',
    ),
    ...hidden('note_sealed'),
  },
  panel_identity_proposals: {
    ...plain(
      'id registration_id governorate governorate_name constituency_title document reason state proposed_at expires_at settled_at',
    ),
    ...hidden('person_sealed'),
    proposed_by_name: STAFF_NAME,
  },
  panel_provider_switches: {
    ...plain('id provider text off_since on_again_at'),
    off_by_name: STAFF_NAME,
    on_again_by_name: STAFF_NAME,
  },
  panel_bank_prefixes: {
    ...plain('id prefix bank merged_into supported valid_from valid_to source changed_at state'),
    changed_by_name: STAFF_NAME,
  },
  panel_notices: { ...plain('id step text since ended_at'), written_by_name: STAFF_NAME },
};

/** The panel reads proposals of its scope; switches and notices belong to everybody. */
const RIGHTS = `
grant select, insert, update on provider_switches, identity_proposals to davtalab_app;
grant select on provider_switches, bank_prefixes, unknown_bank_prefixes to davtalab_panel;
alter table identity_proposals enable row level security;
create policy app_all on identity_proposals to davtalab_app using (true) with check (true);
create policy panel_scope on identity_proposals for select to davtalab_panel using (
  nullif(current_setting('app.staff_role', true), '') = 'headquarters'
  or exists (select from registrations r where r.id = registration_id
              and r.governorate = nullif(current_setting('app.governorate', true), '')));
grant select on identity_proposals to davtalab_panel;
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(TABLES);
  await knex.raw(REGISTRATIONS);
  await knex.raw(RIGHTS);
  for (const [view, query] of Object.entries(VIEWS)) {
    await knex.raw(`create view ${view} with (security_invoker = true) as ${query}`);
    await knex.raw(`grant select on ${view} to davtalab_panel`);
  }
  await describeColumns(knex, COLUMNS);
}
