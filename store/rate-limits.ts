/**
 * How often somebody did something, counted in PostgreSQL for all processes at once (API-7, OTP-10). The counts outlive
 * a restart. Who it was stands there as a keyed hash only. A window begins with the first time and ends as a whole.
 */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Instant } from '../domain/registration.ts';
import type { Database } from './database.ts';

const TABLE = 'rate_limits';

/** So many points within so many seconds; `name` is part of what is stored and must stay the same. */
export interface RateLimit {
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
}

/** What is left after points were taken, or whether they were. */
export interface Allowance {
  readonly allowed: boolean;
  readonly limit: RateLimit;
  /** Taken in this window so far, by all. */
  readonly consumed: number;
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetSeconds: number;
}

/** Points of one subject (an address, a number, a session) within one limit. */
export interface Spending {
  readonly limit: RateLimit;
  readonly subject: string;
  /** 1 when it is left out. */
  readonly points?: number;
  /** Where the window began before this process told of it: what is left of it. */
  readonly windowSeconds?: number;
}

/** All of these reject when the database cannot be asked; the caller decides whether that closes or opens. */
export interface RateLimits {
  take(spending: Spending): Promise<Allowance>;
  /** Takes of each, in this order, until one refuses; then nothing is taken of any. Gives the refusing or the scarcest. */
  takeAll(spendings: readonly Spending[]): Promise<Allowance | undefined>;
  /** For work that failed by our own fault. */
  giveBack(spending: Spending): Promise<void>;
}

function allowance(limit: RateLimit, { consumedPoints, msBeforeNext }: RateLimiterRes): Allowance {
  return {
    allowed: consumedPoints <= limit.points,
    limit,
    consumed: consumedPoints,
    remaining: Math.max(limit.points - consumedPoints, 0),
    resetSeconds: Math.ceil(Math.max(msBeforeNext, 0) / 1000),
  };
}

/** The counts behind a database with the rights of the app. */
export function createRateLimits(db: Database): RateLimits {
  const limiters = new Map<string, RateLimiterPostgres>();

  function limiterOf({ name, points, seconds }: RateLimit): RateLimiterPostgres {
    const known = limiters.get(name);
    if (known !== undefined) return known;
    const limiter = new RateLimiterPostgres({
      ...{ storeClient: db.knex, storeType: 'knex', tableName: TABLE, tableCreated: true },
      ...{ keyPrefix: name, points, duration: seconds, clearExpiredByTimeout: false },
    });
    limiters.set(name, limiter);
    return limiter;
  }

  const keyOf = ({ limit, subject }: Spending): string =>
    db.sealing.fingerprint(`rate-limit/${limit.name}`, subject).toString('base64url');

  async function take(spending: Spending): Promise<Allowance> {
    const { limit, points = 1, windowSeconds } = spending;
    const options = windowSeconds === undefined ? {} : { customDuration: windowSeconds };
    try {
      return allowance(limit, await limiterOf(limit).consume(keyOf(spending), points, options));
    } catch (error) {
      // This is how the library says that there are no points left.
      if (error instanceof RateLimiterRes) return allowance(limit, error);
      throw error;
    }
  }

  async function giveBack(spending: Spending): Promise<void> {
    await limiterOf(spending.limit).reward(keyOf(spending), spending.points ?? 1);
  }

  async function takeAll(spendings: readonly Spending[]): Promise<Allowance | undefined> {
    let scarcest: Allowance | undefined;
    for (const [index, spending] of spendings.entries()) {
      const taken = await take(spending);
      if (!taken.allowed) {
        for (const earlier of spendings.slice(0, index + 1)) await giveBack(earlier);
        return taken;
      }
      if (scarcest === undefined || taken.remaining < scarcest.remaining) scarcest = taken;
    }
    return scarcest;
  }

  return { take, takeAll, giveBack };
}

const SWEPT_AT_ONCE = 5_000;

/** Forgets windows that are over, a bounded number at a time; returns how many. */
export function sweepRateLimits(db: Database, now: Instant): Promise<number> {
  const over = db.knex(TABLE).where('expire', '<', now).limit(SWEPT_AT_ONCE).select('key');
  return db.knex(TABLE).whereIn('key', over).delete();
}
