/** What the guardian of the card counts: wrong passwords lately, and tries that may yet turn out as one. */
import { CARD_TRIES, type Tries } from '../domain/card-guard.ts';
import type { CardRefusal, Instant } from '../domain/registration.ts';
import { cardHmac, type Card } from './card-verifications.ts';
import type { Database } from './database.ts';

interface Person {
  readonly candidateId: string;
  /** Whoever signed in: the same person may come with another line. */
  readonly nationalIdHmac: Buffer;
}

/**
 * A page that is over says nothing of what was typed there: only the bank's verdict does, which comes soon after the
 * end unless the bank or the engine is away. After a day without an answer we no longer expect a wrong password.
 */
const IS_OPEN = `(
     tries.state = 'starting' and exists
       (select from commands where commands.id = tries.command_id and commands.state in ('accepted', 'delivered'))
  or tries.state in ('started', 'returned', 'pending')
     and coalesce(tries.expires_at, tries.created_at) > now() - interval '1 day')`;

const OPEN_STATES = `('starting', 'started', 'returned', 'pending')`;
/** A day before each entry of today: what the guardian looks at. */
const IS_LATELY_WRONG = `
  tries.reason in ('wrong-entry', 'password-limit') and tries.entered_at > now() - interval '2 days'`;
/** First and last digits are shared by many cards, so a card is only compared within the tries of one person. */
const CARD_OF = (table: string) => `coalesce(${table}.used_card_hmac, ${table}.card_hmac)`;

interface Try {
  readonly same: boolean;
  readonly wrong: boolean;
  readonly own: boolean;
  readonly reason: CardRefusal | null;
  readonly entered_at: Date;
}

/** The registry says that it is this person's, also where another registration of theirs came first. */
const IS_LINE_OF_PERSON = `(own.line = 'confirmed' or own.line_reason = 'already-registered')`;

/**
 * Wrong passwords lately and tries that may yet turn out as one, of this card and of this person.
 *
 * While the registry of lines is closed anybody can open a registration with the national id of another. What they do
 * counts for the person only once the line is known to be the person's. For the card all wrong entries count, because
 * banks count so too: who types the digits of this very card makes it rest, and any other can be tried.
 */
export async function readTries(
  db: Database,
  { candidateId, nationalIdHmac, card }: Person & { readonly card: Card },
): Promise<{ readonly card: Tries; readonly person: Tries }> {
  const { rows } = await db.knex.raw<{ rows: Try[] }>(
    `select ${CARD_OF('tries')} = :cardHmac as same, ${IS_LATELY_WRONG} as wrong, tries.reason, tries.entered_at,
       own.candidate_id = :candidateId or ${IS_LINE_OF_PERSON} as own
     from registrations own join card_verifications tries on tries.registration_id = own.id
     where (own.candidate_id = :candidateId or own.national_id_hmac = :nationalIdHmac)
       and (tries.reason in ('wrong-entry', 'password-limit') or tries.state in ${OPEN_STATES})
       and (${IS_LATELY_WRONG} or ${IS_OPEN})`,
    { candidateId, nationalIdHmac, cardHmac: cardHmac(db, card) },
  );
  const ofPerson = rows.filter(({ own }) => own);
  const ofCard = rows.filter(({ same, own, wrong }) => same && (own || wrong));
  return {
    card: { ...triesOf(ofCard), wrongEntries: ofCard.filter(({ wrong }) => wrong).flatMap(entriesOfCard) },
    person: triesOf(ofPerson),
  };
}

function triesOf(some: readonly Try[]): Tries {
  return {
    wrongEntries: some.filter(({ wrong }) => wrong).map((row) => row.entered_at.getTime()),
    open: some.filter(({ wrong }) => !wrong).length,
  };
}

/** A card that the bank has blocked has had all the wrong passwords that it can take, wherever they were typed. */
function entriesOfCard({ reason, entered_at: at }: Pick<Try, 'reason' | 'entered_at'>): Instant[] {
  return Array.from({ length: reason === 'password-limit' ? CARD_TRIES : 1 }, () => at.getTime());
}

/** Wrong passwords lately of the card that was tried last, as `readTries` counts them for a card; by registration. */
export async function listWrongEntries(db: Database, candidateId: string): Promise<Map<string, Instant[]>> {
  const { rows } = await db.knex.raw<{ rows: (Pick<Try, 'reason' | 'entered_at'> & { id: string })[] }>(
    `select own.id, tries.reason, tries.entered_at
     from registrations own
     join card_verifications last on last.id = own.card_attempt_id
     join registrations other on other.candidate_id = own.candidate_id or other.national_id_hmac = own.national_id_hmac
     join card_verifications tries on tries.registration_id = other.id
     where own.candidate_id = :candidateId and ${IS_LATELY_WRONG} and ${CARD_OF('tries')} = ${CARD_OF('last')}`,
    { candidateId },
  );
  const entries = new Map<string, Instant[]>();
  for (const row of rows) entries.set(row.id, [...(entries.get(row.id) ?? []), ...entriesOfCard(row)]);
  return entries;
}
