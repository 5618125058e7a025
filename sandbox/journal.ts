/**
 * What keeps the sandbox's world across a restart: a file of JSON lines, one change each, the last one of an id wins.
 *
 * Written synchronously, so that what was answered is in the file even when the process is killed right after.
 */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface JournalEntry {
  readonly kind: string;
  readonly value: unknown;
}

export interface Journal {
  /** What an earlier process wrote, oldest first. A last line that was cut off is left out. */
  readonly earlier: readonly JournalEntry[];
  append(kind: string, value: unknown): void;
  /** Replaces the file by these entries, so that it does not grow with each change of the same thing. */
  compact(entries: readonly JournalEntry[]): void;
  close(): void;
}

const FILE = 'world.jsonl';

/** `directory` null keeps nothing. */
export function openJournal(directory: string | null): Journal {
  if (directory === null) {
    return { earlier: [], append: () => undefined, compact: () => undefined, close: () => undefined };
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, FILE);
  const earlier = readEntries(path);
  let descriptor = openSync(path, 'a', 0o600);
  return {
    earlier,
    append: (kind, value) => void writeSync(descriptor, `${JSON.stringify({ kind, value })}\n`),
    compact(entries) {
      const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      closeSync(descriptor);
      renameSync(`${path}.new`, path);
      descriptor = openSync(path, 'a', 0o600);
    },
    close: () => closeSync(descriptor),
  };
}

function readEntries(path: string): JournalEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as JournalEntry];
    } catch {
      return [];
    }
  });
}
