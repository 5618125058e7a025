/**
 * One-time codes by SMS: how long they live, how many may be asked for, and what a try is worth.
 * Pure functions of state, input and time; the store consumes a code by one atomic statement (security OTP-1 to OTP-7).
 */
import type { Instant } from './registration.ts';

export const CODE_DIGITS = 6;
/** No code ever lives longer; the operator may set a life of up to half of it (platform/config.ts). */
export const CODE_LIFE_MAX_SECONDS = 600;
export const CODE_ATTEMPTS_MAX = 5;
export const RESEND_AFTER_SECONDS = 60;
export const CODES_PER_HOUR = 5;
export const CODES_PER_DAY = 15;

/** For the owner's own device, when strangers have used up what the number may have. */
export const OWN_CODES_PER_HOUR = 3;
export const OWN_CODES_PER_DAY = 5;

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

export type CodeRequestVerdict =
  { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number };

interface Brake {
  readonly count: number;
  readonly withinSeconds: number;
}

const BRAKES: readonly Brake[] = [
  { count: 1, withinSeconds: RESEND_AFTER_SECONDS },
  { count: CODES_PER_HOUR, withinSeconds: HOUR_SECONDS },
  { count: CODES_PER_DAY, withinSeconds: DAY_SECONDS },
];

const OWN_BRAKES: readonly Brake[] = [
  { count: 1, withinSeconds: RESEND_AFTER_SECONDS },
  { count: OWN_CODES_PER_HOUR, withinSeconds: HOUR_SECONDS },
  { count: OWN_CODES_PER_DAY, withinSeconds: DAY_SECONDS },
];

/** Seconds until the brake lets one more pass: until the oldest of the last `count` has left the span. */
function waitOf({ count, withinSeconds }: Brake, newestFirst: readonly Instant[], now: Instant): number {
  const oldest = newestFirst[count - 1];
  return oldest === undefined ? 0 : Math.ceil((oldest + withinSeconds * 1_000 - now) / 1_000);
}

interface Requests {
  readonly previous: readonly Instant[];
  readonly own: readonly Instant[] | null;
  readonly now: Instant;
}

/**
 * Whether one more code may be sent to a number, given when the previous ones were asked for (any order; those of the
 * last 24 hours suffice). All limits slide: 60 s between two, 5 in an hour, 15 in a day.
 * Anybody can ask for codes for anybody's number, so its owner's own device is not held up by what others asked for:
 * it may have 3 in an hour and 5 in a day by its own count (`own`, null for any other device).
 */
export function mayRequestCode({ previous, own, now }: Requests): CodeRequestVerdict {
  const wait = (brakes: readonly Brake[], asked: readonly Instant[]): number => {
    const newestFirst = asked.toSorted((a, b) => b - a);
    return Math.max(...brakes.map((brake) => waitOf(brake, newestFirst, now)));
  };
  const ofNumber = wait(BRAKES, previous);
  const retryAfterSeconds = own === null ? ofNumber : Math.min(ofNumber, wait(OWN_BRAKES, own));
  return retryAfterSeconds <= 0 ? { ok: true } : { ok: false, retryAfterSeconds };
}

/** Fewer say nothing. */
const TYPED_SAMPLE_MIN = 20;
const TYPED_SHARE_MIN = 0.2;

/** Whether so few of the codes that were sent have been typed that somebody else seems to be asking for them. */
export function fewAreTyped({ sent, typed }: { readonly sent: number; readonly typed: number }): boolean {
  return sent >= TYPED_SAMPLE_MIN && typed < sent * TYPED_SHARE_MIN;
}

/** So long after it was asked for, a code that nobody has taken over is one that our side could not send. */
export const UNSENT_AFTER_SECONDS = 10;
/** How long it counts that a code was asked for in vain; then it is to be asked for again. */
export const IN_VAIN_SECONDS = 600;

/** What happened to the codes that one session asked for, to confirm one thing. */
export interface CodeRequests {
  /** When the last request was answered that no code can be sent; null when none was. */
  readonly refusedAt: Instant | null;
  /** The newest code that was made; null when none was. */
  readonly newest: {
    readonly askedAt: Instant;
    /** A gateway took it over. */
    readonly sent: boolean;
    /** It was sent and can be typed now: not used, dead or locked. */
    readonly usable: boolean;
  } | null;
  readonly now: Instant;
}

/**
 * When a code was asked for that our side could not send, or null: then the candidate has to type one. All of it is
 * our own record, so nobody can claim it; and whoever has a code on the phone has to use that one.
 */
export function askedInVain({ refusedAt, newest, now }: CodeRequests): Instant | null {
  if (newest?.usable) return null;
  const counts = (at: Instant) => at > now - IN_VAIN_SECONDS * 1_000;
  const sentSince = newest?.sent === true && newest.askedAt > (refusedAt ?? -Infinity);
  if (refusedAt !== null && counts(refusedAt) && !sentSince) return refusedAt;
  if (newest === null || newest.sent || !counts(newest.askedAt)) return null;
  return now >= newest.askedAt + UNSENT_AFTER_SECONDS * 1_000 ? newest.askedAt : null;
}

/** What is known of a code when somebody tries it. */
export interface CodeTry {
  /** Which try this is, counted before it is compared, from 1. */
  readonly attempt: number;
  readonly expiresAt: Instant;
  readonly consumed: boolean;
  /** A newer code was asked for: the old one is dead. */
  readonly superseded: boolean;
  /** Whether the digits agree; the comparison itself is made in constant time elsewhere. */
  readonly matches: boolean;
  readonly now: Instant;
}

export type CodeVerdict =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'code-wrong'; readonly attemptsLeft: number }
  | { readonly verdict: 'code-expired' | 'code-used' | 'code-locked' };

/** What a try of a code is worth. A code that is used, dead or locked says so whether or not the digits agree. */
export function judgeCode({ attempt, expiresAt, consumed, superseded, matches, now }: CodeTry): CodeVerdict {
  if (consumed) return { verdict: 'code-used' };
  if (superseded || now >= expiresAt) return { verdict: 'code-expired' };
  if (attempt > CODE_ATTEMPTS_MAX) return { verdict: 'code-locked' };
  return matches
    ? { verdict: 'accepted' }
    : { verdict: 'code-wrong', attemptsLeft: CODE_ATTEMPTS_MAX - attempt };
}
