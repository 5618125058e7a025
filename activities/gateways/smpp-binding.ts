/**
 * One bound connection to an SMS centre at a time: as transceiver, and dialled again with growing pauses when it ends.
 */
import { randomInt } from 'node:crypto';
import { openConnection, type Connection, type ConnectionEvents, type Place } from './smpp-connection.ts';

export interface BindingOptions extends Place {
  readonly systemId: string;
  readonly password: string;
  readonly reconnectMs?: { readonly first: number; readonly longest: number };
}

export interface BindingEvents extends Pick<ConnectionEvents, 'deliver'> {
  /** For the log: our words and numbers only. */
  readonly note: (what: 'bound' | 'lost' | 'bind refused', status?: number) => void;
}

/** From the dial to the bind. */
const BIND_MS = 10_000;
const RECONNECT_MS = { first: 200, longest: 30_000 };
/** A line that lived for so long is dialled again without the pauses that it had before. */
const STEADY_MS = 30_000;
/** One that broke just now may be back in a moment; whoever waits longer for it had better go to the other provider. */
const BACK_SOON_MS = 1_000;
const VERSION_3_4 = 0x34;

export interface Binding {
  bound(): Connection | undefined;
  /** @throws when the line is down, and not only since a moment, or `signal` aborts */
  whenBound(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Dials, binds, and dials again for as long as it is not closed. */
export function keepBound(options: BindingOptions, events: BindingEvents): Binding {
  const pauses = createPauses(options.reconnectMs ?? RECONNECT_MS);
  const waiters = new Set<() => void>();
  let current: Connection | undefined;
  let bound: Connection | undefined;
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
      if (now - changedAt > STEADY_MS) pauses.reset();
      changedAt = now;
    }
    bound = undefined;
    if (closed) return;
    redial = setTimeout(dial, pauses.next());
  }

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

/** Milliseconds between dials, ever more; not the same for all workers of a centre that has come back. */
function createPauses({ first, longest }: { readonly first: number; readonly longest: number }) {
  let pauseMs = first;
  return {
    next(): number {
      const now = pauseMs;
      pauseMs = Math.min(pauseMs * 2, longest);
      return now / 2 + randomInt(now + 1);
    },
    reset: () => void (pauseMs = first),
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
