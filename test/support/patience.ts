/** How long a test waits for what is there, only late: a busy machine takes ten times as long as an idle one. */

/**
 * For `openDatabase`, in milliseconds. A test waits for its turn on a crowded machine, and for the locks of a process
 * that the machine does not let run for some seconds; what a client is told meanwhile is tested with real processes.
 */
export const TEST_PATIENCE = { acquireMs: 30_000, statementMs: 30_000 } as const;

/** For what a process must do some day: a net, since only a broken one comes near it. */
export const NET_MS = 120_000;
