/** A process that is kept running: started, started again when it dies, ended when we end. */
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { complain, say } from './console.ts';

export interface RunningProcess {
  readonly identity: ProcessIdentity;
  /** Ends it in order, and by force when it does not. */
  stop(): Promise<void>;
}

/** `first` is false when it died and is started again. Rejects when it does not become ready. */
export type Starter = (first: boolean) => Promise<RunningProcess>;

export interface Service {
  readonly name: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const BACK_OFF_MS = { first: 250, most: 10_000 };
/** After this long it is healthy, and its next death starts with the shortest wait again. */
const HEALTHY_AFTER_MS = 30_000;
const WATCH_MS = 200;

/** Starts a process and keeps it running; rejects when the first start fails. `changed` is called at every new pid. */
export async function keepRunning(name: string, start: Starter, changed: () => void): Promise<Service> {
  let current: RunningProcess | undefined = await start(true);
  let stopping = false;
  let startedAt = performance.now();

  const startAgain = async (): Promise<void> => {
    for (let wait = BACK_OFF_MS.first; !stopping; wait = Math.min(wait * 2, BACK_OFF_MS.most)) {
      await delay(wait);
      if (stopping) return;
      try {
        current = await start(false);
        if (stopping) await current.stop();
        startedAt = performance.now();
        say(`${name} runs again (pid ${current.identity.pid})`);
        changed();
        return;
      } catch (error) {
        complain(`${name} does not start: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };

  const watch = async (): Promise<void> => {
    while (!stopping) {
      await delay(WATCH_MS, undefined, { ref: false });
      if (stopping || current === undefined || isAlive(current.identity)) continue;
      current = undefined;
      const lived = performance.now() - startedAt;
      complain(
        `${name} died after ${(lived / 1000).toFixed(1)} s; starting it again (.data/logs/${name}.log)`,
      );
      if (lived < HEALTHY_AFTER_MS) await delay(BACK_OFF_MS.first);
      await startAgain();
    }
  };
  void watch();

  return {
    name,
    get pid() {
      return current?.identity.pid;
    },
    stop: async () => {
      stopping = true;
      await current?.stop();
    },
  };
}
