/**
 * A proposal that the law would refuse to confirm waits for nobody: proven another way while a registry is asked about,
 * or on a line or for a person that was refused. The same as `readIdentity` says of it.
 */
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace view panel_identity_proposals with (security_invoker = true) as
    select p.id, p.registration_id, r.governorate, d.name as governorate_name, r.person_sealed,
           c.title as constituency_title, p.document, p.reason,
           case when p.state = 'proposed'
                 and (p.expires_at <= now() or r.status <> 'awaiting-verification' or r.identity_way is not null
                      or r.line = 'refused' or r.person = 'refused')
                then 'expired' else p.state end as state,
           s.name as proposed_by_name, p.proposed_at, p.expires_at, p.settled_at
    from identity_proposals p
    join registrations r on r.id = p.registration_id
    join constituencies c on c.id = r.constituency_id
    join divisions d on d.code = r.governorate
    left join staff s on s.id = p.proposed_by`);
}
