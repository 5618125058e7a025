/** What a candidate should know before a step: general notices of headquarters, and providers that are turned off. */
import { v7 as newId } from 'uuid';
import { isNoticeStep, type NoticeStep } from '../domain/provider.ts';
import { Refusal } from '../domain/refusal.ts';
import { writeAudit } from './audit.ts';
import { inTransaction, type Database } from './database.ts';
import { listSwitchedOff } from './provider-switches.ts';

export interface Notice {
  readonly step: NoticeStep;
  readonly text: string;
  readonly since: Date;
}

interface NoticeRow extends Notice {
  id: string;
  ended_at: Date | null;
  written_by: string | null;
  ended_by: string | null;
}

const notices = (db: Database) => db.knex<NoticeRow>('notices');

/** What holds now, oldest first; anybody may read it. */
export async function listNotices(db: Database): Promise<Notice[]> {
  const general = await notices(db).select('step', 'text', 'since').where({ ended_at: null });
  const off = (await listSwitchedOff(db)).flatMap(({ step, text, since }) =>
    text === null ? [] : [{ step, text, since }],
  );
  return [...general, ...off].toSorted((a, b) => a.since.getTime() - b.since.getTime());
}

interface NewNotice {
  readonly step: string;
  /** Clean and not empty. */
  readonly text: string;
  readonly staffId: string;
}

/** Candidates read it from now on; returns its id. @throws Refusal `request-invalid` for an unknown step. */
export function writeNotice(db: Database, { step, text, staffId }: NewNotice): Promise<string> {
  if (!isNoticeStep(step)) {
    const message = 'گامی را که داوطلب پیش از آن باید بخواند برگزینید.';
    const errors = [{ pointer: '/step', code: 'not-an-option', message }] as const;
    return Promise.reject(new Refusal('request-invalid', { errors }));
  }
  return inTransaction(db, async (tx) => {
    const id = newId();
    await notices(tx).insert({ id, step, text, written_by: staffId });
    await note(tx, 'notice-written', { id, staffId });
    return id;
  });
}

/** Nobody reads it any more; to end it twice is to end it. @throws Refusal `not-found` */
export function endNotice(db: Database, { id, staffId }: { id: string; staffId: string }): Promise<void> {
  return inTransaction(db, async (tx) => {
    const known = await notices(tx).where({ id }).forUpdate().first('ended_at');
    if (known === undefined) throw new Refusal('not-found');
    if (known.ended_at !== null) return;
    await notices(tx).where({ id }).update({ ended_at: tx.knex.fn.now(), ended_by: staffId });
    await note(tx, 'notice-ended', { id, staffId });
  });
}

function note(db: Database, action: string, { id, staffId }: { id: string; staffId: string }): Promise<void> {
  return writeAudit(db, {
    actor: { kind: 'staff', id: staffId },
    action,
    subject: { kind: 'notice', id },
    governorate: null,
  });
}
