/** What the handlers work with; put together in main.ts, and by tests. */
import type { Instant } from '../domain/registration.ts';
import type { Database } from '../store/database.ts';
import type { Desk } from '../store/desk.ts';
import type { Outcomes } from '../store/outcomes.ts';
import type { Logger } from '../platform/log.ts';
import type { PictureDecoder } from '../platform/picture.ts';
import type { NetworkRule } from './network-rule.ts';
import type { RequestLimits } from './request-limits.ts';
import type { SendingLimits } from './sending-limits.ts';

/** Starts the sending of a one-time code, once per id; rejects when the engine cannot be reached in time. */
export interface CodeSender {
  start(code: { readonly codeId: string; readonly expiresAt: Instant }): Promise<void>;
}

/** The event streams that are open; a server that drains ends them, or it would wait for them. */
export interface Streams {
  /** Whether this session may open one more. */
  hasRoom(sessionId: string): boolean;
  /** Returns the call that forgets it again. */
  add(sessionId: string, end: () => void): () => void;
  endAll(): void;
}

/** One per device in use, one that the server has not seen die yet, and one to spare. */
const STREAMS_PER_SESSION = 3;

export function createStreams(): Streams {
  const open = new Map<() => void, string>();
  return {
    hasRoom: (sessionId) =>
      [...open.values()].filter((one) => one === sessionId).length < STREAMS_PER_SESSION,
    add(sessionId, end) {
      open.set(end, sessionId);
      return () => open.delete(end);
    },
    endAll() {
      for (const end of open.keys()) end();
    },
  };
}

export interface Services {
  readonly db: Database;
  readonly desk: Desk;
  readonly outcomes: Outcomes;
  readonly codes: CodeSender;
  readonly codeLifeSeconds: number;
  readonly sendingLimits: SendingLimits;
  readonly requestLimits: RequestLimits;
  readonly streams: Streams;
  readonly pictures: Pick<PictureDecoder, 'decode'>;
  readonly keys: { readonly code: Buffer; readonly session: Buffer; readonly smsReports: string };
  /** Origins of browsers that may call us, and to which the bank's return may lead. */
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly networkRule: NetworkRule;
  /** Whether what we stand on answers; within a second. */
  readonly health: () => Promise<{ readonly database: boolean; readonly engine: boolean }>;
  readonly log: Logger;
  readonly now: () => Instant;
}
