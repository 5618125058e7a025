import { createLogger, type Logger } from '../../platform/log.ts';

/** A logger for tests that shows nothing, and lets the guard see every line of every level. */
export function quietLog(): Logger {
  return createLogger('test', { level: 'trace', destination: { write: () => {} } });
}
