/**
 * Which SMS provider a message is tried at first, and how that moves when one of them fails (security.md §1.3).
 *
 * Both have a share of 100 points. A provider that fails often, or is slow while the other is not, loses points to
 * the other, at most once a minute; after a quiet quarter of an hour they drift back to where they rest. Whatever
 * the shares say, a message that the first refuses goes to the second at once.
 */
import type { Instant } from './registration.ts';

export const SMS_PROVIDERS = ['sms-a', 'sms-b'] as const;
export type SmsProvider = (typeof SMS_PROVIDERS)[number];

export const ERROR_WINDOW_SECONDS = 60;
/** More errors than this within the window. */
export const ERRORS_MAX = 50;
export const SLOW_AFTER_SECONDS = 5 * 60;
export const SLOW_WINDOW_SECONDS = 15 * 60;
/** So great a part of what was sent within the window that was not delivered within `SLOW_AFTER_SECONDS`. */
export const SLOW_PART = 0.15;
/** Of fewer messages the part says little: one telephone that is off would move shares. */
export const SLOW_SAMPLE_MIN = 20;
export const STEP_POINTS = 10;
export const STEP_SECONDS = 60;
export const QUIET_SECONDS = 15 * 60;
const ALL_POINTS = 100;

/** Points of each; together 100. */
export type Shares = Readonly<Record<SmsProvider, number>>;

export interface Standing {
  readonly shares: Shares;
  /** When they last moved, in either direction; null when never. */
  readonly movedAt: Instant | null;
}

/** What was seen of a provider: errors within the last minute, and what it was given within 15. */
export interface Health {
  readonly errors: number;
  readonly sent: number;
  readonly slow: number;
}

export function restingShares(first: number): Shares {
  return { 'sms-a': first, 'sms-b': ALL_POINTS - first };
}

function other(provider: SmsProvider): SmsProvider {
  return provider === 'sms-a' ? 'sms-b' : 'sms-a';
}

function fails({ errors }: Health): boolean {
  return errors > ERRORS_MAX;
}

function isSlow({ sent, slow }: Health): boolean {
  return sent >= SLOW_SAMPLE_MIN && slow / sent >= SLOW_PART;
}

/** Who is to lose points; nobody when both are in the same trouble, because then neither is better. */
function troubled(health: Readonly<Record<SmsProvider, Health>>): SmsProvider | undefined {
  for (const trouble of [fails, isSlow]) {
    const those = SMS_PROVIDERS.filter((provider) => trouble(health[provider]));
    if (those.length === 1) return those[0];
  }
  return undefined;
}

function moved(shares: Shares, from: SmsProvider, points: number): Shares {
  const step = Math.min(points, shares[from]);
  const to = other(from);
  return { ...shares, [from]: shares[from] - step, [to]: shares[to] + step };
}

interface Seen {
  readonly health: Readonly<Record<SmsProvider, Health>>;
  /** Where the shares rest. */
  readonly rest: Shares;
  readonly now: Instant;
}

/** The standing after what was seen; the same object when nothing moves. */
export function weigh(standing: Standing, { health, rest, now }: Seen): Standing {
  const { shares, movedAt } = standing;
  const quietSeconds = movedAt === null ? Infinity : (now - movedAt) / 1000;
  const loser = troubled(health);
  if (loser !== undefined) {
    const may = shares[loser] > 0 && quietSeconds >= STEP_SECONDS;
    return may ? { shares: moved(shares, loser, STEP_POINTS), movedAt: now } : standing;
  }
  const calm = SMS_PROVIDERS.every((provider) => !fails(health[provider]) && !isSlow(health[provider]));
  const away = SMS_PROVIDERS.find((provider) => shares[provider] > rest[provider]);
  if (!calm || away === undefined || quietSeconds < QUIET_SECONDS) return standing;
  const points = Math.min(STEP_POINTS, shares[away] - rest[away]);
  return { shares: moved(shares, away, points), movedAt: now };
}

/**
 * In which order a message is tried. `draw` is a whole number from 0 to 99: below the first one's points it begins
 * there. The other one always follows, whatever its points.
 */
export function orderOf(shares: Shares, draw: number): readonly SmsProvider[] {
  const first: SmsProvider = draw < shares['sms-a'] ? 'sms-a' : 'sms-b';
  return [first, other(first)];
}
