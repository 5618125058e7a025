/**
 * Registrations whose command the engine would not take for a reason of their own. Each is tried again later and
 * later by itself, so that they neither fill the rounds of the re-deliverer nor hold up the others.
 */
const REST_FIRST_MS = 2_000;
const REST_MAX_MS = 300_000;

export interface Laggards {
  /** It has failed (once more). */
  add(registrationId: string): void;
  /** It got through. */
  remove(registrationId: string): void;
  /** Those that are not to be tried now. */
  resting(): string[];
}

export function createLaggards(now: () => number = Date.now): Laggards {
  const known = new Map<string, { readonly until: number; readonly restMs: number }>();
  return {
    add(id) {
      const restMs = Math.min((known.get(id)?.restMs ?? REST_FIRST_MS / 2) * 2, REST_MAX_MS);
      known.set(id, { until: now() + restMs, restMs });
    },
    remove: (id) => known.delete(id),
    resting: () => [...known].filter(([, { until }]) => now() < until).map(([id]) => id),
  };
}
