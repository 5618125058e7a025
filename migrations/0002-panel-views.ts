/**
 * What the panel lists: one view for each of its resources, with the names that a list shows beside the codes.
 *
 * `security_invoker` makes the row-level security of the tables below hold for whoever reads the view; without it a
 * view would read with its owner's rights and show every governorate.
 */
import type { Knex } from 'knex';
import { describeColumns, hidden, plain, type ColumnClasses } from './describe-columns.ts';

const VIEWS: Readonly<Record<string, string>> = {
  panel_registrations: `
    select r.id, r.status, r.round, r.revision, r.election_id, e.title as election_title, r.constituency_id,
           c.title as constituency_title, c.kind as constituency_kind, r.governorate, d.name as governorate_name,
           r.line, r.card, r.person, r.person_sealed, r.preliminary_code, r.waiting_since, r.deadline,
           r.created_at, r.updated_at
    from registrations r
    join elections e on e.id = r.election_id
    join constituencies c on c.id = r.constituency_id
    join divisions d on d.code = r.governorate`,
  panel_messages: `
    select m.id, m.registration_id, r.governorate, m.kind, m.text, m.sent_at, m.read_at
    from messages m join registrations r on r.id = m.registration_id`,
  panel_documents: `
    select t.id, t.registration_id, r.governorate, t.kind, t.version, t.bytes, t.width, t.height, t.uploaded_at,
           t.removed_at
    from documents t join registrations r on r.id = t.registration_id`,
  panel_elections: `
    select e.id, e.title, e.term, array_to_string(e.kinds, ',') as kinds, e.time_zone, e.correction_hours,
           w.opens_at, w.closes_at, w.daily_from, w.daily_to, e.created_at
    from elections e left join election_windows w on w.election_id = e.id and w.kind = 'registration'`,
  panel_constituencies: `
    select c.id, c.election_id, e.title as election_title, c.kind, c.title, c.governorate, d.name as governorate_name,
           c.seats
    from constituencies c
    join elections e on e.id = c.election_id
    join divisions d on d.code = c.governorate`,
  panel_staff: `
    select s.id, s.name, s.email, s.role, s.governorate, d.name as governorate_name, s.disabled_at, s.created_at
    from staff s left join divisions d on d.code = s.governorate`,
  panel_audit: `
    select a.id, a.at, a.actor_kind, a.actor_id, a.action, a.subject_kind, a.subject_id, a.governorate,
           d.name as governorate_name
    from audit a left join divisions d on d.code = a.governorate`,
};

const STAFF = 'members of staff act in office: their colleagues see who decided';

const COLUMNS: ColumnClasses = {
  panel_registrations: {
    ...plain(
      'id status round revision election_id election_title constituency_id constituency_title constituency_kind governorate governorate_name line card person preliminary_code waiting_since deadline created_at updated_at',
    ),
    ...hidden('person_sealed'),
  },
  panel_messages: plain('id registration_id governorate kind text sent_at read_at'),
  panel_documents: plain(
    'id registration_id governorate kind version bytes width height uploaded_at removed_at',
  ),
  panel_elections: plain(
    'id title term kinds time_zone correction_hours opens_at closes_at daily_from daily_to created_at',
  ),
  panel_constituencies: plain('id election_id election_title kind title governorate governorate_name seats'),
  panel_staff: {
    ...plain('id role governorate governorate_name disabled_at created_at'),
    name: STAFF,
    email: STAFF,
  },
  panel_audit: plain('id at actor_kind actor_id action subject_kind subject_id governorate governorate_name'),
};

export async function up(knex: Knex): Promise<void> {
  for (const [view, query] of Object.entries(VIEWS)) {
    await knex.raw(`create view ${view} with (security_invoker = true) as ${query}`);
    await knex.raw(`grant select on ${view} to davtalab_panel`);
  }
  await describeColumns(knex, COLUMNS);
}
