/**
 * SMS to candidates: a row before anything is sent, so that none is forgotten, and what its senders did.
 *
 * Whoever sends an SMS holds it, so that no two do it at once; the hold ends by itself when its holder has died.
 */
import { v7 as newId } from 'uuid';
import type { Instant } from '../domain/registration.ts';
import { currentVersion, type SmsTemplate } from '../domain/sms-text.ts';
import type { Database } from './database.ts';
import type { Write } from './write-together.ts';

/**
 * `pending`: written. `queued`: a sender has taken it up, no provider has it. `unknown`: a provider may have it, and
 * is asked before anything is sent again (WF-7). `sent`: a provider has it. The others are final.
 */
export type SmsState = 'pending' | 'queued' | 'sent' | 'delivered' | 'failed' | 'unknown';

/** Of rows that belong to a one-time code, whose id they have; the code itself stands nowhere in them. */
export const CODE_CAUSE = 'code';

export interface SmsRow {
  id: string;
  registration_id: string | null;
  cause: string;
  template: SmsTemplate;
  text_version: number;
  parameters: Record<string, string>;
  mobile_sealed: Buffer;
  state: SmsState;
  provider: string | null;
  attempts: number;
  created_at: Date;
  queued_at: Date | null;
  attempted_at: Date | null;
  sent_at: Date | null;
  settled_at: Date | null;
  held_until: Date | null;
  look_at: Date | null;
  on_its_way_at: Date | null;
}

const rows = (db: Database) => db.knex<SmsRow>('sms');
const place = (row: string) => ({ table: 'sms', column: 'mobile_sealed', row });

interface NewSms {
  readonly registrationId: string | null;
  readonly cause: string;
  readonly template: SmsTemplate;
  readonly parameters: Readonly<Record<string, string>>;
  /** `+989…` */
  readonly mobile: string;
  readonly at: Instant;
}

function newRow(db: Database, id: string, sms: NewSms) {
  return {
    id,
    registration_id: sms.registrationId,
    cause: sms.cause,
    template: sms.template,
    text_version: currentVersion(sms.template),
    parameters: JSON.stringify(sms.parameters),
    mobile_sealed: db.sealing.seal(place(id), sms.mobile),
    created_at: new Date(sms.at),
  };
}

/** Returns the id, which is also our reference at the provider. */
export async function writeSms(db: Database, sms: NewSms): Promise<string> {
  const { id, write } = prepareSms(db, sms);
  await write;
  return id;
}

/** The same, to be sent together with other writes. */
export function prepareSms(db: Database, sms: NewSms): { readonly id: string; readonly write: Write } {
  const id = newId();
  return { id, write: db.knex('sms').insert({ ...newRow(db, id, sms), state: 'pending' }) };
}

/** The SMS that a record has caused, oldest first. */
export function listSmsOf(db: Database, registrationId: string, cause: string): Promise<string[]> {
  return rows(db).where({ registration_id: registrationId, cause }).orderBy('id').pluck('id');
}

export interface SmsToSend {
  readonly id: string;
  /** Empty for a code. */
  readonly registrationId: string;
  readonly template: SmsTemplate;
  readonly version: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly mobile: string;
  /** How often it was handed to a provider before. */
  readonly attempts: number;
}

/** `done`: a provider has it, or its time is over. `refused`: nobody could send it. `held`: somebody is sending it. */
export type Taken = SmsToSend | 'done' | 'refused' | 'held';

const OPEN = `sms.settled_at is null and sms.state in ('pending', 'queued', 'unknown')`;
const FREE = `(sms.held_until is null or sms.held_until < clock_timestamp())`;
const HELD = `clock_timestamp() + make_interval(secs => ?)`;

/** Takes an SMS to send and holds it for so many seconds. Throws when there is no such row. */
export async function takeSms(db: Database, smsId: string, holdSeconds: number): Promise<Taken> {
  const { rows: taken } = await db.knex.raw<{ rows: SmsRow[] }>(
    `update sms set held_until = ${HELD}, queued_at = coalesce(queued_at, clock_timestamp()),
       state = case state when 'pending' then 'queued' else state end
     where id = ? and ${OPEN} and ${FREE} returning *`,
    [holdSeconds, smsId],
  );
  return toSend(db, taken[0], smsId);
}

/** Writes the row of a code, when it has none yet, and takes it like `takeSms`. */
export async function takeCodeSms(
  db: Database,
  { id, ...sms }: NewSms & { readonly id: string },
  holdSeconds: number,
): Promise<Taken> {
  const taken = await rows(db)
    .insert({
      ...newRow(db, id, sms),
      state: 'queued',
      queued_at: db.knex.raw('clock_timestamp()'),
      held_until: db.knex.raw(HELD, [holdSeconds]),
    } as never)
    .onConflict('id')
    .merge({ held_until: db.knex.raw('excluded.held_until') } as never)
    .whereRaw(`${OPEN} and ${FREE}`)
    .returning('*');
  return toSend(db, taken[0], id);
}

async function toSend(db: Database, row: SmsRow | undefined, id: string): Promise<Taken> {
  if (row === undefined) {
    const other = await rows(db).where({ id }).first('state', 'settled_at', 'provider');
    if (other === undefined) throw new Error('The SMS is unknown');
    if (other.state === 'failed' && other.provider === null) return 'refused';
    return other.settled_at === null && other.state !== 'sent' ? 'held' : 'done';
  }
  return {
    id,
    registrationId: row.registration_id ?? '',
    template: row.template,
    version: row.text_version,
    parameters: row.parameters,
    mobile: db.sealing.open(place(id), row.mobile_sealed).toString(),
    attempts: row.attempts,
  };
}

/** The sender gives it back unsent; it will be taken again. */
export async function letGo(db: Database, smsId: string): Promise<void> {
  await rows(db).where({ id: smsId }).update({ held_until: null });
}
