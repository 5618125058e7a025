/**
 * Logs say what happened, never to whom: a field that is not on the list below is dropped before it is written.
 */
import { pino, type Logger } from 'pino';
import { showToInspector } from './log-inspector.ts';

export type { Logger };

/** Ids, codes, counts and times. Adding a name here is a decision about personal data. */
const ALLOWED_FIELDS = new Set([
  'action', 'activity', 'address', 'at', 'attempt', 'attempts', 'child', 'code', 'codeId', 'commandId', 'count', 'delayMs',
  'durationMs', 'electionId', 'err', 'event', 'fact', 'from', 'governorate', 'host', 'kind', 'level', 'method', 'migrations',
  'mode', 'namespace', 'number', 'outcome', 'pid', 'port', 'provider', 'queue', 'reason', 'registrationId', 'requestId',
  'revision', 'role', 'round', 'route', 'signal', 'smsId', 'attemptId', 'staffId', 'state', 'status', 'step', 'template', 'to',
  'url', 'workflowId', 'runId',
]); // prettier-ignore

/** `url`, `from` and `to` are allowed for addresses and statuses of ours; this keeps numbers of people out of them. */
const LONG_NUMBER = /(?<![\w-])\+?\d{9,}(?![\w-])/gu;
const QUOTED = /"[^"]*"|'[^']*'|\([^)]*\)=\([^)]*\)/gu;
const NOT_LATIN = /[^\p{ASCII}]+/gu;
const E_MAIL = /[^\s@<>,;]+@[^\s@<>,;]+/gu;
/** Longer than our ids, which may stay. */
const TOKEN = /[\w-]{40,}/gu;
const FRAMES_MAX = 12;

/** Messages of errors may quote what somebody typed; what is quoted, numbers, tokens and Persian words are blotted out. */
export function blot(message: string): string {
  return message
    .replace(QUOTED, '…')
    .replace(E_MAIL, '…')
    .replace(TOKEN, '…')
    .replace(/\d{4,}/gu, '…')
    .replace(NOT_LATIN, '…');
}

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line));
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: blot(error.message),
    stack: frames.slice(0, FRAMES_MAX).join('\n'),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!ALLOWED_FIELDS.has(name)) continue;
    if (typeof value === 'string') kept[name] = value.replace(LONG_NUMBER, '…');
    else if (name === 'err' || typeof value !== 'object' || value === null) kept[name] = value;
  }
  return kept;
}

/** JSON escapes what is below the space; these would move the cursor or turn the text around in a terminal all the same. */
const TERMINAL_MARKS = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** One line stays one line, whatever somebody sent. */
function inOneLine(line: string): string {
  const escaped = line.replace(
    TERMINAL_MARKS,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  showToInspector(escaped);
  return escaped;
}

interface LogOptions {
  readonly level?: string;
  readonly destination?: { write(line: string): void };
}

/** A logger that writes JSON lines to stdout; `name` is the process or the part of it. */
export function createLogger(name: string, { level = 'info', destination }: LogOptions = {}): Logger {
  const options = {
    name,
    level,
    formatters: { log: allowed, level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: inOneLine },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
