/** The audit: who did what to which file, written in the transaction of the deed; rows are never changed (ADM-9). */
import { v7 as newId } from 'uuid';
import type { Database } from './database.ts';
import type { Write } from './write-together.ts';

export interface AuditEntry {
  readonly actor: { readonly kind: 'candidate' | 'staff' | 'bank' | 'system'; readonly id: string | null };
  /** A past participle with its noun: `registration-viewed`, `window-changed`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string | null };
  /** Which governorate may see the row; null is for headquarters only. */
  readonly governorate: string | null;
  /** Ids, codes and numbers; never personal data. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export async function writeAudit(db: Pick<Database, 'knex'>, entry: AuditEntry): Promise<void> {
  await prepareAudit(db, entry);
}

/** The same, to be sent together with other writes. */
export function prepareAudit({ knex }: Pick<Database, 'knex'>, entry: AuditEntry): Write {
  return knex('audit').insert({
    id: newId(),
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id,
    action: entry.action,
    subject_kind: entry.subject.kind,
    subject_id: entry.subject.id,
    governorate: entry.governorate,
    detail: JSON.stringify(entry.detail ?? {}),
  });
}
