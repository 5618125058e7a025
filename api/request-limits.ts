/**
 * Fair limits (API-7): how many requests an address, a candidate and a costly route may have. The figures stand in one
 * table. Addresses are generous, because a village may share one behind its operator's translation; candidates are not.
 * Who is signed in is counted as a candidate alone.
 *
 * Each process counts by itself and tells PostgreSQL only now and then: it may go on for a fifth of what is left before
 * it asks what others have counted. Who is far from the limit costs no statement; who is near it is counted by all
 * together. Nobody is refused before the limit, and beside the first process each may let through up to a fifth more.
 * When PostgreSQL cannot be asked, each goes on by its own count, says so in the log, and refuses nobody for it.
 */
import type { Logger } from '../platform/log.ts';
import { randomBelow } from '../platform/secret.ts';
import type { Allowance, RateLimit, RateLimits } from '../store/rate-limits.ts';

type LimitName = 'address' | 'sign-ins' | 'lookups' | 'reports' | 'candidate' | 'changes' | 'uploads';

/** Requests in so many seconds; what each counts by is said in api/middleware/limits.ts. */
export type RequestRules = Readonly<Record<LimitName, Omit<RateLimit, 'name'>>>;

/** docs/operations.md prints this table. A registration takes some 25 requests, of which 15 change something. */
export const REQUEST_RULES: RequestRules = {
  address: { points: 6_000, seconds: 60 },
  'sign-ins': { points: 600, seconds: 300 },
  lookups: { points: 600, seconds: 60 },
  reports: { points: 60_000, seconds: 60 },
  candidate: { points: 600, seconds: 60 },
  changes: { points: 120, seconds: 60 },
  uploads: { points: 60, seconds: 3_600 },
};

export type RequestLimit = keyof RequestRules;

interface Taking {
  readonly name: RequestLimit;
  readonly subject: string;
}

export interface RequestLimits {
  /** Counts one request. Gives what is left, and whether it is allowed. */
  take(taking: Taking): Promise<Allowance>;
  /** The request failed by our own fault. */
  giveBack(taking: Taking): Promise<void>;
}

/** What this process has counted of one subject in one window. */
interface Window {
  points: number;
  /** Of these, what PostgreSQL has been told. */
  told: number;
  /** Up to this many points nobody need be asked. */
  free: number;
  /** Points that others had taken when we last asked. */
  others: number;
  readonly endsAt: number;
}

/** The part of what is left for which a process need not ask. */
const FREE_SHARE = 5;
const AWAY_MS = 5_000;
const ALARM_EVERY_MS = 60_000;
/** Windows that are over are forgotten together, so that a new one costs no search. */
const SWEEP_EVERY_MS = 10_000;

interface Windows {
  of(key: string, rule: Omit<RateLimit, 'name'>): Window;
  find(key: string): Window | undefined;
}

function createWindows(): Windows {
  const windows = new Map<string, Window>();
  let sweptAt = Date.now();

  function forgetEnded(now: number): void {
    sweptAt = now;
    for (const [key, { endsAt }] of windows) if (endsAt <= now) windows.delete(key);
  }

  return {
    find: (key) => windows.get(key),
    of(key, { points, seconds }) {
      const now = Date.now();
      const known = windows.get(key);
      if (known !== undefined && known.endsAt > now) return known;
      if (now - sweptAt > SWEEP_EVERY_MS) forgetEnded(now);
      const fresh = { points: 0, told: 0, free: Math.floor(points / FREE_SHARE), others: 0 };
      const window = { ...fresh, endsAt: now + seconds * 1000 };
      windows.set(key, window);
      return window;
    },
  };
}

/** Writes it once in a while, however often it is called. */
function createAlarm(log: Logger): (err: unknown) => void {
  let quietUntil = 0;
  return (err) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + ALARM_EVERY_MS;
    log.error({ err }, 'ALARM: the limits cannot be asked; each process goes on by its own count');
  };
}

interface Parts {
  readonly limits: RateLimits;
  readonly rules: RequestRules;
  readonly log: Logger;
}

export function createRequestLimits({ limits, rules, log }: Parts): RequestLimits {
  const windows = createWindows();
  const alarm = createAlarm(log);
  let awayUntil = 0;

  /** Tells PostgreSQL what was counted here, and learns what others have counted. */
  async function compare(window: Window, limit: RateLimit, subject: string): Promise<void> {
    const untold = window.points - window.told;
    window.told = window.points;
    const windowSeconds = Math.max(Math.ceil((window.endsAt - Date.now()) / 1000), 1);
    try {
      const { consumed, remaining } = await limits.take({ limit, subject, points: untold, windowSeconds });
      window.others = Math.max(consumed - window.told, 0);
      window.free = window.points + Math.floor(remaining / FREE_SHARE);
    } catch (err) {
      window.told -= untold;
      awayUntil = Date.now() + AWAY_MS;
      alarm(err);
    }
  }

  async function take({ name, subject }: Taking): Promise<Allowance> {
    const limit = { name, ...rules[name] };
    const window = windows.of(`${name} ${subject}`, limit);
    window.points += 1;
    const spent = (): boolean => window.points + window.others > limit.points;
    // Whoever has spent all is not asked about again before the window ends.
    if (window.points > window.free && !spent() && Date.now() >= awayUntil) {
      await compare(window, limit, subject);
    }
    const resetSeconds = Math.max(Math.ceil((window.endsAt - Date.now()) / 1000), 1);
    const consumed = window.points + window.others;
    const remaining = Math.max(limit.points - consumed, 0);
    return { allowed: !spent(), limit, consumed, remaining, resetSeconds };
  }

  async function giveBack({ name, subject }: Taking): Promise<void> {
    const window = windows.find(`${name} ${subject}`);
    if (window === undefined) return;
    window.points -= 1;
    if (window.told <= window.points) return;
    window.told -= 1;
    await limits.giveBack({ limit: { name, ...rules[name] }, subject }).catch(() => {});
  }

  return { take, giveBack };
}

/** The end of a window, or up to a fifth later: those who were refused together do not come back together. */
export function spread(seconds: number): number {
  return seconds + randomBelow(Math.ceil(seconds / FREE_SHARE) + 1);
}

/** The headers of draft-ietf-httpapi-ratelimit-headers for what is scarcest. */
export function limitHeaders({ limit, remaining, resetSeconds }: Allowance): Record<string, string> {
  return {
    'RateLimit-Policy': `"${limit.name}";q=${limit.points};w=${limit.seconds}`,
    RateLimit: `"${limit.name}";r=${remaining};t=${resetSeconds}`,
  };
}
