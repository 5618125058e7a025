/**
 * Numbers that wrong codes had locked and the desk has opened: who did it, when and why. The reason is in somebody's own
 * words and may name the caller, so it is sealed.
 */
import type { Knex } from 'knex';
import { describeColumns, hidden, plain } from './describe-columns.ts';

const CHANGES = `
create table code_lock_lifts (
  id uuid primary key,
  mobile_hmac bytea not null,
  failures integer not null,
  reason_sealed bytea,
  lifted_by uuid references staff,
  governorate text,
  lifted_at timestamptz not null,
  check ((lifted_by is null) = (reason_sealed is null))
);
create index on code_lock_lifts (mobile_hmac, lifted_at);
create index on code_lock_lifts (lifted_at);
grant select, insert on code_lock_lifts to davtalab_app;
grant select (id, failures, reason_sealed, lifted_by, governorate, lifted_at) on code_lock_lifts to davtalab_panel;
alter table code_lock_lifts enable row level security;
create policy app_all on code_lock_lifts to davtalab_app using (true) with check (true);
create policy panel_scope on code_lock_lifts for select to davtalab_panel using (
  nullif(current_setting('app.staff_role', true), '') = 'headquarters'
  or governorate = nullif(current_setting('app.governorate', true), ''));

create view panel_code_lock_lifts with (security_invoker = true) as
  select l.id, l.failures, l.reason_sealed, l.governorate, d.name as governorate_name, s.name as lifted_by_name,
         l.lifted_at
  from code_lock_lifts l
  left join divisions d on d.code = l.governorate
  left join staff s on s.id = l.lifted_by;
grant select on panel_code_lock_lifts to davtalab_panel;
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CHANGES);
  await describeColumns(knex, {
    code_lock_lifts: {
      ...plain('id failures lifted_by governorate lifted_at'),
      ...hidden('mobile_hmac reason_sealed'),
    },
    panel_code_lock_lifts: {
      ...plain('id failures governorate governorate_name lifted_at'),
      ...hidden('reason_sealed'),
      lifted_by_name: 'who of the staff it was; the same as staff.name',
    },
  });
}
