/** Reminders to candidates: a message and an SMS, written together. What is due when is in domain/reminders.ts. */
import { v7 as newId } from 'uuid';
import { messageKind, messageText, type MessageKey } from '../domain/messages.ts';
import { isDaytime } from '../domain/reminders.ts';
import type { Instant } from '../domain/registration.ts';
import type { SmsTemplate } from '../domain/sms-text.ts';
import type { Database } from './database.ts';
import { readParticulars } from './particulars.ts';
import { writeSms } from './sms.ts';

/** How many are looked for at a time. */
export const AT_ONCE_MAX = 200;

export interface Due {
  readonly id: string;
  readonly timeZone: string;
}

interface Round {
  readonly now: Instant;
  /** `AT_ONCE_MAX` registrations at most, and none of those `seen` in this round. */
  readonly listDue: (seen: readonly string[]) => Promise<readonly Due[]>;
  /** Looks again under the lock of the row; whether it has reminded. */
  readonly remind: (registrationId: string) => Promise<boolean>;
}

/**
 * Reminds whoever is due, by day; returns how many. No workflow has the SMS to send: the rounds of the worker take it
 * up. Several workers may do this at once.
 * @throws what kept somebody from being reminded, when all others have been
 */
export async function remindAll({ now, listDue, remind }: Round): Promise<number> {
  const seen: string[] = [];
  const failures: unknown[] = [];
  let reminded = 0;
  for (let left = true; left;) {
    const due = await listDue(seen);
    for (const { id, timeZone } of due) {
      if (!isDaytime(now, timeZone)) continue;
      const isReminded = await remind(id).catch((error: unknown) => void failures.push(error));
      if (isReminded === true) reminded += 1;
    }
    seen.push(...due.map(({ id }) => id));
    left = due.length === AT_ONCE_MAX;
  }
  if (failures.length > 0) throw failures[0];
  return reminded;
}

interface Reminder {
  readonly registrationId: string;
  readonly cause: string;
  readonly template: SmsTemplate & MessageKey;
  /** Of both texts. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly at: Instant;
}

export async function writeReminder(db: Database, reminder: Reminder): Promise<void> {
  const { registrationId, cause, template, parameters, at } = reminder;
  await db.knex('messages').insert({
    ...{ id: newId(), registration_id: registrationId, cause },
    kind: messageKind(template),
    text: messageText(template, parameters),
    sent_at: new Date(at),
  });
  const { mobile } = await readParticulars(db, registrationId);
  await writeSms(db, { ...{ registrationId, cause, template, parameters, at }, mobile });
}
