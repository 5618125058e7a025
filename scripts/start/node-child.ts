/** One of our own Node processes: its environment, when it is ready, and how it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess, identify, isAlive, type ProcessIdentity } from '../process-identity.ts';
import { logFile, ROOT } from './data-directory.ts';
import { NODE_OPTIONS } from './node-options.ts';
import type { RunningProcess } from './service.ts';

export interface NodeChild {
  readonly name: string;
  /** The main module, relative to the checkout. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  /** An address that answers 200 when it is ready, or what it writes to its log then. */
  readonly ready: { readonly url: string } | { readonly line: RegExp };
  /** Called as soon as the process exists, before it is ready. */
  readonly noted: (identity: ProcessIdentity) => void;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 12_000;
const LOOK_MS = 50;
const TAIL_LINES = 5;

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function written(path: string, from: number): string {
  return readFileSync(path).subarray(from).toString('utf8');
}

async function isReady({ ready, name }: NodeChild, logFrom: number): Promise<boolean> {
  if ('line' in ready) return ready.line.test(written(logFile(name), logFrom));
  try {
    const answer = await fetch(ready.url, { signal: AbortSignal.timeout(2_000) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** What stood in the log last: the reason, when a process ends at its start. */
function lastWords(name: string, from: number): string {
  const lines = written(logFile(name), from).trimEnd().split('\n');
  const reason = lines.findIndex((line) => /^\w*Error\b|cannot start/u.test(line.trim()));
  const shown = reason === -1 ? lines.slice(-TAIL_LINES) : lines.slice(reason, reason + 3 * TAIL_LINES);
  return shown.map((line) => `\n    ${line}`).join('');
}

function launch(child: NodeChild): ChildProcess {
  const log = openSync(logFile(child.name), 'a', 0o600);
  try {
    return spawn(process.execPath, [...NODE_OPTIONS, child.entry], {
      cwd: ROOT,
      env: { ...child.environment, PARENT_PIPE: '1' },
      // The pipe is our life line: it ends when we do, however we end. A group of its own keeps Ctrl-C for us.
      stdio: ['pipe', log, log],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } finally {
    closeSync(log);
  }
}

/** Starts it and resolves when it is ready; rejects with its last words when it ends before. */
export async function startNodeChild(child: NodeChild): Promise<RunningProcess> {
  const logFrom = sizeOf(logFile(child.name));
  const spawned = launch(child);
  spawned.stdin?.on('error', () => {});
  spawned.on('error', () => {});
  const identity = spawned.pid === undefined ? undefined : identify(spawned.pid);
  if (identity === undefined) throw new Error(`${child.name} could not be started.`);
  child.noted(identity);
  const stop = async (): Promise<void> => {
    spawned.stdin?.end();
    // Windows has no signal that a process could take in order; there the end of the pipe is the request.
    if (process.platform === 'win32') await delay(STOP_WITHIN_MS / 4);
    await endProcess(identity, 'SIGTERM', STOP_WITHIN_MS);
  };
  const until = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(child, logFrom))) {
    if (!isAlive(identity))
      throw new Error(`${child.name} ended at its start:${lastWords(child.name, logFrom)}`);
    if (Date.now() > until) {
      await stop();
      throw new Error(`${child.name} was not ready within 60 s:${lastWords(child.name, logFrom)}`);
    }
    await delay(LOOK_MS);
  }
  // Somebody else may have answered on its port; then it cannot listen there, and ends.
  await delay(LOOK_MS);
  if (!isAlive(identity))
    throw new Error(`${child.name} ended at its start:${lastWords(child.name, logFrom)}`);
  return { identity, stop };
}
