/** One connection to an SMS centre, from its dial to its end: requests find their answers, and the centre gets its own. */
import smpp, { type Pdu, type PduField } from 'smpp';

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Certificates (PEM) to trust in place of the public ones. */
  readonly ca?: string | undefined;
}

export interface ConnectionEvents {
  readonly open: () => void;
  /** Takes a message of the centre; false, or a rejection, asks for it again later. */
  readonly deliver: (pdu: Pdu) => Promise<boolean>;
  readonly closed: () => void;
}

export interface Connection {
  /** Resolves with the answer, whatever its status; rejects when the connection ends first, or it is forgotten. */
  request(command: string, fields: Readonly<Record<string, PduField>>, signal?: AbortSignal): Promise<Pdu>;
  /**
   * Forgets what has had no answer for so long. Answers false when nothing but the link has been answered since: then
   * the centre takes no requests on this connection.
   */
  forgetOlderThan(ms: number): boolean;
  /** Says goodbye, and waits a moment for the answer. */
  end(): void;
  destroy(): void;
}

interface Pending {
  readonly command: string;
  readonly resolve: (pdu: Pdu) => void;
  readonly reject: (error: Error) => void;
  readonly since: number;
}

/** ESME_RX_T_APPN: try again later. */
const STATUS_LATER = 0x64;
const GOODBYE_MS = 500;
/** The ones that we answer; to others the centre expects nothing. */
const ANSWERED = new Set(['enquire_link', 'deliver_sm', 'data_sm', 'unbind', 'unknown']);

/** What is no SMPP ends the connection: after it nobody knows where the next answer begins. */
export function openConnection(place: Place, events: ConnectionEvents): Connection {
  const { host, port, tls, ca } = place;
  const session = smpp.connect({ host, port, tls, ca });
  const pending = new Map<number, Pending>();
  let answeredAt = performance.now();

  function request(
    command: string,
    fields: Readonly<Record<string, PduField>>,
    signal?: AbortSignal,
  ): Promise<Pdu> {
    return new Promise((resolve, reject) => {
      const pdu = new smpp.PDU(command, fields);
      if (!session.send(pdu)) return reject(new Error('the line is closed'));
      pending.set(pdu.sequence_number, { command, resolve, reject, since: performance.now() });
      signal?.addEventListener('abort', () => forget(pdu.sequence_number), { once: true });
    });
  }

  function forget(number: number): void {
    pending.get(number)?.reject(new Error('no answer'));
    pending.delete(number);
  }

  async function answer(pdu: Pdu): Promise<void> {
    const isMessage = pdu.command === 'deliver_sm' || pdu.command === 'data_sm';
    const good = !isMessage || (await events.deliver(pdu).catch(() => false));
    session.send(pdu.response(good ? {} : { command_status: STATUS_LATER }));
    if (pdu.command === 'unbind') session.destroy();
  }

  session.on('pdu', (pdu: Pdu) => {
    if (pdu.isResponse()) {
      const asked = pending.get(pdu.sequence_number);
      pending.delete(pdu.sequence_number);
      if (asked !== undefined && asked.command !== 'enquire_link') answeredAt = performance.now();
      asked?.resolve(pdu);
    } else if (ANSWERED.has(pdu.command)) void answer(pdu);
  });
  session.on(place.tls ? 'secureConnect' : 'connect', events.open);
  session.on('error', () => session.destroy());
  session.on('close', () => {
    for (const { reject } of pending.values()) reject(new Error('the line broke'));
    pending.clear();
    events.closed();
  });
  session.socket.setNoDelay(true);

  return {
    request,
    forgetOlderThan(ms) {
      const before = performance.now() - ms;
      const old = [...pending].filter(([, { since }]) => since < before);
      if (old.some(([, { since }]) => since > answeredAt)) return false;
      for (const [number] of old) forget(number);
      return true;
    },
    end() {
      request('unbind', {}).catch(() => {});
      session.socket.end();
      setTimeout(() => session.destroy(), GOODBYE_MS).unref();
    },
    destroy: () => session.destroy(),
  };
}
