/** What a candidate is told when a proof in person was declined: no fact, so no announcement tells it. */
import { v7 as newId } from 'uuid';
import { DECLINE_REASONS, titleOf, type DeclineReason } from '../domain/identity-proof.ts';
import { messageKind, messageText } from '../domain/messages.ts';
import type { Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';
import { readParticulars } from './particulars.ts';
import type { RegistrationRow } from './registration-row.ts';
import { writeSms } from './sms.ts';

interface Declined {
  readonly row: RegistrationRow;
  readonly cause: string;
  readonly reason: DeclineReason;
  readonly at: Instant;
}

/**
 * A message and an SMS: whoever was at the governorate has left. The workflow of the registration does not hear of it;
 * the SMS is taken up by the rounds of the worker.
 */
export async function tellOfDecline(db: Database, { row, cause, reason, at }: Declined): Promise<void> {
  await db.knex('messages').insert({
    ...{ id: newId(), registration_id: row.id, cause },
    kind: messageKind('identity-declined'),
    text: messageText('identity-declined', { reason: titleOf(DECLINE_REASONS, reason) }),
    sent_at: new Date(at),
  });
  const { mobile } = await readParticulars(db, row.id);
  const template = 'identity-declined' as const;
  await writeSms(db, { registrationId: row.id, cause, template, parameters: {}, mobile, at });
}
