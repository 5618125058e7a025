/** One process of a system under test: it can be killed like by a power cut and started again in the same place. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess, identify, isAlive, signalProcess, type ProcessIdentity } from '../../scripts/process-identity.ts'; // prettier-ignore
import { ROOT } from '../../scripts/start/data-directory.ts';
import { NODE_OPTIONS } from '../../scripts/start/node-options.ts';
import { lineInspector } from './findings.ts';

/** What a process wrote before it killed itself at a named point (platform/failpoint.ts). */
export interface FailpointHit {
  readonly failpoint: string;
  readonly subject: string;
}

export interface Death {
  readonly part: string;
  readonly pid: number;
  /** Milliseconds UTC. */
  readonly at: number;
  readonly hit: FailpointHit | null;
}

/** A process that has been launched; `ready` may come later or never, `ended` always comes. */
export interface Launched {
  readonly identity: ProcessIdentity;
  readonly ready: Promise<void>;
  readonly ended: Promise<FailpointHit | null>;
  /** The end of what it has written. */
  readonly lastWords: () => string;
}

export interface Part {
  readonly name: string;
  readonly identity: ProcessIdentity | undefined;
  /** Resolves when it answers; rejects when it ends before. */
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. Throws when it does not run: such a kill hits nothing. */
  kill(): Promise<Death>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Called after each death that was not asked for by `stop`. */
  onDeath(listener: (death: Death) => void): void;
}

const STOP_WITHIN_MS = 12_000;
const LOOK_MS = 50;

export function createPart(name: string, launch: () => Promise<Launched>): Part {
  let current: Launched | undefined;
  let stopping = false;
  const listeners: ((death: Death) => void)[] = [];

  const watch = async (launched: Launched): Promise<Death> => {
    const hit = await launched.ended;
    const death = { part: name, pid: launched.identity.pid, at: Date.now(), hit };
    if (current === launched) current = undefined;
    if (!stopping) for (const listener of listeners) listener(death);
    return death;
  };
  let death: Promise<Death> | undefined;
  let starting: Promise<void> | undefined;

  const begin = async (): Promise<void> => {
    stopping = false;
    const launched = await launch();
    current = launched;
    death = watch(launched);
    await Promise.race([
      launched.ready,
      death.then(() =>
        Promise.reject(new Error(`${name} ended before it was ready: ${launched.lastWords()}`)),
      ),
    ]);
  };

  return {
    name,
    get identity() {
      return current?.identity;
    },
    start() {
      starting ??= (current === undefined ? begin() : Promise.resolve()).finally(
        () => (starting = undefined),
      );
      return starting;
    },
    async kill() {
      if (current === undefined || death === undefined) throw new Error(`${name} is not running`);
      signalProcess(current.identity, 'SIGKILL');
      return death;
    },
    async stop() {
      stopping = true;
      if (current === undefined) return;
      await endProcess(current.identity, 'SIGTERM', STOP_WITHIN_MS);
      await death;
    },
    onDeath: (listener) => void listeners.push(listener),
  };
}

/** A server that was started elsewhere in one piece: it is ready when we hear of it. */
export function asLaunched({ identity }: { readonly identity: ProcessIdentity }): Launched {
  const gone = async (): Promise<null> => {
    while (isAlive(identity)) await delay(LOOK_MS);
    return null;
  };
  return { identity, ready: Promise.resolve(), ended: gone(), lastWords: () => '' };
}

interface NodeProcess {
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ready: { readonly url: string } | { readonly line: RegExp };
  readonly logFile: string;
  /** Before the entry, for example `--cpu-prof`. */
  readonly flags?: readonly string[];
}

const KEPT_LENGTH = 4_000;

function hitIn(written: string): FailpointHit | null {
  const line = written.split('\n').findLast((text) => text.startsWith('{"failpoint"'));
  return line === undefined ? null : (JSON.parse(line) as FailpointHit);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Launches one of our own entries; it ends with us, because it holds our pipe. */
export function launchNode({ entry, environment, ready, logFile, flags = [] }: NodeProcess): Launched {
  const child = spawn(process.execPath, [...NODE_OPTIONS, ...flags, entry], {
    cwd: ROOT,
    env: { ...environment, PARENT_PIPE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  let written = '';
  const inspect = lineInspector(entry);
  const keep = (text: string): void => {
    appendFileSync(logFile, text);
    inspect(text);
    written = (written + text).slice(-KEPT_LENGTH);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) throw new Error(`${entry} could not be started`);
  let over = false;
  // `close` comes after the last of its output has been read.
  const ended = new Promise<FailpointHit | null>((resolve) => {
    child.once('close', () => {
      over = true;
      resolve(hitIn(written));
    });
  });
  const becomeReady = async (): Promise<void> => {
    const isReady = () => ('url' in ready ? answers(ready.url) : ready.line.test(written));
    while (!over && !(await isReady())) await delay(LOOK_MS);
  };
  return { identity, ready: becomeReady(), ended, lastWords: () => written };
}
