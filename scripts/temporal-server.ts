/** The Temporal dev server for development and tests, and the search attributes that our workflows need. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../workflows/protocol.ts';
import { endProcess, identify, type ProcessIdentity } from './process-identity.ts';
import { findTemporal } from './temporal-binary.ts';

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
const CALL_MS = 2_000;

export interface TemporalServer {
  readonly identity: ProcessIdentity;
  readonly address: string;
  stop(): Promise<void>;
}

interface TemporalOptions {
  readonly port: number;
  /** Port of the Web UI; null for none. */
  readonly uiPort: number | null;
  readonly namespace: string;
  /** Where it keeps everything; null for memory only. */
  readonly dataFile: string | null;
  readonly logFile: string;
  /** What the browser of the Web UI asks to decode payloads. */
  readonly codecEndpoint?: string;
  readonly say?: (line: string) => void;
  /** Called as soon as the process exists, before it is ready. */
  readonly noted?: (identity: ProcessIdentity) => void;
}

type AttributeType = keyof typeof proto.temporal.api.enums.v1.IndexedValueType;
const TYPES: Readonly<Record<string, AttributeType>> = {
  KEYWORD: 'INDEXED_VALUE_TYPE_KEYWORD',
  INT: 'INDEXED_VALUE_TYPE_INT',
  DATETIME: 'INDEXED_VALUE_TYPE_DATETIME',
};

function commandLine(options: TemporalOptions): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port)],
    ...['--namespace', options.namespace, '--log-format', 'json', '--log-level', 'warn'],
    ...['--dynamic-config-value', 'frontend.enableServerVersionCheck=false'],
    ...(options.uiPort === null
      ? ['--headless']
      : ['--ui-ip', '127.0.0.1', '--ui-port', String(options.uiPort)]),
    // Without these SQLite waits for the disk at every step (facts/temporal.md §1).
    ...(options.dataFile === null
      ? []
      : [
          ...['--db-filename', options.dataFile],
          ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
        ]),
    ...(options.codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', options.codecEndpoint]),
  ];
}

/** Starts the dev server and resolves when it answers and knows our search attributes. It outlives us when we are killed. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const program = await findTemporal(options.say);
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(program, commandLine(options), {
    // A group of its own: Ctrl-C in the terminal is for us, and we stop it in order.
    detached: process.platform !== 'win32',
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  closeSync(log);
  const failure = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code) => resolve(new Error(`Temporal ended (${code}); see ${options.logFile}.`)));
  });
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) throw await failure;
  options.noted?.(identity);
  const server = temporalAt(identity, options.port);
  await Promise.race([
    prepareNamespace(server.address, options.namespace, READY_WITHIN_MS),
    failure.then((error) => Promise.reject(error)),
  ]);
  return server;
}

function temporalAt(identity: ProcessIdentity, port: number): TemporalServer {
  return {
    identity,
    address: `127.0.0.1:${port}`,
    stop: () => endProcess(identity, 'SIGTERM', STOP_WITHIN_MS),
  };
}

/**
 * Registers our search attributes in a namespace, as far as they are missing; repeats until the server answers or
 * `withinMs` have passed, then throws what the last try met.
 */
export async function prepareNamespace(address: string, namespace: string, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  const connection = Connection.lazy({ address, channelArgs: { 'grpc.max_reconnect_backoff_ms': 100 } });
  try {
    for (;;) {
      try {
        await connection.withDeadline(Date.now() + CALL_MS, () => addSearchAttributes(connection, namespace));
        return;
      } catch (error) {
        if (Date.now() > until) throw error;
        await delay(50);
      }
    }
  } finally {
    await connection.close();
  }
}

async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(SEARCH_ATTRIBUTES).filter(({ name }) => !(name in customAttributes));
  if (missing.length === 0) return;
  const types = proto.temporal.api.enums.v1.IndexedValueType;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      missing.map(({ name, type }) => [name, types[TYPES[type] ?? 'INDEXED_VALUE_TYPE_UNSPECIFIED']]),
    ),
  });
}
