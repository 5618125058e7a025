/** Reminders to those whose submission waits for its code: a message and an SMS, written together (ADR 8). */
import { v7 as newId } from 'uuid';
import {
  isDaytime,
  isReminderDue,
  REMIND_AFTER_HOURS,
  REMINDERS_APART_HOURS,
} from '../domain/confirmation-reminder.ts';
import { messageKind, messageText } from '../domain/messages.ts';
import type { Instant } from '../domain/registration.ts';
import { inTransaction, type Database } from './database.ts';
import { readParticulars } from './particulars.ts';
import type { RegistrationRow } from './registration-row.ts';
import { writeSms } from './sms.ts';

const TEMPLATE = 'confirmation-reminder';
const AT_ONCE_MAX = 200;

/** Of this wait, not of an earlier one of the same registration. */
const SENT = `
select count(*)::int as sent, max(s.created_at) as last_at from sms s
where s.registration_id = r.id and s.template = '${TEMPLATE}' and s.created_at >= r.waiting_since`;

const DUE = `
select r.id, e.time_zone from registrations r
join elections e on e.id = r.election_id
cross join lateral (${SENT}) told
where r.status = 'under-review' and r.confirmation = 'awaited'
  and r.waiting_since <= cast(:now as timestamptz) - make_interval(hours => (cast(:hours as int[]))[told.sent + 1])
  and coalesce(told.last_at <= cast(:now as timestamptz) - make_interval(hours => :apart), true)
  and r.id <> all(cast(:seen as uuid[]))
order by r.waiting_since limit :most`;

/**
 * Reminds whoever is due; returns how many. No workflow has the SMS to send: the rounds of the worker take it up.
 * Several workers may do this at once.
 * @throws what kept somebody from being reminded, when all others have been
 */
export async function remindUnconfirmed(db: Database, now: Instant): Promise<number> {
  const seen: string[] = [];
  const failures: unknown[] = [];
  let reminded = 0;
  for (let left = true; left;) {
    const due = await listDue(db, now, seen);
    for (const { id, timeZone } of due) {
      if (!isDaytime(now, timeZone)) continue;
      const isReminded = await remind(db, id, now).catch((error: unknown) => void failures.push(error));
      if (isReminded === true) reminded += 1;
    }
    seen.push(...due.map(({ id }) => id));
    left = due.length === AT_ONCE_MAX;
  }
  if (failures.length > 0) throw failures[0];
  return reminded;
}

/** `AT_ONCE_MAX` at most, and none of those `seen` in this round. */
async function listDue(
  db: Database,
  now: Instant,
  seen: readonly string[],
): Promise<{ readonly id: string; readonly timeZone: string }[]> {
  const { rows } = await db.knex.raw<{ rows: { id: string; time_zone: string }[] }>(DUE, {
    ...{ now: new Date(now), hours: [...REMIND_AFTER_HOURS], apart: REMINDERS_APART_HOURS },
    ...{ most: AT_ONCE_MAX, seen: [...seen] },
  });
  return rows.map(({ id, time_zone: timeZone }) => ({ id, timeZone }));
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
    await tx.knex('messages').insert({
      ...{ id: newId(), registration_id: registrationId, cause },
      kind: messageKind(TEMPLATE),
      text: messageText(TEMPLATE),
      sent_at: new Date(now),
    });
    const { mobile } = await readParticulars(tx, registrationId);
    await writeSms(tx, { registrationId, cause, template: TEMPLATE, parameters: {}, mobile, at: now });
    return true;
  });
}
