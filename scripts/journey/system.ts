/** The running system: found by `.data/running.json`, or started here and stopped again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Deviation } from './deviation.ts';
import { until } from './door.ts';
import type { StaffAccount } from './panel.ts';

const HOUSE = fileURLToPath(new URL('../..', import.meta.url));
const RUNNING_FILE = `${HOUSE}.data/running.json`;
const START_PATIENCE_MS = 300_000;
const STOP_PATIENCE_MS = 30_000;

/** API.md §5. */
export interface Running {
  readonly urls: {
    readonly api: string;
    readonly admin: string;
    readonly sandbox: string;
    readonly temporalUi: string;
  };
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly databaseUrl: string;
  readonly staff: readonly StaffAccount[];
  readonly pids: Readonly<Record<string, number>>;
}

export interface System {
  readonly running: Running;
  /** Started here, and not found running. */
  readonly ours: boolean;
  /** Ends what was started here; a system that ran before stays. */
  stop(): Promise<void>;
}

/** What the running system tells now; pids change when a child was started again. */
export async function readRunning(): Promise<Running | undefined> {
  try {
    return JSON.parse(await readFile(RUNNING_FILE, 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

async function answers(running: Running): Promise<boolean> {
  try {
    return (await fetch(`${running.urls.api}/livez`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await gone;
  clearTimeout(timer);
}

async function start(): Promise<System> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/up.ts'], {
    cwd: HOUSE,
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  try {
    const running = await until({
      what: 'the start of the system',
      patienceMs: START_PATIENCE_MS,
      look: async () => {
        if (child.exitCode !== null) throw new Deviation(`npm start ended with ${child.exitCode}`);
        const told = await readRunning();
        return told !== undefined && (await answers(told)) ? told : undefined;
      },
    });
    return { running, ours: true, stop: () => stopChild(child) };
  } catch (error) {
    await stopChild(child);
    throw error;
  }
}

/** The system that runs already, else one of our own. */
export async function findOrStart(print: (line: string) => void): Promise<System> {
  const running = await readRunning();
  if (running !== undefined && (await answers(running))) {
    print(`the running system: ${running.urls.api}`);
    return { running, ours: false, stop: async () => {} };
  }
  print('no system is running: starting one of our own (npm start), it is stopped at the end');
  return start();
}
