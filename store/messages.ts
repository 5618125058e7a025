/** «پیام‌ها»: what a registration's candidate was told, and whether it was read. */
import { Refusal } from '../domain/refusal.ts';
import type { Database } from './database.ts';
import { listDefectsOf, type DefectView } from './defects.ts';

export type MessageKind =
  'info' | 'submitted' | 'defects' | 'approved' | 'rejected' | 'withdrawn' | 'expired';

export interface Message {
  readonly id: string;
  readonly kind: MessageKind;
  readonly text: string;
  /** The items of a message of kind `defects`; null for every other kind. */
  readonly defects: readonly DefectView[] | null;
  readonly sentAt: Date;
  readonly readAt: Date | null;
}

interface MessageRow {
  id: string;
  registration_id: string;
  kind: MessageKind;
  text: string;
  defect_command_id: string | null;
  sent_at: Date;
  read_at: Date | null;
}

/** All messages of a registration, oldest first. The caller has checked whose it is. */
export async function listMessages(db: Database, registrationId: string): Promise<Message[]> {
  const rows = await db
    .knex<MessageRow>('messages')
    .where({ registration_id: registrationId })
    .orderBy([{ column: 'sent_at' }, { column: 'id' }]);
  const defects = await listDefectsOf(
    db,
    rows.flatMap((row) => row.defect_command_id ?? []),
  );
  return rows.map((row) => shown(row, defects.get(row.defect_command_id ?? '') ?? []));
}

/** The reviewer's own words on a rejection are sealed, so they join the text only when it is read. */
function shown(row: MessageRow, defects: readonly DefectView[]): Message {
  const { id, kind, text, sent_at: sentAt, read_at: readAt } = row;
  const note = kind === 'rejected' ? defects[0]?.note : null;
  return {
    ...{ id, kind, sentAt, readAt },
    text: note == null ? text : `${text}\nتوضیح کارشناس: ${note}`,
    defects: kind === 'defects' ? defects : null,
  };
}

/**
 * Notes that a message was read; the first time counts.
 * @throws Refusal `not-found` when the registration has no such message.
 */
export async function markRead(
  db: Database,
  { registrationId, messageId, at }: { registrationId: string; messageId: string; at: Date },
): Promise<Message> {
  await db
    .knex('messages')
    .where({ id: messageId, registration_id: registrationId, read_at: null })
    .update({ read_at: at });
  const message = (await listMessages(db, registrationId)).find(({ id }) => id === messageId);
  if (!message) throw new Refusal('not-found');
  return message;
}
