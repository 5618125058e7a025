/**
 * When our side could not send the code that a candidate asked for: the evidence on which a submission is accepted
 * without one. It is written where a sending failed and nowhere else, so no client can claim it.
 */
import { askedInVain, CODE_ATTEMPTS_MAX, IN_VAIN_SECONDS } from '../domain/one-time-code.ts';
import type { Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';
import type { CodeRow } from './one-time-codes.ts';
import type { SmsState } from './sms.ts';

interface Asked {
  readonly sessionId: string;
  readonly registrationId: string;
  readonly now: Instant;
}

interface OutageRow {
  session_id: string;
  registration_id: string;
  at: Date;
}

const outages = (db: Database) => db.knex<OutageRow>('code_outages');

/** A request for a code was answered that none can be sent. Only the last time is kept. */
export async function noteOutage(db: Database, { sessionId, registrationId, now }: Asked): Promise<void> {
  await db
    .knex('code_outages')
    .insert({ session_id: sessionId, registration_id: registrationId, at: new Date(now) })
    .onConflict(['session_id', 'registration_id'])
    .merge(['at']);
}

/** Longer than it counts, because the clocks of two machines differ. */
const KEPT_MS = 2 * IN_VAIN_SECONDS * 1_000;
const SWEPT_AT_ONCE = 5_000;

/** Forgets times that count no longer, a bounded number at a time; returns how many. Revisions keep their own. */
export function sweepOutages(db: Database, now: Instant): Promise<number> {
  const over = outages(db)
    .where('at', '<', new Date(now - KEPT_MS))
    .limit(SWEPT_AT_ONCE)
    .select('session_id', 'registration_id');
  return outages(db).whereIn(['session_id', 'registration_id'], over).delete();
}

/** When this session asked for a code to submit with that our side could not send; undefined when it must type one. */
export async function findAskedInVain(
  db: Database,
  { sessionId, registrationId, now }: Asked,
): Promise<Date | undefined> {
  const where = { session_id: sessionId, registration_id: registrationId };
  const outage = await outages(db).where(where).first('at');
  const newest = (await db
    .knex('one_time_codes')
    .leftJoin('sms', 'sms.id', 'one_time_codes.id')
    .where({ session_id: sessionId, 'one_time_codes.registration_id': registrationId, purpose: 'submission' })
    .orderBy('one_time_codes.created_at', 'desc')
    .first('one_time_codes.*', 'sms.state as sms_state')) as SentRow | undefined;
  const at = askedInVain({
    refusedAt: outage?.at.getTime() ?? null,
    newest: newest === undefined ? null : summaryOf(newest, now),
    now,
  });
  return at === null ? undefined : new Date(at);
}

type SentRow = CodeRow & { readonly sms_state: SmsState | null };

/** What a provider took over and then reported as lost has not been sent. */
function summaryOf(row: SentRow, now: Instant) {
  const sent = row.sent_at !== null && row.sms_state !== 'failed';
  const dead = row.consumed_at !== null || row.superseded_at !== null || row.expires_at.getTime() <= now;
  const usable = sent && !dead && row.attempts < CODE_ATTEMPTS_MAX;
  return { askedAt: row.created_at.getTime(), sent, usable };
}
