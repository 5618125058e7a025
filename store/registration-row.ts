/** The row of a registration: the projection of its facts, and the sealed particulars that no fact holds. */
import type { LineDelay, PersonDelay } from '../domain/identity-reasons.ts';
import type { Status } from '../domain/lifecycle.ts';
import {
  deadline,
  type CardCheck,
  type CardRefusal,
  type Check,
  type IdentityWay,
  type Confirmation,
  type LineRefusal,
  type PersonRefusal,
  type Registration,
} from '../domain/registration.ts';

export interface RegistrationRow {
  id: string;
  candidate_id: string;
  election_id: string;
  constituency_id: string;
  governorate: string;
  national_id_sealed: Buffer;
  national_id_hmac: Buffer;
  birth_date_sealed: Buffer;
  person_sealed: Buffer | null;
  withdrawal_reason_sealed: Buffer | null;
  status: Status;
  sequence: number;
  revision: number;
  round: number;
  confirmation: Confirmation | null;
  line: 'pending' | 'confirmed' | 'refused';
  /** Why it was refused; while it is pending, why it takes longer. */
  line_reason: LineRefusal | LineDelay | null;
  mobile_changes: number;
  counted: boolean;
  person: 'pending' | 'confirmed' | 'refused';
  person_reason: PersonRefusal | PersonDelay | null;
  card: 'none' | 'started' | 'pending' | 'confirmed' | 'refused';
  card_reason: CardRefusal | null;
  card_attempt_id: string | null;
  identity_way: IdentityWay | null;
  closes_at: Date;
  correction_hours: number;
  returned_at: Date | null;
  deadline: Date | null;
  waiting_since: Date;
  preliminary_code: string | null;
  frozen_revision: number;
  next_command_number: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

type SealedColumn = 'national_id_sealed' | 'birth_date_sealed' | 'person_sealed' | 'withdrawal_reason_sealed';

export const registrationPlace = (column: SealedColumn, row: string) => ({
  table: 'registrations',
  column,
  row,
});

/** One column holds both: a pending check has a delay, a refused one its reason. */
function check<Reason extends string, Delay extends string>(
  state: RegistrationRow['line'],
  reason: Reason | Delay | null,
): Check<Reason, Delay> {
  if (state === 'pending') return reason === null ? { state } : { state, delay: reason as Delay };
  if (state === 'confirmed') return { state };
  if (reason === null) throw new Error('A refused check without its reason');
  return { state, reason: reason as Reason };
}

function cardCheck({ card, card_reason: reason, card_attempt_id: attemptId }: RegistrationRow): CardCheck {
  if (card === 'none') return { state: 'none' };
  if (attemptId === null) throw new Error('A card without its attempt');
  if (card !== 'refused') return { state: card, attemptId };
  if (reason === null) throw new Error('A refused card without its reason');
  return { state: card, attemptId, reason };
}

/** The state that the row projects. */
export function stateOf(row: RegistrationRow): Registration {
  return {
    status: row.status,
    sequence: row.sequence,
    revision: row.revision,
    round: row.round,
    confirmation: row.confirmation,
    line: check<LineRefusal, LineDelay>(row.line, row.line_reason),
    mobileChanges: row.mobile_changes,
    counted: row.counted,
    person: check<PersonRefusal, PersonDelay>(row.person, row.person_reason),
    card: cardCheck(row),
    way: row.identity_way,
    closesAt: row.closes_at.getTime(),
    correctionHours: row.correction_hours,
    returnedAt: row.returned_at?.getTime() ?? null,
  };
}

function reasonOf<Reason extends string, Delay extends string>(
  check: Check<Reason, Delay>,
): Reason | Delay | null {
  if (check.state === 'pending') return check.delay ?? null;
  return check.state === 'refused' ? check.reason : null;
}

/** The inverse: the columns that a state fills. */
export function columnsOf(state: Registration) {
  const until = deadline(state);
  const { line, mobileChanges, counted, person, card, way } = state;
  return {
    status: state.status,
    sequence: state.sequence,
    revision: state.revision,
    round: state.round,
    confirmation: state.confirmation,
    line: line.state,
    line_reason: reasonOf(line),
    mobile_changes: mobileChanges,
    counted,
    person: person.state,
    person_reason: reasonOf(person),
    card: card.state,
    card_reason: card.state === 'refused' ? card.reason : null,
    card_attempt_id: card.state === 'none' ? null : card.attemptId,
    identity_way: way,
    closes_at: new Date(state.closesAt),
    correction_hours: state.correctionHours,
    returned_at: state.returnedAt === null ? null : new Date(state.returnedAt),
    deadline: until === null ? null : new Date(until),
  } satisfies Partial<RegistrationRow>;
}
