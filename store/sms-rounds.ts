/** What is left of SMS after a while: unsent, without a report, and reports of what we do not know. */
import { SLOW_AFTER_SECONDS, type SmsProvider } from '../domain/sms-failover.ts';
import type { SmsTemplate } from '../domain/sms-text.ts';
import type { Database } from './database.ts';
import { CODE_CAUSE } from './sms.ts';

const UNSENT_SECONDS = 3_600;
/** Every ten seconds. */
const UNSENT_MAX = 500;

/** Come in thousands on one day: nothing else waits behind them. */
const BY_THE_THOUSAND: readonly SmsTemplate[] = [
  'confirmation-reminder',
  'deadline-reminder',
  'corrections-reminder',
];

/** Written at the panel, at a door or by our own rounds, and not with a fact: no workflow of a registration has them to send. */
const OF_NO_WORKFLOW: readonly SmsTemplate[] = [
  'identity-declined',
  'mobile-changed',
  'device-new',
  'lock-lifted',
  ...BY_THE_THOUSAND,
];

/**
 * Notices that nobody has sent within an hour and nobody holds: their sender was lost, or all providers are away. Those
 * that no workflow sends count as soon as they are written.
 */
export async function listForgotten(db: Database): Promise<string[]> {
  const { rows } = await db.knex.raw<{ rows: { id: string }[] }>(
    `select id from sms
     where state in ('pending', 'queued', 'unknown') and settled_at is null and cause <> ?
       and (coalesce(attempted_at, queued_at, created_at) < clock_timestamp() - make_interval(secs => ?)
         or state = 'pending' and template = any(?))
       and (held_until is null or held_until < clock_timestamp())
     order by template = any(?), created_at limit ?`,
    [CODE_CAUSE, UNSENT_SECONDS, [...OF_NO_WORKFLOW], [...BY_THE_THOUSAND], UNSENT_MAX],
  );
  return rows.map(({ id }) => id);
}

/** The last try of a code may have begun just before its end. */
const LAST_TRY_SECONDS = 60;

/** A code that no provider took is of no use after its end; what a provider may have stays `unknown`, for good. */
export async function settleEndedCodes(db: Database): Promise<number> {
  const { rowCount } = await db.knex.raw<{ rowCount: number }>(
    `update sms set settled_at = clock_timestamp(), state = case state when 'unknown' then state else 'failed' end
     where state in ('pending', 'queued', 'unknown') and settled_at is null and cause = ?
       and not exists (select from one_time_codes c where c.id = sms.id
                       and c.expires_at > clock_timestamp() - make_interval(secs => ?))`,
    [CODE_CAUSE, LAST_TRY_SECONDS],
  );
  return rowCount;
}

export interface Unreported {
  readonly smsId: string;
  readonly provider: SmsProvider;
  readonly references: readonly string[];
}

/** Kavenegar is asked about so many in one call. */
export const LOOKS_MAX = 200;
/** Nothing is heard of it any more. */
const GIVE_UP = `interval '3 days'`;

/**
 * SMS without a report whose provider is to be asked now, `LOOKS_MAX` at most; each is asked again later, the later the
 * older it is, and in any case when it is old enough to be late.
 */
export async function takeUnreported(db: Database): Promise<Unreported[]> {
  const { rows } = await db.knex.raw<{ rows: { id: string; provider: SmsProvider; references: string[] }[] }>(
    `with due as (
       select id from sms where state = 'sent' and settled_at is null and look_at <= clock_timestamp()
       order by look_at limit :most for update skip locked),
     next as (
       update sms set look_at = clock_timestamp()
         + least(greatest((clock_timestamp() - sent_at) / 2, interval '90 seconds'), interval '6 hours',
                 case when clock_timestamp() - sent_at < cast(:late as interval) then cast(:late as interval) - (clock_timestamp() - sent_at) end)
       from due where due.id = sms.id returning sms.id, sms.provider)
     select next.id, next.provider, array_agg(r.reference) as references
     from next join sms_references r on r.sms_id = next.id and r.provider = next.provider
     group by next.id, next.provider`,
    { most: LOOKS_MAX, late: `${SLOW_AFTER_SECONDS} seconds` },
  );
  return rows.map(({ id, ...rest }) => ({ smsId: id, ...rest }));
}

/** The provider has said that these are still on their way. */
export async function noteOnTheirWay(db: Database, smsIds: readonly string[]): Promise<void> {
  await db
    .knex('sms')
    .whereIn('id', [...smsIds])
    .whereNull('settled_at')
    .update({ on_its_way_at: db.knex.raw('clock_timestamp()') });
}

/** After three days without a word nobody asks any more. */
export async function giveUpUnreported(db: Database): Promise<number> {
  const { rowCount } = await db.knex.raw<{ rowCount: number }>(
    `update sms set state = 'unknown', settled_at = clock_timestamp()
     where state = 'sent' and settled_at is null and sent_at < clock_timestamp() - ${GIVE_UP}`,
  );
  return rowCount;
}

/** Reports that came before an answer which then never came. */
export async function sweepEarlyReports(db: Database): Promise<number> {
  return db
    .knex('sms_references')
    .whereNull('sms_id')
    .whereRaw(`created_at < clock_timestamp() - ${GIVE_UP}`)
    .delete();
}
