/**
 * A candidate's number can change: codes for it, the session that goes on under a new token, a candidate whose number
 * another one has taken over, and registrations whose person stays counted while the new line is asked about.
 */
import type { Knex } from 'knex';
import { describeColumns, hidden, plain } from './describe-columns.ts';

const CHANGES = `
alter table one_time_codes drop constraint one_time_codes_purpose_check;
alter table one_time_codes add constraint one_time_codes_purpose_check
  check (purpose in ('sign-in','submission','withdrawal','mobile-change','new-mobile'));
alter table sessions drop constraint sessions_ended_by_check;
alter table sessions add constraint sessions_ended_by_check
  check (ended_by in ('sign-out','replaced','mobile-change'));

alter table candidates alter column mobile_sealed drop not null;
alter table candidates alter column mobile_hmac drop not null;
alter table candidates add constraint a_number_or_none check ((mobile_sealed is null) = (mobile_hmac is null));

alter table registrations add column mobile_changes integer not null default 0;
alter table registrations add column counted boolean not null default false;
update registrations set counted = true where line = 'confirmed';
drop index one_registration_per_person;
create unique index one_registration_per_person on registrations (election_id, national_id_hmac)
  where (counted or line = 'confirmed') and status not in ('withdrawn','expired');
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CHANGES);
  await describeColumns(knex, {
    candidates: hidden('mobile_sealed mobile_hmac'),
    registrations: plain('mobile_changes counted'),
  });
}
