/** Who may send next on a line: so many without an answer at once, so many in a second, codes before notices. */

export interface Gate {
  /**
   * Waits for a place, until `signal` aborts; then it rejects. Returns the call that gives the place back.
   */
  enter(urgent: boolean, signal: AbortSignal): Promise<() => void>;
  /** Nobody is let in for so long: the line has asked for it. */
  rest(ms: number): void;
}

interface GateOptions {
  readonly window: number;
  readonly perSecond: number;
}

interface Waiting {
  readonly urgent: boolean;
  readonly admit: () => void;
}

export function createGate({ window, perSecond }: GateOptions): Gate {
  const pauseMs = 1000 / perSecond;
  const waiting = new Set<Waiting>();
  let inside = 0;
  let nextAt = 0;
  let timer: NodeJS.Timeout | undefined;

  /** The first who waits, the urgent before the others. */
  const first = (): Waiting | undefined => {
    for (const one of waiting) if (one.urgent) return one;
    return waiting.values().next().value;
  };
  const advance = (): void => {
    timer = undefined;
    for (let one = first(); one !== undefined && inside < window; one = first()) {
      const now = performance.now();
      if (now < nextAt) {
        timer = setTimeout(advance, nextAt - now);
        return;
      }
      nextAt = Math.max(nextAt + pauseMs, now);
      inside += 1;
      waiting.delete(one);
      one.admit();
    }
  };
  const stir = (): void => {
    if (timer === undefined) advance();
  };

  return {
    enter: (urgent, signal) =>
      new Promise((resolve, reject) => {
        const giveUp = (): void => {
          waiting.delete(one);
          reject(new Error('no place within the time'));
        };
        const one: Waiting = {
          urgent,
          admit: () => {
            signal.removeEventListener('abort', giveUp);
            let there = true;
            resolve(() => {
              if (there) inside -= 1;
              there = false;
              stir();
            });
          },
        };
        if (signal.aborted) return giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.add(one);
        stir();
      }),
    rest(ms) {
      nextAt = Math.max(nextAt, performance.now() + ms);
    },
  };
}
