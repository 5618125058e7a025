/** CPU seconds of processes with everything below them, from /proc. Linux only; elsewhere the numbers are NaN. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Stat {
  readonly parent: number;
  /** User and system time of the process and of its children that have ended. */
  readonly ticks: number;
}

// Counted from the state that follows the name in parentheses.
const [PARENT, TIMES_FROM, TIMES_TO] = [1, 11, 15];

function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(TIMES_FROM, TIMES_TO).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[PARENT]), ticks };
  } catch {
    return undefined;
  }
}

function ticksPerSecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}

/** Seconds used so far by each process and its descendants; of our own only itself, the others are its children. */
export function cpuSeconds<Name extends string>(pids: Readonly<Record<Name, number>>): Record<Name, number> {
  const names = Object.keys(pids) as Name[];
  if (process.platform !== 'linux') {
    return Object.fromEntries(names.map((name) => [name, Number.NaN])) as Record<Name, number>;
  }
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/u.test(name) ? statOf(name) : undefined;
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  const below = (pid: number): number =>
    [...stats].reduce(
      (sum, [child, { parent }]) => (parent === pid ? sum + below(child) : sum),
      stats.get(pid)?.ticks ?? 0,
    );
  const perSecond = ticksPerSecond();
  const used = (pid: number): number => {
    if (pid !== process.pid) return below(pid) / perSecond;
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  return Object.fromEntries(names.map((name) => [name, used(pids[name])])) as Record<Name, number>;
}

/** What each has used between two looks. */
export function usedBetween<Name extends string>(
  before: Readonly<Record<Name, number>>,
  after: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(before) as Name[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as Record<Name, number>;
}
