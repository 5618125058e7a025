/**
 * A place for tests to look at each line of the log before it is written. The running system has no inspector.
 * Apart from log.ts, so that a test can take its seat without loading the logger.
 */
type Inspector = (line: string) => void;

let inspector: Inspector | undefined;

/** From now on sees every line of this process; what it throws, whoever writes to the log meets. */
export function inspectLogs(inspect: Inspector | undefined): void {
  inspector = inspect;
}

/** Called by the logger for each line, also for one that its level or its destination swallows. */
export function showToInspector(line: string): void {
  inspector?.(line);
}
