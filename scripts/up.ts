/**
 * `npm start`: the whole system on this machine, from nothing or from where the last start stopped.
 * Everything it keeps is in `.data`; what it tells clients is in `.data/running.json` (API.md §5).
 */
import { randomToken } from '../platform/secret.ts';
import { createSealing } from '../platform/sealed-field.ts';
import { freePort } from './ports.ts';
import { isAlive } from './process-identity.ts';
import { complain, say } from './start/console.ts';
import { makeDataDirectory, PATHS, remove, writeJson } from './start/data-directory.ts';
import { placeOf, prepareDatabase } from './start/database.ts';
import {
  databaseUrlOf,
  providePostgres,
  provideTemporal,
  stopAll,
  temporalAddressOf,
} from './start/engines.ts';
import { closeNotes, dropNotes, identityOfNpm, note, takeOver } from './start/leftovers.ts';
import { startNodeChild } from './start/node-child.ts';
import { partsOf, urlsOf, type Part, type Ports, type Surroundings } from './start/parts.ts';
import { developmentSecrets } from './start/secrets.ts';
import { keepRunning, type Service } from './start/service.ts';
import type { DemoAccount } from './seed.ts';

const env = process.env;
const host = env['HOST'] || '127.0.0.1';
const namespace = env['TEMPORAL_NAMESPACE'] || 'default';
const PARENT_WATCH_MS = 500;

const services: Service[] = [];
let staff: readonly DemoAccount[] = [];
let announce = (): void => {};
let stopping: Promise<void> | undefined;

function stop(why: string): Promise<void> {
  stopping ??= (async () => {
    say(why);
    remove(PATHS.running);
    await stopAll(services);
    await closeNotes();
    say('stopped; the next npm start goes on from here');
  })();
  return stopping;
}

/** The second Ctrl-C ends our children at once; only ours, and only by the pids that we know. */
function stopAtOnce(): void {
  for (const { pid } of services) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself; the others have not.
    }
  }
  dropNotes();
  process.exit(1);
}

function listen(): void {
  let asked = 0;
  const onSignal = (): void => {
    // npm and the terminal both pass the same Ctrl-C on.
    if (Date.now() - asked < 500) return;
    if (asked > 0) stopAtOnce();
    asked = Date.now();
    void stop('stopping …').then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const npm = identityOfNpm();
  if (npm === undefined) return;
  setInterval(() => {
    if (!isAlive(npm)) void stop('npm is gone; stopping …').then(() => process.exit(1));
  }, PARENT_WATCH_MS).unref();
}

async function choosePorts(): Promise<Ports> {
  const taken = new Set<number>();
  const choose = async (name: string, wanted: number, at = '127.0.0.1'): Promise<number> => {
    const port = await freePort(Number(env[name]) || wanted, taken, at);
    taken.add(port);
    if (port !== (Number(env[name]) || wanted))
      say(`port ${Number(env[name]) || wanted} is taken; using ${port}`);
    return port;
  };
  return {
    api: await choose('PORT', 3000, host),
    admin: await choose('ADMIN_PORT', 3001, host),
    sandbox: await choose('SANDBOX_PORT', 3002, host),
    centre: await choose('SANDBOX_SMPP_PORT', 2775, host),
    codec: await choose('CODEC_PORT', 8081),
    temporal: await choose('TEMPORAL_PORT', 7233),
    temporalUi: await choose('TEMPORAL_UI_PORT', 8233),
    postgres: await choose('POSTGRES_PORT', 54_329),
  };
}

/** Waits for all also when one fails, so that none is still starting while we stop. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

/** Services stop in the reverse order of this list: engines stand first. */
function add(service: Service | null, position: 'engine' | 'part'): void {
  if (service === null) return;
  if (position === 'engine') services.unshift(service);
  else services.push(service);
}

async function startDatabase({ ports, secrets, databaseUrl }: Surroundings): Promise<void> {
  const postgres = await providePostgres({ env, port: ports.postgres, secrets, changed: () => announce() });
  add(postgres, 'engine');
  say(`PostgreSQL on ${placeOf(databaseUrl)}${postgres === null ? ' (DATABASE_URL)' : ''}`);
  const sealing = createSealing({
    sealingKey: Buffer.from(secrets.SEALING_KEY, 'base64'),
    fingerprintKey: Buffer.from(secrets.FINGERPRINT_KEY, 'base64'),
  });
  const prepared = await prepareDatabase(databaseUrl, sealing);
  staff = prepared.staff;
  const { migrations } = prepared;
  say(`database ready (${migrations.length === 0 ? 'up to date' : `applied ${migrations.join(', ')}`})`);
}

async function startEngine({ ports, temporal, codecToken }: Surroundings): Promise<void> {
  const service = await provideTemporal({
    ...{ env, namespace, port: ports.temporal, uiPort: ports.temporalUi },
    codecEndpoint: `http://127.0.0.1:${ports.codec}/${codecToken}`,
    changed: () => announce(),
  });
  add(service, 'engine');
  say(`Temporal on ${temporal.address}${service === null ? ' (TEMPORAL_ADDRESS)' : ''}`);
}

async function startPart(part: Part): Promise<void> {
  const start = (first: boolean) => {
    // A failpoint is hit once: the process that is started after its death goes on without it.
    const { FAILPOINT: _hit, ...later } = part.environment;
    const environment = first ? part.environment : later;
    return startNodeChild({ ...part, environment, noted: (identity) => note(part.name, identity) });
  };
  add(await keepRunning(part.name, start, () => announce()), 'part');
  say(`${part.name} ready`);
}

function pidsOf(): Record<string, number> {
  return Object.fromEntries(services.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]])));
}

