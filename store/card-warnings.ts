/** Warnings of the card's guardian that were given: only what was read can be agreed to (OTP-11). */
import type { GuardVerdict } from '../domain/card-guard.ts';
import { cardHmac, type Card } from './card-verifications.ts';
import type { Database } from './database.ts';

interface Warning {
  readonly registrationId: string;
  readonly card: Card;
  readonly warning: GuardVerdict;
}

const row = (db: Database, { registrationId, card, warning }: Warning) => ({
  registration_id: registrationId,
  card_hmac: cardHmac(db, card),
  warning,
});

export async function noteWarning(db: Database, warning: Warning): Promise<void> {
  await db
    .knex('card_warnings')
    .insert({ ...row(db, warning), warned_at: db.knex.fn.now() })
    .onConflict(['registration_id', 'card_hmac', 'warning'])
    .merge(['warned_at']);
}

/** Whether this very warning was given for this card within a day. */
export async function wasWarned(db: Database, warning: Warning): Promise<boolean> {
  const found = await db
    .knex('card_warnings')
    .where(row(db, warning))
    .whereRaw(`warned_at > now() - interval '1 day'`)
    .first('warned_at');
  return found !== undefined;
}
