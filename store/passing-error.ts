/** Which errors of PostgreSQL, of its driver and of the pool only say that the database is away for the moment. */

/** Classes of SQL states: connection, conflict, resources, lock not available, shutdown or cancelled, system. */
const PASSING_CLASSES = ['08', '40', '53', '55', '57', '58'];
const PASSING_CODES = [
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
];
/** Pool and driver have no codes for these. */
const PASSING_MESSAGES =
  /timeout acquiring a connection|unable to acquire|connection (?:terminated|timeout|ended unexpectedly)|timeout expired|server closed the connection|is not queryable/iu;

/** Whether it passes by itself, so that the same request is worth another try. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const known =
    typeof code === 'string' && (PASSING_CODES.includes(code) || PASSING_CLASSES.includes(code.slice(0, 2)));
  return known || PASSING_MESSAGES.test(error.message);
}
