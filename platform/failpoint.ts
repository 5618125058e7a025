/**
 * Named points at which a test can kill the process, to see that nothing is lost there.
 * Costs one comparison when none is armed; configuration refuses them in production.
 */
import { unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

interface Armed {
  readonly name: string;
  /** Dies when the point is passed for this many times, counted from 1. */
  readonly hit: number;
  passed: number;
}

let armed: Armed | undefined;
/** A folder in which a test puts a file named `point` or `point@subject` while the process runs. */
let folder: string | undefined;

const FOLDER_PREFIX = 'dir:';

/**
 * Arms `name` or `name:n`, or the points that a test names in a folder (`dir:PATH`); undefined or empty disarms.
 * Called once, by the main module of a process.
 */
export function armFailpoint(setting: string | undefined): void {
  armed = undefined;
  folder = undefined;
  if (setting === undefined || setting === '') return;
  if (setting.startsWith(FOLDER_PREFIX)) {
    folder = setting.slice(FOLDER_PREFIX.length);
    return;
  }
  const [name = '', count = '1'] = setting.split(':');
  armed = { name, hit: Number(count), passed: 0 };
}

/** Takes the file away, so that one process dies once, and not again when it has been started again. */
function take(file: string): boolean {
  try {
    unlinkSync(join(folder ?? '', file));
    return true;
  } catch {
    return false;
  }
}

function isDue(name: string, subject: string): boolean {
  if (folder !== undefined) return (subject !== '' && take(`${name}@${subject}`)) || take(name);
  if (armed === undefined || armed.name !== name) return false;
  armed.passed += 1;
  return armed.passed === armed.hit;
}

/**
 * A point where the process may be killed: writes what it hit to stderr, then dies like under `kill -9`.
 * `subject` is an id of ours (of a registration, a code), so that a test can choose whose work is hit; `kind` says
 * which work it is (of a command, of a fact), so that a test can choose that by `name:kind`.
 */
export async function failpoint(name: string, subject = '', kind = ''): Promise<void> {
  if (armed === undefined && folder === undefined) return;
  const names = kind === '' || folder === undefined ? [name] : [`${name}:${kind}`, name];
  const due = names.find((known) => isDue(known, subject));
  if (due === undefined) return;
  const line = { failpoint: due, subject, at: new Date().toISOString() };
  writeSync(process.stderr.fd, `${JSON.stringify(line)}\n`);
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered at once on Linux; elsewhere nothing of ours may run before it is.
  await new Promise<never>(() => {});
}
