/** The SDK and the workflows log through ours, which lets only known fields pass. */
import { DefaultLogger, type LogLevel } from '@temporalio/worker';
import type { Logger } from '../platform/log.ts';

const LEVELS: Readonly<Record<LogLevel, 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

/** For `Runtime.install`. Of an error it tells what log.ts tells of any. */
export function sdkLogger(log: Logger): DefaultLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) =>
    log[LEVELS[level]]({ ...meta, err: meta?.['error'] }, message),
  );
}
