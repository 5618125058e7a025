/** Statements per process, as bench/count-statements.mjs writes them down. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const COUNTED = ['api', 'worker', 'admin'] as const;
type Counted = Readonly<Record<(typeof COUNTED)[number], number>>;

const COUNTER = new URL('./count-statements.mjs', import.meta.url);
/** Longer than a counter takes to write its number down. */
const WRITTEN_MS = 400;

export interface StatementCount {
  flagsOf(name: (typeof COUNTED)[number]): string[];
  soFar(): Promise<Counted>;
  close(): void;
}

export function countStatements(): StatementCount {
  const folder = mkdtempSync(join(tmpdir(), 'davtalab-statements-'));
  const read = (name: string): number => Number(readFileSync(join(folder, name), 'utf8'));
  return {
    flagsOf(name) {
      const counter = new URL(COUNTER);
      counter.searchParams.set('to', join(folder, name));
      return ['--import', counter.href];
    },
    async soFar() {
      await delay(WRITTEN_MS);
      return { api: read('api'), worker: read('worker'), admin: read('admin') };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
