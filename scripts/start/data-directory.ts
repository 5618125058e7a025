/** `.data`: everything that a development system keeps between two starts, and what it tells while it runs. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DATA = join(ROOT, '.data');

export const PATHS = {
  data: DATA,
  postgres: join(DATA, 'pg'),
  temporalFolder: join(DATA, 'temporal'),
  temporal: join(DATA, 'temporal', 'temporal.db'),
  sandbox: join(DATA, 'sandbox'),
  logs: join(DATA, 'logs'),
  keys: join(DATA, 'keys.json'),
  staff: join(DATA, 'staff.json'),
  /** What is running, for people, tests and clients (API.md §5). */
  running: join(DATA, 'running.json'),
  /** Which processes were started, for the next start to clean up after a kill. */
  started: join(DATA, 'started.json'),
} as const;

/** Makes the folders. `.data` can be walked through, because PostgreSQL may run as another user; its files cannot be read. */
export function makeDataDirectory(): void {
  for (const [path, mode] of [
    [PATHS.data, 0o755],
    [PATHS.logs, 0o700],
    [PATHS.sandbox, 0o700],
    [PATHS.temporalFolder, 0o700],
  ] as const) {
    mkdirSync(path, { recursive: true, mode });
    chmodSync(path, mode);
  }
}

export function logFile(name: string): string {
  return join(PATHS.logs, `${name}.log`);
}

/** What a file holds, or undefined when it is not there or was cut short. */
export function readJson<T>(path: string): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Writes a file that only its owner can read; readers see the old one or the new one, never half of it. */
export function writeJson(path: string, value: unknown): void {
  const half = `${path}.half`;
  writeFileSync(half, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(half, path);
}

export function remove(path: string): void {
  rmSync(path, { force: true });
}
