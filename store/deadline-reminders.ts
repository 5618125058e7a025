/** Reminders to those whose deadline is near and who have not sent what they have to send (iran.md §8). */
import { formatJalaliShort } from '../domain/jalali-date.ts';
import {
  DEADLINE_TEMPLATES,
  isDeadlineReminderDue,
  REMIND_BEFORE_HOURS,
  REMINDERS_APART_HOURS,
} from '../domain/reminders.ts';
import type { Instant } from '../domain/registration.ts';
import { inTransaction, type Database } from './database.ts';
import type { RegistrationRow } from './registration-row.ts';
import { AT_ONCE_MAX, remindAll, writeReminder, type Due } from './reminders.ts';

type Reminded = keyof typeof DEADLINE_TEMPLATES;
const STATUSES = Object.keys(DEADLINE_TEMPLATES) as Reminded[];
const TEMPLATES = [...new Set(Object.values(DEADLINE_TEMPLATES))];

const DUE = `
select r.id, e.time_zone as "timeZone" from registrations r
join elections e on e.id = r.election_id
cross join lateral (
  select max(s.created_at) as last_at from sms s where s.registration_id = r.id and s.template = any(:templates)) told
where r.status = any(:statuses) and r.deadline > cast(:now as timestamptz)
  and r.deadline <= cast(:now as timestamptz) + make_interval(hours => :before)
  and coalesce(r.returned_at, r.created_at) <= r.deadline - make_interval(hours => :before)
  and coalesce(told.last_at <= cast(:now as timestamptz) - make_interval(hours => :apart), true)
  and r.id <> all(cast(:seen as uuid[]))
order by r.deadline limit :most`;

/** Reminds whoever is due; returns how many. @throws like `remindAll` */
export function remindOfDeadlines(db: Database, now: Instant): Promise<number> {
  const asked = {
    ...{ now: new Date(now), before: REMIND_BEFORE_HOURS, apart: REMINDERS_APART_HOURS },
    ...{ templates: [...TEMPLATES], statuses: [...STATUSES], most: AT_ONCE_MAX },
  };
  return remindAll({
    now,
    async listDue(seen) {
      const { rows } = await db.knex.raw<{ rows: Due[] }>(DUE, { ...asked, seen: [...seen] });
      return rows;
    },
    remind: (id) => remind(db, id, now),
  });
}

type Remindable = Pick<RegistrationRow, 'deadline' | 'returned_at' | 'created_at'> & {
  readonly status: Reminded;
  readonly time_zone: string;
};

/** Looks again under the lock of the row, which a submission needs too: nobody is reminded of what is done. */
function remind(db: Database, registrationId: string, now: Instant): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const row = await tx
      .knex('registrations as r')
      .join('elections as e', 'e.id', 'r.election_id')
      .where('r.id', registrationId)
      .whereIn('r.status', [...STATUSES])
      .forUpdate('r')
      .first<Remindable | undefined>('r.*', 'e.time_zone');
    if (row?.deadline == null) return false;
    const { deadline, returned_at: returnedAt, created_at: createdAt } = row;
    // In a statement of its own: this one sees what others wrote while we waited for the lock.
    const { last } = await tx
      .knex('sms')
      .where({ registration_id: registrationId })
      .whereIn('template', [...TEMPLATES])
      .first<{ last: Date | null }>(tx.knex.raw('max(created_at) as last'));
    const ahead = {
      deadline: deadline.getTime(),
      since: (returnedAt ?? createdAt).getTime(),
      lastAt: last?.getTime() ?? null,
    };
    if (!isDeadlineReminderDue(ahead, now)) return false;
    await writeReminder(tx, {
      ...{ registrationId, at: now, template: DEADLINE_TEMPLATES[row.status] },
      cause: `${DEADLINE_TEMPLATES[row.status]}-${deadline.toISOString()}`,
      parameters: { deadline: formatJalaliShort(deadline, row.time_zone) },
    });
    return true;
  });
}
