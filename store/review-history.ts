/** The history of a file as a reviewer reads it: what happened, who decided, and what the candidate heard of it. */
import type { Database } from './database.ts';
import { registrationPlace } from './registration-row.ts';
import { CODE_CAUSE, type SmsState } from './sms.ts';

/** Times are ISO; `settledAt` is when the provider told that the phone has it, or that it never will. */
export interface HistorySms {
  readonly state: SmsState;
  readonly provider: string | null;
  readonly createdAt: string;
  readonly sentAt: string | null;
  readonly settledAt: string | null;
}

export interface HistoryItem {
  readonly at: string;
  /** Its type; for an SMS about no fact, its template. */
  readonly fact: string;
  readonly round: number;
  /** The member of staff who decided, as far as the reader may know them. */
  readonly by: string | null;
  /** The code of a refusal or rejection; of a withdrawal, the candidate's own words. */
  readonly reason: string | null;
  readonly defects: number;
  /** What became of the SMS about it; null when there was none. */
  readonly sms: HistorySms | null;
}

interface HistoryFile {
  readonly id: string;
  readonly withdrawal_reason_sealed: Buffer | null;
}

const SMS_SHOWN = `json_build_object('state', state, 'provider', provider, 'createdAt', created_at,
  'sentAt', sent_at, 'settledAt', settled_at)`;
const SMS_OF_FACT = `(
  select ${SMS_SHOWN}
  from sms where sms.registration_id = f.registration_id and sms.cause = f.cause order by id limit 1
) as sms`;

/** What happened to a file, and what its candidate was told besides, oldest first. */
export async function listHistory(db: Database, file: HistoryFile): Promise<HistoryItem[]> {
  const [facts, told] = await Promise.all([listFacts(db, file), listOtherSms(db, file.id)]);
  return [...facts, ...told].toSorted((one, other) => one.at.localeCompare(other.at));
}

/** SMS about no fact: reminders, and what was decided beside the workflow. Their `fact` is the template's name. */
async function listOtherSms({ knex }: Database, registrationId: string): Promise<HistoryItem[]> {
  const rows = await knex('sms')
    .where({ registration_id: registrationId })
    .whereNot({ cause: CODE_CAUSE })
    .whereNotExists(
      knex('registration_facts as f')
        .where('f.registration_id', registrationId)
        .whereRaw('f.cause = sms.cause')
        .select(knex.raw('1')),
    )
    .orderBy('id')
    .select<{ template: string; sms: HistorySms }[]>('template', knex.raw(`${SMS_SHOWN} as sms`));
  return rows.map(({ template, sms }) => ({
    ...{ at: new Date(sms.createdAt).toISOString(), fact: template, sms },
    ...{ round: 1, by: null, reason: null, defects: 0 },
  }));
}

async function listFacts({ knex, sealing }: Database, file: HistoryFile): Promise<HistoryItem[]> {
  const { id: registrationId, withdrawal_reason_sealed: sealed } = file;
  const place = registrationPlace('withdrawal_reason_sealed', registrationId);
  const whyWithdrawn = sealed && sealing.open(place, sealed).toString('utf8');
  const rows = await knex('registration_facts as f')
    .leftJoin('commands as c', (on) =>
      on
        // By its registration first: no index knows the text of an id.
        .on('c.registration_id', 'f.registration_id')
        .on(knex.raw('c.id::text = f.cause'))
        .andOnVal('c.actor_kind', 'staff'),
    )
    .leftJoin('staff as s', 's.id', 'c.actor_id')
    .where('f.registration_id', registrationId)
    .orderBy('f.sequence')
    .select<
      {
        type: string;
        payload: { reason?: string; defectIds?: string[] };
        round: number;
        recorded_at: Date;
        name: string | null;
        sms: HistorySms | null;
      }[]
    >('f.type', 'f.payload', 'f.round', 'f.recorded_at', 's.name', knex.raw(SMS_OF_FACT));
  return rows.map(({ type, payload, round, recorded_at: at, name, sms }) => ({
    at: at.toISOString(),
    fact: type,
    round,
    by: name,
    reason: type === 'withdrawn' ? whyWithdrawn : (payload.reason ?? null),
    defects: payload.defectIds?.length ?? 0,
    sms,
  }));
}
