/**
 * What providers report of an SMS, by their own ids: in any order, more than once, and even before we know the id.
 * `delivered` and `failed` are final, the first of them counts, and nothing moves an SMS back.
 */
import type { Instant } from '../domain/registration.ts';
import type { SmsProvider } from '../domain/sms-failover.ts';
import type { DeliveryState } from '../domain/sms-receipt.ts';
import { inTransaction, type Database } from './database.ts';

interface Taken {
  readonly smsId: string;
  readonly tryId: string;
  readonly provider: SmsProvider;
  /** The provider's ids, one for each part. */
  readonly references: readonly string[];
}

/** After so long without a report the provider is asked. */
const FIRST_LOOK_SECONDS = 90;

/**
 * A provider has taken it over; what it has reported already counts. An id that it has given before is from now on that
 * of the newest SMS. One statement: codes wait for it.
 */
export async function markSent(db: Database, sent: Taken): Promise<void> {
  const { smsId, tryId, provider, references } = sent;
  const { rows } = await db.knex.raw<{ rows: { early: boolean | null }[] }>(
    `with ended as (
       update sms_tries set outcome = 'taken', ended_at = clock_timestamp() where id = :tryId),
     marked as (
       update sms set state = 'sent', provider = :provider, held_until = null,
         sent_at = coalesce(sent_at, clock_timestamp()),
         look_at = clock_timestamp() + make_interval(secs => :look)
       where id = :smsId and settled_at is null),
     named as (
       insert into sms_references (provider, reference, sms_id, try_id, state)
       select :provider, reference, :smsId, :tryId, 'sent'
       from unnest(cast(:references as text[])) as reference
       on conflict (provider, reference) do update set sms_id = excluded.sms_id, try_id = excluded.try_id,
         state = case when sms_references.sms_id is null then sms_references.state else 'sent' end,
         reported_at = case when sms_references.sms_id is null then sms_references.reported_at end
         where sms_references.sms_id is distinct from excluded.sms_id
       returning state)
     select bool_or(state <> 'sent') as early from named`,
    { smsId, tryId, provider, references: [...new Set(references)], look: FIRST_LOOK_SECONDS },
  );
  if (rows[0]?.early === true) await settle(db, smsId, null);
}

/** Settles the SMS by its parts: delivered when all parts of one try are, failed when each try has lost one. */
async function settle(db: Database, smsId: string, at: Instant | null): Promise<void> {
  await db.knex.raw(
    `with fates as (
       select bool_and(state = 'delivered') as whole, bool_or(state = 'failed') as broken
       from sms_references where sms_id = :smsId group by try_id)
     update sms set settled_at = coalesce(:at, clock_timestamp()),
       state = case when exists (select from fates where whole) then 'delivered' else 'failed' end
     where id = :smsId and settled_at is null
       and (exists (select from fates where whole) or not exists (select from fates where not broken))`,
    { smsId, at: at === null ? null : new Date(at) },
  );
}

export interface Report {
  readonly provider: SmsProvider;
  readonly reference: string;
  readonly state: DeliveryState;
  readonly at: Instant;
}

/** Takes a report. Answers false when we know no such message. */
export function settleSms(db: Database, { provider, reference, state, at }: Report): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const found = await tx
      .knex('sms_references')
      .where({ provider, reference })
      .first<{ sms_id: string | null } | undefined>('sms_id');
    if (found === undefined) return false;
    if (state !== 'delivered' && state !== 'failed') return true;
    // One report of an SMS after another: else two parts that end together would each see the other one open.
    if (found.sms_id !== null) await tx.knex('sms').where({ id: found.sms_id }).forUpdate().first('id');
    await tx
      .knex('sms_references')
      .where({ provider, reference, state: 'sent' })
      .update({ state, reported_at: new Date(at) });
    if (found.sms_id !== null) await settle(tx, found.sms_id, at);
    return true;
  });
}

/**
 * The same for a provider whose reports come over the connection on which we send, and so perhaps before its answer:
 * what we do not know yet is kept for the answer that will name it.
 */
export async function settleOrKeep(db: Database, report: Report): Promise<void> {
  if (await settleSms(db, report)) return;
  const { provider, reference, state, at } = report;
  if (state !== 'delivered' && state !== 'failed') return;
  const { rows } = await db.knex.raw<{ rows: { sms_id: string | null }[] }>(
    `insert into sms_references (provider, reference, state, reported_at) values (?, ?, ?, ?)
     on conflict (provider, reference) do nothing returning sms_id`,
    [provider, reference, state, new Date(at)],
  );
  // The answer was faster in between.
  if (rows.length === 0) await settleSms(db, report);
}
