/** The tries of an SMS at providers: each stands here before the call, so that a crash leaves it known (WF-7). */
import type { SmsProvider } from '../domain/sms-failover.ts';
import type { Database } from './database.ts';

/** `open` is under way, or its end was lost with the process. */
export type TryOutcome =
  | 'open'
  | 'taken'
  | 'refused'
  | 'unavailable'
  | 'misconfigured'
  | 'malformed'
  | 'ambiguous'
  /** The provider was asked, and never had it. */
  | 'not-arrived';

export interface SmsTry {
  readonly id: string;
  readonly provider: SmsProvider;
  readonly outcome: TryOutcome;
  /** Seconds since it began. */
  readonly age: number;
}

/** Tries after which a provider may have the SMS. */
const UNRESOLVED = `outcome in ('open', 'ambiguous', 'malformed')`;

/** Before the call: from now on the provider may have it. Returns the try's id. */
export async function beginTry(db: Database, smsId: string, provider: SmsProvider): Promise<string> {
  const { rows } = await db.knex.raw<{ rows: { id: string }[] }>(
    `with started as (insert into sms_tries (sms_id, provider) values (:smsId, :provider) returning id),
     marked as (update sms set state = 'unknown', attempted_at = clock_timestamp(), attempts = attempts + 1
                where id = :smsId and settled_at is null)
     select id from started`,
    { smsId, provider },
  );
  return (rows[0] as { id: string }).id;
}

/** The tries whose end is not known, oldest first. */
export async function listUnresolved(db: Database, smsId: string): Promise<SmsTry[]> {
  const { rows } = await db.knex.raw<{ rows: SmsTry[] }>(
    `select id, provider, outcome, extract(epoch from clock_timestamp() - began_at)::float8 as age
     from sms_tries where sms_id = ? and ${UNRESOLVED} order by id`,
    [smsId],
  );
  return rows;
}

interface Ended {
  readonly smsId: string;
  readonly tryId: string;
}

/** The provider has not taken it, or nobody knows. The SMS stays `unknown` while any provider may have it. */
export async function endTry(
  db: Database,
  { smsId, tryId, outcome }: Ended & { readonly outcome: Exclude<TryOutcome, 'open' | 'taken' | 'refused'> },
): Promise<void> {
  await db
    .knex('sms_tries')
    .where({ id: tryId })
    .update({ outcome, ended_at: db.knex.raw('clock_timestamp()') });
  await db.knex.raw(
    `update sms set state = case when exists (select from sms_tries where sms_id = sms.id and ${UNRESOLVED})
                                 then 'unknown' else 'queued' end
     where id = ? and settled_at is null and state in ('queued', 'unknown')`,
    [smsId],
  );
}

/** A provider has said no for good: nobody else is tried. */
export async function markRefused(db: Database, { smsId, tryId }: Ended): Promise<void> {
  await db.knex.raw(
    `with ended as (update sms_tries set outcome = 'refused', ended_at = clock_timestamp() where id = :tryId)
     update sms set state = 'failed', settled_at = clock_timestamp(), held_until = null
     where id = :smsId and settled_at is null and state <> 'sent'`,
    { smsId, tryId },
  );
}