function tell(around: Surroundings): void {
  const urls = urlsOf(around);
  announce = () => {
    if (stopping !== undefined) return;
    const { temporal, databaseUrl } = around;
    writeJson(PATHS.running, { urls, temporal, databaseUrl, staff, pids: pidsOf() });
  };
  announce();
  const accounts = staff.map(
    ({ email, password, role, governorate }) =>
      `    ${email}  ${password}  ${role}${governorate ? ` ${governorate}` : ''}`,
  );
  say('Davtalab runs');
  console.log(
    [
      '',
      `  API            ${urls.api}/api/v1      documentation ${urls.api}/api/docs`,
      `  panel          ${urls.admin}/admin`,
      `  SMS inbox      ${urls.sandbox}/inbox   people ${urls.sandbox}/people`,
      `  Temporal UI    ${urls.temporalUi}`,
      '',
      '  demo sign-ins of the panel (drawn at the first start, only on this machine):',
      ...accounts,
      '',
      '  npm run journey plays a candidate from the first SMS to the approval. Ctrl-C stops. Logs: .data/logs',
      '',
    ].join('\n'),
  );
}

async function surroundings(): Promise<Surroundings> {
  const secrets = developmentSecrets(env);
  const ports = await choosePorts();
  return {
    ...{ env, host, ports, secrets },
    codecToken: randomToken(),
    databaseUrl: databaseUrlOf({ env, port: ports.postgres, secrets }),
    temporal: { address: temporalAddressOf({ env, port: ports.temporal }), namespace },
    temporalUiUrl: env['TEMPORAL_UI_URL'] || `http://127.0.0.1:${ports.temporalUi}`,
  };
}

async function main(): Promise<void> {
  listen();
  const around = await surroundings();
  const parts = partsOf(around);
  const startAfter = (what: Part['after'], ready: Promise<unknown>): Promise<void> =>
    ready.then(() => {
      const due = stopping === undefined ? parts.filter(({ after }) => after === what) : [];
      return allOf(due.map(startPart));
    });
  const database = startDatabase(around);
  const engine = startEngine(around);
  await allOf([
    startAfter('nothing', Promise.resolve()),
    startAfter('database', database),
    startAfter('engine', Promise.all([database, engine])),
    engine,
  ]);
  if (stopping === undefined) tell(around);
}

function fail(error: unknown): void {
  complain(error instanceof Error ? error.message : String(error));
}

/** Before this checkout is ours, nothing of it may be touched: another start may be running here. */
async function claim(): Promise<boolean> {
  try {
    makeDataDirectory();
    const left = await takeOver();
    if (left.length > 0) say(`ended what a killed start had left: ${left.join(', ')}`);
    return true;
  } catch (error) {
    fail(error);
    return false;
  }
}

if (!(await claim())) process.exit(1);
main().catch(async (error: unknown) => {
  if (stopping === undefined) fail(error);
  await stop('not started; stopping what was …');
  process.exit(1);
});
