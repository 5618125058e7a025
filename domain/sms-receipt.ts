/**
 * What a provider says of a message: Kavenegar's status, an SMS centre's `message_state` (SMPP 3.4 §5.2.28) and the
 * text of its receipt (appendix B); and how ids are compared that the answer writes in hex and the receipt in decimal.
 */

/** `sent` is on its way, `unknown` a state that says nothing yet; `not-found` means that it never arrived there. */
export type DeliveryState = 'sent' | 'delivered' | 'failed' | 'unknown' | 'not-found';

const MESSAGE_STATES: Readonly<Record<number, DeliveryState>> = {
  1: 'sent',
  2: 'delivered',
  3: 'failed',
  4: 'failed',
  5: 'failed',
  6: 'sent',
  7: 'unknown',
  8: 'failed',
};

const RECEIPT_STATES: Readonly<Record<string, DeliveryState>> = {
  ENROUTE: 'sent',
  ACCEPTD: 'sent',
  DELIVRD: 'delivered',
  EXPIRED: 'failed',
  DELETED: 'failed',
  UNDELIV: 'failed',
  REJECTD: 'failed',
  UNKNOWN: 'unknown',
};

/** Kavenegar's number for an id that it does not know. */
export const KAVENEGAR_UNKNOWN_ID = 100;

/** Kavenegar's numbers (iran.md §5.1), in an answer as in a report. */
const KAVENEGAR_STATES: Readonly<Record<number, DeliveryState>> = {
  1: 'sent',
  2: 'sent',
  4: 'sent',
  5: 'sent',
  6: 'failed',
  10: 'delivered',
  11: 'failed',
  13: 'failed',
  14: 'failed',
  // Of an id that the provider itself has given.
  [KAVENEGAR_UNKNOWN_ID]: 'failed',
};

/** A number that we do not know says nothing. */
export function stateOfKavenegar(status: number): DeliveryState {
  return KAVENEGAR_STATES[status] ?? 'unknown';
}

/** A number that we do not know says nothing. */
export function stateOfMessage(state: number): DeliveryState {
  return MESSAGE_STATES[state] ?? 'unknown';
}

export interface Receipt {
  /** As the centre wrote it. */
  readonly id: string;
  readonly state: DeliveryState;
}

const ID = /\bid: ?([\w.-]{1,64})(?![\w.:-])/iu;
const STAT = /\bstat:\s*([a-z]{3,8})/iu;

/** The id and the state in a receipt's text; undefined when it is no receipt. */
export function parseReceipt(text: string): Receipt | undefined {
  const id = ID.exec(text)?.[1];
  const stat = STAT.exec(text)?.[1];
  if (id === undefined || stat === undefined) return undefined;
  return { id, state: RECEIPT_STATES[stat.toUpperCase()] ?? 'unknown' };
}

/** How a centre writes its ids, in answers and in receipts each in its own way. */
export type IdNotation = 'text' | 'hex' | 'decimal';

const DIGITS = { hex: /^(?:0x)?([\da-f]{1,32})$/iu, decimal: /^(\d{1,32})$/u } as const;

/** The same for every way to write one id; what is no number stays as it was written. */
export function comparableId(id: string, notation: IdNotation): string {
  if (notation === 'text') return id;
  const digits = DIGITS[notation].exec(id)?.[1];
  if (digits === undefined) return id;
  return BigInt(notation === 'hex' ? `0x${digits}` : digits).toString();
}

/** Back to what the centre understands; leading zeros are lost. */
export function writtenId(comparable: string, notation: IdNotation): string {
  return notation === 'hex' && DIGITS.decimal.test(comparable) ? BigInt(comparable).toString(16) : comparable;
}
