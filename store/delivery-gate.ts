/**
 * Keeps an engine that does not answer from taking everybody with it: few deliveries at a time (each holds a database
 * connection), and after some silence the next ones go home at once for a moment instead of waiting for the same.
 */
const AT_ONCE = 6;
/** One call may be slow by itself; so many in a row are the engine. */
const SILENT_IN_A_ROW = 3;
const REST_MS = 1_000;

export interface Gate {
  /** Runs `work` when there is room. Throws when the deadline passes first, while the gate rests, and what `work` throws. */
  pass(deadline: AbortSignal, work: () => Promise<void>): Promise<void>;
  /** The engine has answered, whatever it said. */
  answered(): void;
  /** The engine could not be reached, or not in time: after some of these in a row nobody passes for a moment. */
  silent(): void;
}

export function createGate(now: () => number = Date.now): Gate {
  let inside = 0;
  let silences = 0;
  let closedUntil = 0;
  const queue: (() => void)[] = [];

  const enter = async (deadline: AbortSignal): Promise<void> => {
    if (inside < AT_ONCE) {
      inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        queue.splice(queue.indexOf(turn), 1);
        reject(new Error('No delivery was free in time'));
      };
      const turn = () => {
        deadline.removeEventListener('abort', leave);
        resolve();
      };
      queue.push(turn);
      deadline.addEventListener('abort', leave, { once: true });
    });
  };

  /** The place goes to the next in the queue, or is free. */
  const leave = (): void => {
    const next = queue.shift();
    if (next === undefined) inside -= 1;
    else next();
  };

  const refuseWhileResting = (): void => {
    if (now() < closedUntil) throw new Error('The engine does not answer; the log keeps the command');
  };

  return {
    async pass(deadline, work) {
      refuseWhileResting();
      await enter(deadline);
      try {
        refuseWhileResting();
        await work();
      } finally {
        leave();
      }
    },
    answered() {
      silences = 0;
    },
    silent() {
      silences += 1;
      if (silences >= SILENT_IN_A_ROW) closedUntil = now() + REST_MS;
    },
  };
}
