/**
 * The brakes of what an SMS costs (OTP-10): how many codes may be asked for from one address, from its neighbourhood,
 * for one block of numbers, and in all. What one number may have is counted with its codes (store/one-time-codes.ts).
 * Who is signed in, or asks from the device that signed in last, has shown that the number is theirs (ADR 5), and is
 * held up by nobody who shares their address: only the limit of all is theirs too.
 *
 * Without the counts nothing is sent: whoever pumps SMS would have no brake. Everything else goes on without them, a
 * submission too (api/confirmation.ts).
 */
import type { CodeLane } from '../domain/code-lock.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Logger } from '../platform/log.ts';
import type { RateLimits, Spending } from '../store/rate-limits.ts';
import { neighbourhoodOf, placeOf } from './client-address.ts';
import { spread } from './request-limits.ts';

/** Codes in 300 seconds. */
export interface SendingRules {
  readonly perPlace: number;
  readonly perNeighbourhood: number;
  readonly perBlock: number;
  readonly inAll: number;
}

const WINDOW_SECONDS = 300;
const WINDOWS_PER_HOUR = 3600 / WINDOW_SECONDS;
/** The last day of the real rounds was up to three times what had been expected (facts/security.md §1.10, §4). */
const SURPRISE = 3;
/** `+98912345`: ten thousand numbers. */
const BLOCK_LENGTH = 9;

/** 25 from one address as login.gov has it; a mobile operator puts many behind one neighbourhood. */
export function sendingRules(forecastPerHour: number): SendingRules {
  const inAll = Math.ceil((forecastPerHour * SURPRISE) / WINDOWS_PER_HOUR);
  return { perPlace: 25, perNeighbourhood: 200, perBlock: 100, inAll };
}

interface Sending {
  /** The derived address of the client. */
  readonly address: string;
  /** `+989…` */
  readonly mobile: string;
  /** Whose the request may be taken to be. */
  readonly lane: CodeLane;
}

export interface SendingLimits {
  /**
   * Takes one code of each limit.
   * @throws Refusal `too-many-codes` with the wait, or `codes-unavailable` when the limit of all is reached or the
   * counts cannot be asked.
   */
  take(sending: Sending): Promise<void>;
  /** Nothing was sent after all. */
  giveBack(sending: Sending): Promise<void>;
}

const ALL = 'all';

interface Brakes {
  readonly limits: RateLimits;
  readonly rules: SendingRules;
  readonly log: Logger;
}

export function createSendingLimits({ limits, rules, log }: Brakes): SendingLimits {
  const limitOf = (name: string, points: number) => ({
    name: `codes-${name}`,
    points,
    seconds: WINDOW_SECONDS,
  });
  const inAll = limitOf(ALL, rules.inAll);
  const ofStrangers = ({ address, mobile }: Sending): Spending[] => [
    { limit: limitOf('place', rules.perPlace), subject: placeOf(address) },
    { limit: limitOf('neighbourhood', rules.perNeighbourhood), subject: neighbourhoodOf(address) },
    { limit: limitOf('block', rules.perBlock), subject: mobile.slice(0, BLOCK_LENGTH) },
  ];
  const spendings = (sending: Sending): Spending[] => [
    ...(sending.lane === 'own' ? [] : ofStrangers(sending)),
    { limit: inAll, subject: ALL },
  ];
  return {
    async take(sending) {
      const taken = await limits.takeAll(spendings(sending)).catch((err: unknown) => {
        log.error({ err }, 'ALARM: no codes are sent, their limits cannot be asked');
        throw new Refusal('codes-unavailable');
      });
      if (taken === undefined || taken.allowed) return;
      const retryAfterSeconds = spread(taken.resetSeconds);
      if (taken.limit.name !== inAll.name) throw new Refusal('too-many-codes', { retryAfterSeconds });
      log.error({ count: rules.inAll }, 'ALARM: no codes are sent, their budget is spent');
      throw new Refusal('codes-unavailable', { retryAfterSeconds });
    },
    async giveBack(sending) {
      for (const spending of spendings(sending)) await limits.giveBack(spending).catch(() => {});
    },
  };
}
