/** What a candidate is told because of a fact: a row in «پیام‌ها» and an SMS to be sent, in the fact's own transaction. */
import { v7 as newId } from 'uuid';
import { formatJalali } from '../domain/jalali-date.ts';
import { IDENTITY_TEXTS } from '../domain/identity-texts.ts';
import { messageKind, messageText, type MessageKey } from '../domain/messages.ts';
import { deadline, type Fact, type Instant, type Registration } from '../domain/registration.ts';
import { findRejectionReason } from '../domain/rejection.ts';
import type { SmsTemplate } from '../domain/sms-text.ts';
import { hourText } from '../domain/window.ts';
import { whatNext } from '../domain/what-next.ts';
import type { Database } from './database.ts';
import { prepareSms } from './sms.ts';
import type { Write } from './write-together.ts';

/** What the texts and the SMS need to know of a registration. */
export interface Particulars {
  readonly preliminary_code: string | null;
  readonly mobile_sealed: Buffer;
  readonly candidate_id: string;
  readonly governorate_name: string;
  readonly time_zone: string;
  /** The candidate has been back from the bank for a while, or never came back. */
  readonly is_away: boolean;
}

interface Occasion {
  readonly fact: Fact;
  readonly before: Registration;
  readonly after: Registration;
  readonly registrationId: string;
  readonly cause: string;
  readonly at: Instant;
  readonly particulars: Particulars;
}

interface Announcement {
  readonly writes: readonly Write[];
  /** The SMS that the workflow has to send, if there is one. */
  readonly smsId: string | null;
}

/** The message and the SMS, to be written together with the fact. */
export function announce(db: Database, occasion: Occasion): Announcement {
  const { message, sms } = whatNext(occasion.fact, occasion.before, occasion.particulars.is_away);
  const told = message === undefined ? [] : [prepareMessage(db, message, occasion)];
  if (sms === undefined) return { writes: told, smsId: null };
  const { id, write } = prepareNotice(db, sms, occasion);
  return { writes: [...told, write], smsId: id };
}

function prepareMessage(db: Database, key: MessageKey, occasion: Occasion): Write {
  const { fact } = occasion;
  const withItems = fact.type === 'returned' || fact.type === 'rejected';
  return db.knex('messages').insert({
    id: newId(),
    registration_id: occasion.registrationId,
    cause: occasion.cause,
    kind: messageKind(key),
    text: messageText(key, parametersOf(occasion)),
    // The cause of a decision is its command, and the items were written with it.
    defect_command_id: withItems ? occasion.cause : null,
    sent_at: new Date(occasion.at),
  });
}

function parametersOf({ fact, after, particulars }: Occasion): Record<string, string | number> {
  const until = deadline(after) ?? after.closesAt;
  return {
    governorate: `فرمانداری ${particulars.governorate_name}`,
    code: particulars.preliminary_code ?? '',
    deadline: formatJalali(until, particulars.time_zone),
    ...(fact.type === 'returned' ? { count: fact.defectIds.length } : {}),
    ...(fact.type === 'lineDelayed' && fact.closed !== null ? hoursOf(fact.closed) : {}),
    ...('reason' in fact ? { reason: reasonText(fact) } : {}),
  };
}

function hoursOf({ from, to }: { readonly from: string; readonly to: string }) {
  return { from: hourText(from), to: hourText(to) };
}

function reasonText(fact: Extract<Fact, { readonly reason: string }>): string {
  return fact.type === 'rejected'
    ? (findRejectionReason(fact.reason)?.title ?? fact.reason)
    : IDENTITY_TEXTS[fact.reason];
}

function prepareNotice(db: Database, template: SmsTemplate, occasion: Occasion) {
  const { particulars, registrationId, cause, at } = occasion;
  const place = { table: 'candidates', column: 'mobile_sealed', row: particulars.candidate_id };
  return prepareSms(db, {
    registrationId,
    cause,
    template,
    parameters: { code: particulars.preliminary_code ?? '' },
    mobile: db.sealing.open(place, particulars.mobile_sealed).toString(),
    at,
  });
}
