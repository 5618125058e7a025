/**
 * `npm start` as people meet it: in a folder with a space, with ports taken, killed without warning, started again.
 * The real processes, in a copy of this checkout.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import pg from 'pg';
import { createPayloadCodec } from '../../platform/payload-codec.ts';
import { anyPort } from '../../scripts/ports.ts';
import { identify, isAlive, type ProcessIdentity } from '../../scripts/process-identity.ts';
import { findTemporal } from '../../scripts/temporal-binary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['activities', 'admin', 'api', 'domain', 'migrations', 'platform', 'sandbox', 'scripts', 'store', 'workflows', 'package.json', 'package-lock.json', 'tsconfig.json']; // prettier-ignore
/** For each start and each return of a part; the tests, which wait for some of them, have more. */
const PATIENCE_MS = 300_000;
const WITHIN_MS = 3 * PATIENCE_MS;
jest.setTimeout(WITHIN_MS);
const PARTS = ['admin', 'api', 'codec', 'postgres', 'sandbox', 'temporal', 'worker'];

interface Running {
  readonly urls: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly staff: readonly { readonly email: string; readonly password: string }[];
  readonly pids: Readonly<Record<string, number>>;
}

const folder = mkdtempSync(join(tmpdir(), 'davtalab start '));
const house = join(folder, 'a house');
let ports: Record<string, string>;
let occupied: Server;
let up: ChildProcess | undefined;
let said = '';

function runningFile(): Running | undefined {
  const path = join(house, '.data/running.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Running) : undefined;
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} did not happen. It said:\n${said}`);
    await delay(50);
  }
}

function launch(): ChildProcess {
  said = '';
  const child = spawn(process.execPath, ['--import', './scripts/typescript-loader.mjs', 'scripts/up.ts'], {
    cwd: house,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], ...ports },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  return child;
}

async function start(): Promise<Running> {
  up = launch();
  await until('the start', () => (said.includes('Davtalab runs\n') ? true : undefined));
  return until('running.json', runningFile);
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

function processesOf({ pids }: Running): ProcessIdentity[] {
  return Object.values(pids)
    .map(identify)
    .filter((it) => it !== undefined);
}

async function accounts(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>('select count(*) from staff');
  await client.end();
  return Number(rows[0]?.count);
}

describe('npm start', () => {
  let first: Running;

  beforeAll(async () => {
    mkdirSync(join(house, '.tools'), { recursive: true });
    for (const name of SOURCES) cpSync(join(ROOT, name), join(house, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'), 'junction');
    symlinkSync(await findTemporal(), join(house, '.tools/temporal'));
    const names = ['PORT', 'ADMIN_PORT', 'SANDBOX_PORT', 'SANDBOX_SMPP_PORT', 'CODEC_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'POSTGRES_PORT']; // prettier-ignore
    ports = {};
    for (const name of names) ports[name] = String(await anyPort());
    // Somebody has the API's port already.
    occupied = createServer();
    await new Promise<void>((resolve) => occupied.listen(Number(ports['PORT']), '127.0.0.1', resolve));
    first = await start();
  });

  afterAll(async () => {
    occupied.close();
    if (up !== undefined && up.exitCode === null) {
      up.kill('SIGTERM');
      await ended(up);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('tells clients where everything is, in a file that only its owner can read', async () => {
    expect(Object.keys(first.pids).sort()).toEqual(PARTS);
    expect(statSync(join(house, '.data/running.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(house, '.data/keys.json')).mode & 0o777).toBe(0o600);
    for (const part of ['api', 'admin', 'sandbox']) {
      expect([part, (await fetch(`${first.urls[part]}/livez`)).status]).toEqual([part, 200]);
    }
    expect((await fetch(first.urls['temporalUi'] ?? '')).status).toBe(200);
    expect(await accounts(first.databaseUrl)).toBe(first.staff.length);
  });

  test('lets the Web UI read payloads in clear, and nobody else', async () => {
    const settings = await fetch(`${first.urls['temporalUi']}/api/v1/settings`);
    const { Codec: told } = (await settings.json()) as { Codec: { Endpoint: string } };
    const keys = JSON.parse(readFileSync(join(house, '.data/keys.json'), 'utf8')) as { PAYLOAD_KEY: string };
    const codec = createPayloadCodec(Buffer.from(keys.PAYLOAD_KEY, 'base64'));
    const [sealed] = await codec.encode([defaultPayloadConverter.toPayload('in clear')]);
    const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
    const metadata = Object.entries(sealed?.metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]);
    const payload = { metadata: Object.fromEntries(metadata) as object, data: base64(sealed?.data) };
    // With the parameter that the Web UI adds.
    const ask = (endpoint: string, origin: string) =>
      fetch(`${endpoint}/decode?preserveStorageRefs=true`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: origin },
        body: JSON.stringify({ payloads: [payload] }),
      });

    const answer = await ask(told.Endpoint, first.urls['temporalUi'] ?? '');
    const { payloads } = (await answer.json()) as { payloads: { data: string }[] };
    expect(Buffer.from(payloads[0]?.data ?? '', 'base64').toString()).toBe('"in clear"');
    expect(answer.headers.get('access-control-allow-origin')).toBe(first.urls['temporalUi']);
    const strangers = [
      await ask(told.Endpoint, 'http://evil.example'),
      await ask(told.Endpoint.replace(/[^/]+$/u, 'guess'), first.urls['temporalUi'] ?? ''),
    ];
    expect(strangers.map(({ status }) => status)).toEqual([403, 403]);
  });

  test('passes over a port that is taken', () => {
    expect(said).toContain(`port ${ports['PORT']} is taken`);
    expect(new URL(first.urls['api'] ?? '').port).not.toBe(ports['PORT']);
  });

  test('is refused a second time, and leaves the first alone', async () => {
    const second = spawn(process.execPath, ['--import', './scripts/typescript-loader.mjs', 'scripts/up.ts'], {
      ...{ cwd: house, stdio: 'ignore' as const },
    });
    expect(await ended(second)).toBe(1);
    expect(runningFile()).toEqual(first);
  });

  test.each(['worker', 'temporal', 'postgres'])('starts the %s again when it was killed', async (part) => {
    const before = runningFile()?.pids[part] ?? 0;
    process.kill(before, 'SIGKILL');
    const after = await until(`the ${part}'s return`, () => {
      const pid = runningFile()?.pids[part];
      return pid === undefined || pid === before ? undefined : pid;
    });
    expect(identify(after)).toBeDefined();
  });

  test('after a kill -9 leaves nothing that blocks the next start, which keeps the state', async () => {
    const left = processesOf(runningFile() ?? first);
    up?.kill('SIGKILL');
    const again = await start();
    expect(left.filter(isAlive)).toEqual([]);
    expect(again.staff).toEqual(first.staff);
    expect(await accounts(again.databaseUrl)).toBe(first.staff.length);
  });

  test('ends all of its children when it is asked to, and no file says that it runs', async () => {
    const children = processesOf(runningFile() ?? first);
    expect(children).toHaveLength(PARTS.length);
    up?.kill('SIGTERM');
    expect(up && (await ended(up))).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    for (const name of ['running.json', 'started.json']) {
      expect(existsSync(join(house, '.data', name))).toBe(false);
    }
  });
});
