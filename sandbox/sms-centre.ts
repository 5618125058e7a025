/**
 * SMS provider B: an SMS centre (SMPP 3.4) on a port of its own. It joins the parts of a message, puts it into the
 * same inbox, and reports its delivery. Its ids are in hex in answers and in decimal in the text of receipts, as some
 * centres do.
 */
import { randomInt } from 'node:crypto';
import smpp, { type Pdu, type PduField, type Server, type Session } from 'smpp';
import { createReceipts, type Part } from './centre-receipts.ts';
import type { Fault } from './faults.ts';
import { receiverOf } from './inbox.ts';
import { MALFORMED_PDUS } from './malformed-pdus.ts';
import type { World } from './world.ts';

export interface CentreAccount {
  readonly systemId: string;
  readonly password: string;
  /** Milliseconds until a receipt; for tests. */
  readonly afterMs?: number;
}

interface CentreOptions {
  readonly world: World;
  readonly account: CentreAccount;
  /** What is wrong with the centre at the moment a message is handed to it. */
  readonly meet: () => Fault | undefined;
}

const STATUS = {
  ok: 0,
  notBound: 0x04,
  systemError: 0x08,
  noReceiver: 0x0b,
  wrongPassword: 0x0e,
  queueFull: 0x14,
  throttled: 0x58,
  queryFailed: 0x67,
} as const;

const AFTER_MS = 2_500;
const SLOW_MS = 2_000;
const HANG_MS = 600_000;
const KEPT_MAX = 10_000;
const ID_MAX = 2 ** 47;
const ENROUTE = 1;
const DELIVERED = 2;

export function createSmsCentre({ world, account, meet }: CentreOptions): Server {
  const bound = new Set<Session>();
  const desk = createDesk(world, { bound, afterMs: account.afterMs ?? AFTER_MS });
  let broken = 0;

  function bind(session: Session, pdu: Pdu): void {
    const known = pdu.system_id === account.systemId && pdu.password === account.password;
    if (!known) return answer(session, pdu, { command_status: STATUS.wrongPassword });
    bound.add(session);
    return answer(session, pdu, { system_id: 'sandbox' });
  }

  function submit(session: Session, pdu: Pdu): void {
    const fault = meet();
    const refuse = (status: number) => answer(session, pdu, { command_status: status });
    switch (fault?.mode) {
      case 'refuse':
        return refuse(STATUS.queueFull);
      case 'error-500':
        return refuse(STATUS.systemError);
      case 'error-429':
        return refuse(STATUS.throttled);
      case 'hang':
        return void setTimeout(() => session.destroy(), fault.delayMs ?? HANG_MS).unref();
      case 'slow':
        return void setTimeout(() => desk.submit(session, pdu), fault.delayMs ?? SLOW_MS).unref();
      case 'malformed':
        return void session.socket.write(MALFORMED_PDUS[broken++ % MALFORMED_PDUS.length]?.(pdu) ?? '');
      case 'drop-reply':
        desk.keep(pdu);
        return session.destroy();
      case 'done-500':
        desk.keep(pdu);
        return refuse(STATUS.systemError);
      default:
        return desk.submit(session, pdu);
    }
  }

  function receive(session: Session, pdu: Pdu): void {
    if (pdu.isResponse()) return desk.receipts.answered(session, pdu);
    const command = pdu.command.startsWith('bind_') ? 'bind' : pdu.command;
    if (command === 'bind') return bind(session, pdu);
    if (command === 'enquire_link') return answer(session, pdu);
    if (!bound.has(session)) return answer(session, pdu, { command_status: STATUS.notBound });
    if (command === 'submit_sm') return submit(session, pdu);
    if (command === 'query_sm') return desk.query(session, pdu);
    answer(session, pdu);
    if (command === 'unbind') session.socket.end();
  }

  return smpp.createServer((session) => {
    session.on('pdu', (pdu: Pdu) => receive(session, pdu));
    session.on('error', () => session.destroy());
    session.on('close', () => bound.delete(session));
  });
}

function answer(session: Session, pdu: Pdu, fields: Readonly<Record<string, PduField>> = {}): void {
  session.send(pdu.response(fields));
}

interface Delivering {
  readonly bound: ReadonlySet<Session>;
  readonly afterMs: number;
}

/** What the centre does when nothing is wrong with it. */
function createDesk(world: World, { bound, afterMs }: Delivering) {
  const receipts = createReceipts(bound, afterMs);
  const taken = new Map<number, Part>();
  const join = createJoiner();

  /** Takes one part; undefined when there is no such receiver. */
  function keep(pdu: Pdu): Part | undefined {
    const to = receiverOf(pdu.destination_addr ?? '');
    if (to === undefined) return undefined;
    const part = { id: randomInt(ID_MAX), to, from: pdu.source_addr ?? '', takenAt: world.now() };
    taken.set(part.id, part);
    if (taken.size > KEPT_MAX) taken.delete(taken.keys().next().value as number);
    const text = join(to, pdu);
    if (text !== undefined) world.deliver({ to, text, provider: 'sms-b', localId: null });
    if (pdu.registered_delivery === 1) receipts.report(part);
    return part;
  }

  return {
    receipts,
    keep,
    submit(session: Session, pdu: Pdu): void {
      const part = keep(pdu);
      const no = { command_status: STATUS.noReceiver };
      answer(session, pdu, part === undefined ? no : { message_id: part.id.toString(16) });
    },
    query(session: Session, pdu: Pdu): void {
      const part = taken.get(Number.parseInt(pdu.message_id ?? '', 16));
      if (part === undefined) return answer(session, pdu, { command_status: STATUS.queryFailed });
      const state = world.now() - part.takenAt < afterMs ? ENROUTE : DELIVERED;
      return answer(session, pdu, { message_id: pdu.message_id ?? '', message_state: state });
    },
  };
}

/** Joins the parts of a message: gives its whole text once all of them are there. */
function createJoiner(): (to: string, pdu: Pdu) => string | undefined {
  const joining = new Map<string, Map<number, string>>();
  return (to, { short_message: field }) => {
    const { udh = [], message } = contentOf(field);
    const header = udh.find(([element]) => element === 0);
    if (header === undefined) return message;
    const [, , number = 0, total = 0, which = 0] = header;
    const key = `${to} ${number} ${total}`;
    const parts = joining.get(key) ?? new Map<number, string>();
    joining.set(key, parts.set(which, message));
    if (parts.size < total) return undefined;
    joining.delete(key);
    const inOrder = [...parts].sort(([one], [other]) => one - other);
    return inOrder.map(([, text]) => text).join('');
  };
}

/** The library decodes bytes by the data coding, and parts the header from them. */
function contentOf(field: PduField | undefined): {
  readonly udh?: readonly Buffer[];
  readonly message: string;
} {
  if (typeof field !== 'object' || Buffer.isBuffer(field)) return { message: String(field ?? '') };
  return { ...field, message: String(field.message) };
}
