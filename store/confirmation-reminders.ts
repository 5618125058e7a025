/** Reminders to those whose submission waits for its code (ADR 8). */
import { isReminderDue, REMIND_AFTER_HOURS, REMINDERS_APART_HOURS } from '../domain/reminders.ts';
import type { Instant } from '../domain/registration.ts';
import { inTransaction, type Database } from './database.ts';
import type { RegistrationRow } from './registration-row.ts';
import { AT_ONCE_MAX, remindAll, writeReminder, type Due } from './reminders.ts';

const TEMPLATE = 'confirmation-reminder';

/** Of this wait, not of an earlier one of the same registration. */
const SENT = `
select count(*)::int as sent, max(s.created_at) as last_at from sms s
where s.registration_id = r.id and s.template = '${TEMPLATE}' and s.created_at >= r.waiting_since`;

const DUE = `
select r.id, e.time_zone as "timeZone" from registrations r
join elections e on e.id = r.election_id
cross join lateral (${SENT}) told
where r.status = 'under-review' and r.confirmation = 'awaited'
  and r.waiting_since <= cast(:now as timestamptz) - make_interval(hours => (cast(:hours as int[]))[told.sent + 1])
  and coalesce(told.last_at <= cast(:now as timestamptz) - make_interval(hours => :apart), true)
  and r.id <> all(cast(:seen as uuid[]))
order by r.waiting_since limit :most`;

/** Reminds whoever is due; returns how many. @throws like `remindAll` */
export function remindUnconfirmed(db: Database, now: Instant): Promise<number> {
  const asked = { now: new Date(now), hours: [...REMIND_AFTER_HOURS], apart: REMINDERS_APART_HOURS };
  return remindAll({
    now,
    async listDue(seen) {
      const { rows } = await db.knex.raw<{ rows: Due[] }>(DUE, {
        ...asked,
        ...{ most: AT_ONCE_MAX, seen: [...seen] },
      });
      return rows;
    },
    remind: (id) => remind(db, id, now),
  });
}

/** Counts again under the lock of the row, which a confirmation needs too: nobody is reminded of what is done. */
function remind(db: Database, registrationId: string, now: Instant): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const row = await tx
      .knex<RegistrationRow>('registrations')
      .where({ id: registrationId, status: 'under-review', confirmation: 'awaited' })
      .forUpdate()
      .first('revision', 'waiting_since');
    if (row === undefined) return false;
    const told = await tx.knex.raw<{ rows: { sent: number; last_at: Date | null }[] }>(
      `select told.* from registrations r cross join lateral (${SENT}) told where r.id = ?`,
      [registrationId],
    );
    const { sent = 0, last_at: last = null } = told.rows[0] ?? {};
    const wait = { since: row.waiting_since.getTime(), sent, lastAt: last?.getTime() ?? null };
    if (!isReminderDue(wait, now)) return false;
    const cause = `${TEMPLATE}-${row.revision}-${sent + 1}`;
    await writeReminder(tx, { registrationId, cause, template: TEMPLATE, parameters: {}, at: now });
    return true;
  });
}
