/**
 * A whole system of its own: PostgreSQL that syncs to the disk, Temporal with its data in a file, sandbox, worker,
 * API and panel, each a process that can be killed and started again on the same port.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomToken } from '../../platform/secret.ts';
import type { Running } from '../../scripts/journey/system.ts';
import { anyPort } from '../../scripts/ports.ts';
import { partsOf, type Ports } from '../../scripts/start/parts.ts';
import { startBankTap, type BankTap } from './bank-tap.ts';
import { TEST_KEY_ENVIRONMENT } from './keys.ts';
import { createPart, launchNode, type Death, type Part } from './part.ts';
import { persist, postgresPart, prepareDatabase, startKeeper, temporalPart, type Keeper } from './servers.ts';

const NODE_PARTS = ['sandbox', 'worker', 'api', 'admin'] as const;
type NodePartName = (typeof NODE_PARTS)[number];
export type PartName = 'postgres' | 'temporal' | NodePartName;
type Parts = Readonly<Record<PartName, Part>>;

export interface System {
  /** Where it is, as `npm start` would tell it. */
  readonly running: Running;
  readonly parts: Parts;
  /** Logs of all parts and the engine's database lie here. */
  readonly folder: string;
  readonly bank: BankTap;
  readonly deaths: readonly Death[];
  /** Starts what has died again at once, until told otherwise; off at first. */
  supervise(on: boolean): void;
  /** The process that passes this point next dies there; with a subject, only when it works on that. */
  arm(point: string, subject?: string): void;
  /** Nobody dies there any more. */
  disarm(point: string, subject?: string): void;
  /** Resolves when the point is hit the next time from now on. */
  hit(point: string, subject?: string): Promise<Death>;
  /** Ends everything by its pid and removes the folder. */
  stop(): Promise<void>;
}

export interface SystemOptions {
  /** Node flags of a part, for example for profiles. */
  readonly flags?: Readonly<Partial<Record<PartName, readonly string[]>>>;
  /** More environment of all Node parts. */
  readonly environment?: Readonly<Record<string, string>>;
}

const NAMESPACE = 'default';
const DATABASE = 'davtalab';
const PASSWORD_BYTES = 18;
const PROVIDER_SECRETS = ['KAVENEGAR_KEY', 'ZIBAL_TOKEN', 'BANK_TERMINAL', 'BANK_KEY', 'SMS_REPORT_KEY'];
const SMPP_PASSWORD_BYTES = 6;
const LOOPBACK = '127.0.0.1';
const at = (port: number): string => `http://${LOOPBACK}:${port}`;

/** Where everything of one system is. */
interface Site {
  readonly folder: string;
  readonly ports: Ports;
  readonly bankPort: number;
  readonly password: string;
  readonly keeper: Keeper;
  urlOf(database: string): string;
}

async function drawSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'davtalab-system-'));
  chmodSync(folder, 0o755);
  for (const name of ['points', 'sandbox']) mkdirSync(join(folder, name));
  const [api = 0, admin = 0, sandbox = 0, codec = 0, temporal = 0, postgres = 0, bankPort = 0, centre = 0] =
    await Promise.all(Array.from({ length: 8 }, () => anyPort()));
  const password = randomToken(PASSWORD_BYTES);
  return {
    ...{ folder, password, bankPort, keeper: startKeeper(folder) },
    ports: { api, admin, sandbox, centre, codec, temporal, postgres, temporalUi: 0 },
    urlOf: (database) =>
      `postgres://postgres:${encodeURIComponent(password)}@${LOOPBACK}:${postgres}/${database}`,
  };
}

