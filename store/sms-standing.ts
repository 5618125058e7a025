/** How the two SMS providers stand: one row that all workers share, and what was seen of each lately. */
import {
  ERROR_WINDOW_SECONDS,
  SLOW_AFTER_SECONDS,
  SLOW_WINDOW_SECONDS,
  SMS_PROVIDERS,
  restingShares,
  weigh,
  type Health,
  type Shares,
  type SmsProvider,
  type Standing,
} from '../domain/sms-failover.ts';
import { inTransaction, type Database } from './database.ts';

interface StandingRow {
  first_points: number;
  moved_at: Date | null;
}

/** The shares, or `rest` while nothing has ever moved; and who is switched off by headquarters. In one look: codes wait. */
export async function readShares(
  db: Database,
  rest: Shares,
): Promise<{ readonly shares: Shares; readonly off: readonly SmsProvider[] }> {
  const { rows } = await db.knex.raw<{ rows: { first: number | null; off: SmsProvider[] }[] }>(
    `select (select first_points from sms_standing) as first,
       array(select provider from provider_switches where on_again_at is null and provider = any(?)) as off`,
    [[...SMS_PROVIDERS]],
  );
  const { first = null, off = [] } = rows[0] ?? {};
  return { shares: first === null ? rest : restingShares(first), off };
}

interface Weighed {
  readonly standing: Standing;
  readonly moved: boolean;
}

/** Moves the shares by what was seen; one worker at a time, so that all together keep to the pace of the rules. */
export function weighProviders(db: Database, rest: Shares): Promise<Weighed> {
  return inTransaction(db, async (tx) => {
    await tx
      .knex('sms_standing')
      .insert({ first_points: rest['sms-a'], moved_at: null })
      .onConflict('single')
      .ignore();
    const row = await tx.knex<StandingRow>('sms_standing').forUpdate().first();
    const { now, health } = await readHealth(tx);
    const before: Standing = {
      shares: row === undefined ? rest : restingShares(row.first_points),
      movedAt: row?.moved_at?.getTime() ?? null,
    };
    const standing = weigh(before, { health, rest, now });
    if (standing === before) return { standing, moved: false };
    await tx.knex('sms_standing').update({ first_points: standing.shares['sms-a'], moved_at: new Date(now) });
    return { standing, moved: true };
  });
}

/** What is asked about when it is late is settled by the answer, and that much later at most. */
const ASKED_WITHIN_SECONDS = 60;

type Seen = { readonly provider: SmsProvider; readonly now: number } & Health;

async function readHealth(
  db: Database,
): Promise<{ readonly now: number; readonly health: Readonly<Record<SmsProvider, Health>> }> {
  const { rows } = await db.knex.raw<{ rows: Seen[] }>(
    `select p.provider, extract(epoch from clock_timestamp())::float8 * 1000 as now,
       (select count(*)::int from sms_tries t
        where t.provider = p.provider and t.ended_at > clock_timestamp() - make_interval(secs => :errors)
          and t.outcome in ('unavailable', 'misconfigured', 'malformed', 'ambiguous', 'not-arrived')) as errors,
       s.sent, s.slow
     from unnest(cast(:providers as text[])) as p(provider)
     cross join lateral (
       select count(*)::int as sent,
         count(*) filter (where on_its_way_at - sent_at >= make_interval(secs => :late)
                             or settled_at - sent_at >= make_interval(secs => :settled))::int as slow
       from sms where sms.provider = p.provider and sent_at > clock_timestamp() - make_interval(secs => :window)) as s`,
    {
      providers: [...SMS_PROVIDERS],
      errors: ERROR_WINDOW_SECONDS,
      late: SLOW_AFTER_SECONDS,
      settled: SLOW_AFTER_SECONDS + ASKED_WITHIN_SECONDS,
      window: SLOW_WINDOW_SECONDS,
    },
  );
  const health = Object.fromEntries(
    rows.map(({ provider, errors, sent, slow }) => [provider, { errors, sent, slow }]),
  ) as Record<SmsProvider, Health>;
  return { now: Math.trunc(rows[0]?.now ?? 0), health };
}
