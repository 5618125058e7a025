/** The SMS centre's delivery receipts: a while after a part was taken, on any session, until one is acknowledged. */
import { randomInt } from 'node:crypto';
import smpp, { type Pdu, type Session } from 'smpp';

export interface Part {
  readonly id: number;
  readonly to: string;
  readonly from: string;
  readonly takenAt: number;
}

export interface Receipts {
  /** Reports the delivery of a part. */
  report(part: Part): void;
  /** Takes an answer of a session to a receipt. */
  answered(session: Session, reply: Pdu): void;
}

const AGAIN_MS = 5_000;
const TRIES = 10;
const RECEIPT = 0x04;
const DELIVERED = 2;

/** `sessions` are those that are bound now; receipts are sent `afterMs` after `report`. */
export function createReceipts(sessions: ReadonlySet<Session>, afterMs: number): Receipts {
  const againMs = Math.min(AGAIN_MS, 2 * afterMs);
  /** What to do when a receipt is not taken, by its session and its sequence number. */
  const unanswered = new Map<Session, Map<number, () => void>>();

  function send(part: Part, tries: number): void {
    const again = (): void => {
      if (tries > 1) setTimeout(() => send(part, tries - 1), againMs).unref();
    };
    const session = [...sessions].at(randomInt(Math.max(sessions.size, 1)));
    if (session === undefined) return again();
    const receipt = receiptOf(part);
    if (!session.send(receipt)) return again();
    waitingOn(session).set(receipt.sequence_number, again);
  }

  /** What a session has not answered; all of it is sent again when it ends. */
  function waitingOn(session: Session): Map<number, () => void> {
    const known = unanswered.get(session);
    if (known !== undefined) return known;
    const own = new Map<number, () => void>();
    unanswered.set(session, own);
    session.once('close', () => {
      unanswered.delete(session);
      for (const again of own.values()) again();
    });
    return own;
  }

  return {
    report: (part) => void setTimeout(() => send(part, TRIES), afterMs).unref(),
    answered(session, { sequence_number: number, command_status: status }) {
      const again = unanswered.get(session)?.get(number);
      unanswered.get(session)?.delete(number);
      if (status !== 0) again?.();
    },
  };
}

function receiptOf({ id, to, from }: Part): Pdu {
  return new smpp.PDU('deliver_sm', {
    ...{ source_addr: to, destination_addr: from, esm_class: RECEIPT },
    ...{ receipted_message_id: id.toString(16), message_state: DELIVERED },
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2604010800 done date:2604010800 stat:DELIVRD err:000 text:`,
  });
}