/** Our own processes as `npm start` runs them, with keys of tests and the points of a test. */
function nodeParts(
  { folder, ports, bankPort, password, urlOf }: Site,
  options: SystemOptions,
): Parts[NodePartName][] {
  const drawn = PROVIDER_SECRETS.map((name) => [name, randomToken(PASSWORD_BYTES)]);
  const secrets = {
    ...TEST_KEY_ENVIRONMENT,
    ...Object.fromEntries(drawn),
    SMPP_PASSWORD: randomToken(SMPP_PASSWORD_BYTES),
    POSTGRES_PASSWORD: password,
  };
  const { PATH, HOME, TMPDIR } = process.env;
  const described = partsOf({
    env: { PATH, HOME, TMPDIR },
    host: LOOPBACK,
    ports,
    secrets: secrets as Parameters<typeof partsOf>[0]['secrets'],
    databaseUrl: urlOf(DATABASE),
    temporal: { address: `${LOOPBACK}:${ports.temporal}`, namespace: NAMESPACE },
    temporalUiUrl: at(1),
    codecToken: randomToken(PASSWORD_BYTES),
  });
  const ours = {
    SANDBOX_DATA: join(folder, 'sandbox'),
    FAILPOINT: `dir:${join(folder, 'points')}`,
    BANK_URL: at(bankPort),
    ...options.environment,
  };
  return NODE_PARTS.map((name) => {
    const part = described.find((one) => one.name === name);
    if (part === undefined) throw new Error(`npm start knows no ${name}`);
    const { entry, ready } = part;
    const environment = { ...part.environment, ...ours };
    const flags = options.flags?.[name] ?? [];
    const logFile = join(folder, `${name}.log`);
    return createPart(name, () => Promise.resolve(launchNode({ entry, ready, flags, logFile, environment })));
  });
}

/** Tells of deaths, and starts again what has died while that is wanted. */
function createWatch(parts: readonly Part[]) {
  let supervised = false;
  const deaths: Death[] = [];
  const listeners = new Set<(death: Death) => void>();
  for (const part of parts) {
    part.onDeath((death) => {
      deaths.push(death);
      for (const listener of listeners) listener(death);
      if (supervised) void persist(() => part.start()).catch(() => {});
    });
  }
  return {
    deaths,
    supervise: (on: boolean) => void (supervised = on),
    hit: (point: string, subject = '') =>
      new Promise<Death>((resolve) => {
        const isIt = ({ hit }: Death): boolean =>
          hit?.failpoint === point && (subject === '' || hit.subject === subject);
        const listener = (death: Death): void => {
          if (!isIt(death)) return;
          listeners.delete(listener);
          resolve(death);
        };
        listeners.add(listener);
      }),
  };
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const site = await drawSite();
  const { folder, ports, keeper, urlOf } = site;
  const postgres = postgresPart({ folder, port: ports.postgres, keeper }, site.password);
  const temporal = temporalPart({ folder, port: ports.temporal, keeper }, NAMESPACE);
  const ours = nodeParts(site, options);
  const all = [postgres, temporal, ...ours];
  const parts = Object.fromEntries(all.map((part) => [part.name, part])) as Parts;
  const watch = createWatch(all);
  const bank = await startBankTap(site.bankPort, at(ports.sandbox));

  const stop = async (): Promise<void> => {
    watch.supervise(false);
    await Promise.all(ours.map((part) => part.stop()));
    await Promise.all([temporal.stop(), postgres.stop()]);
    await bank.close();
    keeper.letGo();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const database = postgres.start().then(() => prepareDatabase(urlOf, DATABASE));
    const [staff] = await Promise.all([database, temporal.start()]);
    await Promise.all(ours.map((part) => part.start()));
    const running: Running = {
      urls: { api: at(ports.api), admin: at(ports.admin), sandbox: at(ports.sandbox), temporalUi: '' },
      temporal: { address: `${LOOPBACK}:${ports.temporal}`, namespace: NAMESPACE },
      databaseUrl: urlOf(DATABASE),
      staff,
      pids: {},
    };
    const fileOf = (point: string, subject?: string): string =>
      join(folder, 'points', subject === undefined ? point : `${point}@${subject}`);
    const arm = (point: string, subject?: string): void => writeFileSync(fileOf(point, subject), '');
    const disarm = (point: string, subject?: string): void => rmSync(fileOf(point, subject), { force: true });
    const { deaths, supervise, hit } = watch;
    return { running, parts, folder, bank, deaths, supervise, arm, disarm, hit, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
