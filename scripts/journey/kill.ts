/** kill -9 of processes of the running system between two steps or two people, as a power cut would do it. */
import { expectThat } from './deviation.ts';
import { until } from './door.ts';
import type { KillPlan } from './options.ts';
import { readRunning } from './system.ts';

const RESTART_PATIENCE_MS = 90_000;

export interface Killer {
  /** Kills what the plans name for this step (or person), and says so; null when nothing was to be killed. */
  before(step: number): Promise<string | null>;
  readonly kills: number;
}

/** Waits until the part lives (again), so that each kill hits a living process. */
function livingPid(part: string, last: number | undefined): Promise<number> {
  return until({
    what: `a living ${part}`,
    patienceMs: RESTART_PATIENCE_MS,
    look: async () => {
      const pid = (await readRunning())?.pids[part];
      if (pid === undefined || pid === last) return undefined;
      try {
        process.kill(pid, 0);
        return pid;
      } catch {
        return undefined;
      }
    },
  });
}

export function newKiller(plans: readonly KillPlan[]): Killer {
  const last = new Map<string, number>();
  let kills = 0;
  let previous: Promise<unknown> = Promise.resolve();

  async function kill({ part }: KillPlan): Promise<string> {
    const pid = await livingPid(part, last.get(part));
    expectThat(pid > 1 && pid !== process.pid, `${part} has the pid ${pid}`);
    process.kill(pid, 'SIGKILL');
    last.set(part, pid);
    kills += 1;
    return `kill -9 ${part} (${pid})`;
  }

  async function killAll(due: readonly KillPlan[]): Promise<string> {
    const told: string[] = [];
    for (const plan of due) told.push(await kill(plan));
    return told.join(', ');
  }

  return {
    get kills() {
      return kills;
    },
    before: async (step) => {
      const due = plans.filter(({ beforeStep }) => beforeStep === null || beforeStep === step);
      if (due.length === 0) return null;
      // One after another, so that no two people kill the same process.
      const mine = previous.then(() => killAll(due));
      previous = mine.catch(() => {});
      return mine;
    },
  };
}
