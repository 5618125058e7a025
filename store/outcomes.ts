/**
 * How those who wait learn of an outcome: NOTIFY from the record, heard on a client of its own, with a poll behind
 * it, because a notification that is sent while the client is away is never heard.
 */
import pg from 'pg';
import { findCommand, isDecided, type CommandView } from './commands/command.ts';
import type { Database } from './database.ts';

export interface Outcomes {
  /** The command once it is decided, or as it stands after `timeoutMs`. */
  waitFor(commandId: string, timeoutMs: number): Promise<CommandView>;
  /** Listens from now on, before anybody can decide the command, and so need not look until something is heard. */
  expect(commandId: string): { within(timeoutMs: number): Promise<CommandView> };
  /** Calls `changed` after each change of the registration (and after a reconnect); returns the end of it. */
  subscribe(registrationId: string, changed: () => void): () => void;
  close(): Promise<void>;
}

const POLL_MS = 500;
const RECONNECT_FIRST_MS = 200;
const RECONNECT_MAX_MS = 3_000;
const CHANNELS = ['command_outcome', 'registration_changed'];

/** Listens on a client of its own (`url`); connects by itself, and never throws when the database is away. */
export function createOutcomes(url: string, db: Database): Outcomes {
  const listeners = createListeners();
  const line = listen(url, listeners);

  /** Looks when something was heard, or when nothing was for a while. */
  const settle = async (commandId: string, heard: Promise<void>, end: number): Promise<CommandView> => {
    for (let told = heard; ;) {
      await told;
      // Begins to listen before it looks, so that what happens in between is not missed.
      const news = listeners.next(commandId, Math.min(POLL_MS, Math.max(end - Date.now(), 0)));
      const command = await findCommand(db, commandId, null);
      if (command === undefined) throw new Error('The command is unknown');
      if (isDecided(command) || Date.now() >= end) {
        news.stop();
        return command;
      }
      told = news.heard;
    }
  };

  return {
    waitFor: (commandId, timeoutMs) => settle(commandId, Promise.resolve(), Date.now() + timeoutMs),
    expect(commandId) {
      const news = listeners.next(commandId, POLL_MS);
      return {
        within(timeoutMs) {
          if (timeoutMs === 0) news.stop();
          return settle(commandId, news.heard, Date.now() + timeoutMs);
        },
      };
    },
    subscribe: (registrationId, changed) => listeners.add(registrationId, changed),
    close: () => line.close(),
  };
}

interface Listeners {
  add(id: string, heard: () => void): () => void;
  /** Resolves at the next word about `id`, or after `timeoutMs`. */
  next(id: string, timeoutMs: number): { heard: Promise<void>; stop: () => void };
  tell(id: string): void;
  tellAll(): void;
}

function createListeners(): Listeners {
  const byId = new Map<string, Set<() => void>>();
  const add = (id: string, heard: () => void) => {
    const known = byId.get(id) ?? new Set();
    byId.set(id, known.add(heard));
    return () => {
      known.delete(heard);
      if (known.size === 0 && byId.get(id) === known) byId.delete(id);
    };
  };
  return {
    add,
    next(id, timeoutMs) {
      let stop = () => {};
      const heard = new Promise<void>((resolve) => {
        const timer = setTimeout(() => stop(), timeoutMs);
        const remove = add(id, () => stop());
        stop = () => {
          clearTimeout(timer);
          remove();
          resolve();
        };
      });
      return { heard, stop: () => stop() };
    },
    tell: (id) => [...(byId.get(id) ?? [])].forEach((heard) => heard()),
    tellAll: () => [...byId.values()].flatMap((all) => [...all]).forEach((heard) => heard()),
  };
}

/** Keeps one listening client alive; after a reconnect everybody looks again. */
function listen(url: string, listeners: Listeners): { close(): Promise<void> } {
  let closed = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let waitMs = RECONNECT_FIRST_MS;

  const lost = (from: pg.Client) => {
    if (closed || client !== from) return;
    client = undefined;
    void from.end().catch(() => {});
    retry = setTimeout(() => void connect(), waitMs);
    retry.unref();
    waitMs = Math.min(waitMs * 2, RECONNECT_MAX_MS);
  };

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, keepAlive: true });
    client = fresh;
    fresh.on('error', () => lost(fresh));
    fresh.on('end', () => lost(fresh));
    fresh.on('notification', ({ payload = '' }) => listeners.tell(payload));
    try {
      await fresh.connect();
      await fresh.query(CHANNELS.map((channel) => `listen ${channel}`).join('; '));
      waitMs = RECONNECT_FIRST_MS;
      listeners.tellAll();
    } catch {
      lost(fresh);
    }
  };

  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
