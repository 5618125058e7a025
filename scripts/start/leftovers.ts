/**
 * What an earlier start left behind when it was killed, and the notes from which the next start knows it: pid and
 * start time of every process, written as soon as each exists.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess, identify, isAlive, type ProcessIdentity } from '../process-identity.ts';
import { PATHS, readJson, remove, writeJson } from './data-directory.ts';

interface Notes {
  /** The `npm start` itself, and the npm that started it. */
  readonly up: ProcessIdentity;
  readonly npm: ProcessIdentity | null;
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
}

const ENDS_BY_ITSELF_MS = 15_000;
const STOP_GRACE_MS = 15_000;
const POLL_MS = 50;

let notes: Notes | undefined;

/** Notes a process of this start. */
export function note(name: string, identity: ProcessIdentity): void {
  if (notes === undefined) return;
  notes = { ...notes, processes: { ...notes.processes, [name]: identity } };
  writeJson(PATHS.started, notes);
}

/** Ends whatever was noted and still lives (a start that was broken off), so that the next one has nothing to clean up. */
export async function closeNotes(): Promise<void> {
  const living = Object.entries(notes?.processes ?? {}).filter(([, identity]) => isAlive(identity));
  await Promise.all(living.map(([name, identity]) => endOrderly(name, identity)));
  dropNotes();
}

export function dropNotes(): void {
  notes = undefined;
  remove(PATHS.started);
}

/** The npm that runs us, or undefined when none does. */
export function identityOfNpm(): ProcessIdentity | undefined {
  return process.env['npm_lifecycle_event'] === 'start' ? identify(process.ppid) : undefined;
}

async function waitForEnd(identity: ProcessIdentity): Promise<void> {
  const until = Date.now() + ENDS_BY_ITSELF_MS;
  while (isAlive(identity) && Date.now() < until) await delay(POLL_MS);
}

/** PostgreSQL writes everything down on SIGINT; the others take SIGTERM. */
function endOrderly(name: string, identity: ProcessIdentity): Promise<void> {
  return endProcess(identity, name === 'postgres' ? 'SIGINT' : 'SIGTERM', STOP_GRACE_MS);
}

/**
 * Claims this checkout for this start and ends what is left of an earlier one; returns the names of what was ended.
 * Throws when another start is running here.
 */
export async function takeOver(): Promise<string[]> {
  const before = readJson<Notes>(PATHS.started);
  if (before !== undefined && isAlive(before.up)) {
    const orphaned = before.npm !== null && !isAlive(before.npm);
    // Its npm was killed: it has noticed and is ending.
    if (orphaned) await waitForEnd(before.up);
    if (isAlive(before.up)) {
      throw new Error(
        `Davtalab runs here already (pid ${before.up.pid}); its addresses are in .data/running.json. ` +
          `Stop it with Ctrl-C there, or with: kill ${before.up.pid}`,
      );
    }
  }
  const left = Object.entries(before?.processes ?? {}).filter(([, identity]) => isAlive(identity));
  const dependents = left.filter(([name]) => name !== 'postgres' && name !== 'temporal');
  const engines = left.filter(([name]) => name === 'postgres' || name === 'temporal');
  for (const group of [dependents, engines]) {
    await Promise.all(group.map(([name, identity]) => endOrderly(name, identity)));
  }
  remove(PATHS.running);
  const up = identify(process.pid);
  if (up === undefined) throw new Error('This system does not tell when a process was started.');
  notes = { up, npm: identityOfNpm() ?? null, processes: {} };
  writeJson(PATHS.started, notes);
  return left.map(([name]) => name);
}
