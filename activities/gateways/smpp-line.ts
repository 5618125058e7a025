/**
 * A line to an SMS centre (SMPP 3.4): bound as transceiver, watched by enquire_link, and made again with growing
 * pauses when it breaks. What was under way when it broke is in doubt.
 */
import type { Pdu, PduField } from 'smpp';
import { openConnection, type Connection, type ConnectionEvents, type Place } from './smpp-connection.ts';
import { createGate } from './smpp-gate.ts';

export interface LineOptions extends Place {
  readonly systemId: string;
  readonly password: string;
  /** So many requests without an answer at once. */
  readonly window: number;
  readonly perSecond: number;
  /** After so long a request is forgotten; without an answer to any other one meanwhile the line is made anew. */
  readonly silenceMs?: number;
  /** So often the link is asked whether it is there. */
  readonly linkMs?: number;
  /** In doubt, it is asked at once, and made anew without an answer within this time. */
  readonly linkAnswerMs?: number;
  readonly reconnectMs?: { readonly first: number; readonly longest: number };
}

export interface LineEvents extends Pick<ConnectionEvents, 'deliver'> {
  /** For the log: our words and numbers only. */
  readonly note: (what: 'bound' | 'lost' | 'bind refused', status?: number) => void;
}

interface Request {
  readonly command: string;
  readonly fields: Readonly<Record<string, PduField>>;
  readonly urgent: boolean;
  /** Whether it is forgotten, and its place is free, when `signal` aborts: what is asked harms nobody by being lost. */
  readonly forgettable?: boolean;
}

export interface Line {
  /**
   * Waits for the bind and for a place, at most until `signal` aborts, and sends; a line that has been down for a
   * second is not waited for. Resolves with `answer` when it is on its way; rejects when nothing was sent. `answer`
   * rejects when the line breaks first.
   */
  request(request: Request, signal: AbortSignal): Promise<{ readonly answer: Promise<Pdu> }>;
  rest(ms: number): void;
  /** A request had no answer: is anybody there? */
  check(): void;
  close(): void;
}

const SILENCE_MS = 30_000;
const LINK_MS = 20_000;
const LINK_ANSWER_MS = 3_000;
/** From the dial to the bind. */
const BIND_MS = 10_000;
const RECONNECT_MS = { first: 200, longest: 30_000 };
/** A line that lived for so long is dialled again without the pauses that it had before. */
const STEADY_MS = 30_000;
/** One that broke just now may be back in a moment; whoever waits longer for it had better go to the other provider. */
const BACK_SOON_MS = 1_000;
const VERSION_3_4 = 0x34;

export function createLine(options: LineOptions, events: LineEvents): Line {
  const { silenceMs = SILENCE_MS, linkMs = LINK_MS, linkAnswerMs = LINK_ANSWER_MS } = options;
  const gate = createGate(options);
  const binding = keepBound(options, events);
  let checking = false;

  function check(): void {
    const connection = binding.bound();
    if (connection === undefined || checking) return;
    checking = true;
    const dead = setTimeout(() => connection.destroy(), linkAnswerMs);
    void connection
      .request('enquire_link', {})
      .catch(() => {})
      .finally(() => {
        clearTimeout(dead);
        checking = false;
      });
  }

  const watch = setInterval(() => {
    const connection = binding.bound();
    if (connection?.forgetOlderThan(silenceMs) === false) connection.destroy();
    else check();
  }, linkMs);

  return {
    async request({ command, fields, urgent, forgettable = false }, signal) {
      await binding.whenBound(signal);
      const leave = await gate.enter(urgent, signal);
      const connection = binding.bound();
      // It may have broken while we waited for our turn.
      if (connection === undefined) {
        leave();
        throw new Error('the line is not bound');
      }
      const answer = connection.request(command, fields, forgettable ? signal : undefined).finally(leave);
      answer.catch(() => {});
      return { answer };
    },
    rest: (ms) => gate.rest(ms),
    check,
    close() {
      clearInterval(watch);
      binding.close();
    },
  };
}

interface Binding {
  bound(): Connection | undefined;
  whenBound(signal: AbortSignal): Promise<unknown>;
  close(): void;
}

/** Dials, binds, and dials again for as long as it is not closed. */
function keepBound(options: LineOptions, events: LineEvents): Binding {
  const { first, longest } = options.reconnectMs ?? RECONNECT_MS;
  const waiters = new Set<() => void>();
  let current: Connection | undefined;
  let bound: Connection | undefined;
  let pauseMs = first;
  let redial: NodeJS.Timeout | undefined;
  let closed = false;
  /** When it was bound, or lost, for the last time. */
  let changedAt = performance.now();

  function dial(): void {
    const connection = openConnection(options, {
      deliver: events.deliver,
      open: () => void bind(connection),
      closed: lose,
    });
    current = connection;
    setTimeout(() => bound !== connection && connection.destroy(), BIND_MS).unref();
  }

  async function bind(connection: Connection): Promise<void> {
    const { systemId: system_id, password } = options;
    const fields = { system_id, password, system_type: '', interface_version: VERSION_3_4 };
    const answer = await connection.request('bind_transceiver', fields).catch(() => undefined);
    if (answer === undefined) return;
    if (answer.command !== 'bind_transceiver_resp' || answer.command_status !== 0) {
      events.note('bind refused', answer.command_status);
      return connection.destroy();
    }
    bound = connection;
    changedAt = performance.now();
    events.note('bound');
    for (const waiter of waiters) waiter();
    waiters.clear();
  }

  /** There is one connection at a time: the next is dialled when this one has ended. */
  function lose(): void {
    if (bound !== undefined) {
      events.note('lost');
      const now = performance.now();
      if (now - changedAt > STEADY_MS) pauseMs = first;
      changedAt = now;
    }
    bound = undefined;
    if (closed) return;
    // Not all workers of a centre that has come back at the same moment.
    redial = setTimeout(dial, pauseMs * (0.5 + Math.random()));
    pauseMs = Math.min(pauseMs * 2, longest);
  }

  /** @throws when the line is down, and not only since a moment, or `signal` aborts */
  function whenBound(signal: AbortSignal): Promise<void> {
    if (bound !== undefined) return Promise.resolve();
    const leftMs = Math.max(0, Math.ceil(changedAt + BACK_SOON_MS - performance.now()));
    return waitIn(waiters, AbortSignal.any([signal, AbortSignal.timeout(leftMs)]));
  }

  dial();
  return {
    bound: () => bound,
    whenBound,
    close() {
      closed = true;
      clearTimeout(redial);
      if (bound === undefined) current?.destroy();
      else bound.end();
    },
  };
}

/** Resolves when the waiters are called; rejects, and waits no more, when `signal` aborts. */
function waitIn(waiters: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      waiters.delete(resolve);
      reject(new Error('the line is not bound'));
    };
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    waiters.add(resolve);
  });
}
