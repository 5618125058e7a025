/** The Node processes of a development system: what each is called, where it begins and what it is told. */
import { KEYS_OF, type Role } from '../../platform/config.ts';
import type { NodeChild } from './node-child.ts';
import type { Secrets, SecretName } from './secrets.ts';
import { PATHS } from './data-directory.ts';

export interface Ports {
  readonly api: number;
  readonly admin: number;
  readonly sandbox: number;
  /** The sandbox's SMS centre. */
  readonly centre: number;
  readonly codec: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly postgres: number;
}

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly host: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly temporalUiUrl: string;
  readonly codecToken: string;
}

export interface Part extends Pick<NodeChild, 'name' | 'entry' | 'environment' | 'ready'> {
  /** What has to be there first; the API and the panel do without Temporal until somebody sends a command. */
  readonly after: 'nothing' | 'database' | 'engine';
}

const KEY_VARIABLES: Readonly<Record<string, SecretName>> = {
  sealing: 'SEALING_KEY',
  fingerprint: 'FINGERPRINT_KEY',
  payload: 'PAYLOAD_KEY',
  code: 'CODE_KEY',
  session: 'SESSION_KEY',
};

/** Secrets of the parent's environment reach only the child that works with them. */
const PRIVATE = /^(?:DATABASE_URL|.*_(?:KEY|TOKEN|SECRET|TERMINAL|PASSWORD)|PORT|\w+_PORT)$/u;

function inherited(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return value !== undefined && !PRIVATE.test(name) && !name.startsWith('npm_');
    }),
  );
}

/** A host that a browser on this machine can open. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

export function urlsOf({ host, ports, temporalUiUrl }: Surroundings) {
  const at = (port: number): string => `http://${reachable(host)}:${port}`;
  return {
    api: at(ports.api),
    admin: at(ports.admin),
    sandbox: at(ports.sandbox),
    temporalUi: temporalUiUrl,
  };
}

function keysOf(role: Role, secrets: Secrets): Record<string, string> {
  const names = KEYS_OF[role].map((key) => KEY_VARIABLES[key]).filter((name) => name !== undefined);
  return Object.fromEntries(names.map((name) => [name, secrets[name]]));
}

function common(around: Surroundings): Record<string, string> {
  const urls = urlsOf(around);
  const alsoLocalhost = (url: string): string[] => [url, url.replace('127.0.0.1', 'localhost')];
  return {
    NODE_ENV: 'development',
    ...inherited(around.env),
    HOST: around.host,
    PUBLIC_API_URL: around.env['PUBLIC_API_URL'] || urls.api,
    PUBLIC_ADMIN_URL: around.env['PUBLIC_ADMIN_URL'] || urls.admin,
    PUBLIC_SANDBOX_URL: urls.sandbox,
    TEMPORAL_UI_URL: urls.temporalUi,
    TEMPORAL_ADDRESS: around.temporal.address,
    TEMPORAL_NAMESPACE: around.temporal.namespace,
    RETURN_URLS:
      around.env['RETURN_URLS'] || [urls.api, urls.admin, urls.sandbox].flatMap(alsoLocalhost).join(','),
  };
}

function providers({ secrets }: Surroundings): Record<string, string> {
  const { KAVENEGAR_KEY, SMPP_PASSWORD, ZIBAL_TOKEN, BANK_TERMINAL, BANK_KEY } = secrets;
  return { KAVENEGAR_KEY, SMPP_PASSWORD, ZIBAL_TOKEN, BANK_TERMINAL, BANK_KEY };
}

/** The second SMS provider: the sandbox's, unless the environment names another. */
function smsCentre({ env, host, ports }: Surroundings): Record<string, string> {
  const own = {
    SMPP_HOST: reachable(host),
    SMPP_PORT: String(ports.centre),
    SMPP_TLS: 'off',
    SMPP_SYSTEM_ID: 'davtalab',
    SMPP_SOURCE: '2000500777',
    SMPP_ANSWER_IDS: 'hex',
    SMPP_RECEIPT_IDS: 'decimal',
  };
  return env['SMPP_HOST'] ? { ...(env['SMPP_PORT'] ? { SMPP_PORT: env['SMPP_PORT'] } : {}) } : own;
}

/** Every process of ours. */
export function partsOf(around: Surroundings): Part[] {
  return [...outsideParts(around), ...productParts(around)];
}

/** What needs neither PostgreSQL nor Temporal: the outside world, and the reader of payloads for the Web UI. */
function outsideParts(around: Surroundings): Part[] {
  const { ports, secrets } = around;
  const base = common(around);
  return [
    {
      name: 'sandbox',
      after: 'nothing',
      entry: 'sandbox/main.ts',
      environment: {
        ...base,
        ...providers(around),
        SANDBOX_PORT: String(ports.sandbox),
        SANDBOX_SMPP_PORT: String(ports.centre),
        SMPP_SYSTEM_ID: 'davtalab',
        SANDBOX_DATA: PATHS.sandbox,
        SMS_REPORT_URL: around.env['SMS_REPORT_URL'] || `${urlsOf(around).api}/api/v1/sms-reports/kavenegar`,
        SMS_REPORT_KEY: secrets.SMS_REPORT_KEY,
      },
      ready: live(around, ports.sandbox),
    },
    {
      name: 'codec',
      after: 'nothing',
      entry: 'scripts/codec-server.ts',
      environment: {
        ...base,
        ...keysOf('codec', secrets),
        HOST: '127.0.0.1',
        CODEC_PORT: String(ports.codec),
        CODEC_TOKEN: around.codecToken,
      },
      ready: { url: `http://127.0.0.1:${ports.codec}/livez` },
    },
  ];
}

function live({ host }: Surroundings, port: number): { url: string } {
  return { url: `http://${reachable(host)}:${port}/livez` };
}

function productParts(around: Surroundings): Part[] {
  const { ports, secrets, databaseUrl } = around;
  const base = common(around);
  const { sandbox } = urlsOf(around);
  const server = (role: Role) => ({ ...base, ...keysOf(role, secrets), DATABASE_URL: databaseUrl });
  return [
    {
      name: 'worker',
      after: 'engine',
      entry: 'activities/worker.ts',
      environment: {
        ...server('worker'),
        ...providers(around),
        ...smsCentre(around),
        KAVENEGAR_URL: around.env['KAVENEGAR_URL'] || sandbox,
        ZIBAL_URL: around.env['ZIBAL_URL'] || sandbox,
        BANK_URL: around.env['BANK_URL'] || sandbox,
      },
      ready: { line: /\bready\b/u },
    },
    {
      name: 'api',
      after: 'database',
      entry: 'api/main.ts',
      environment: {
        ...server('api'),
        PORT: String(ports.api),
        SMS_REPORT_KEY: secrets.SMS_REPORT_KEY,
      },
      ready: live(around, ports.api),
    },
    {
      name: 'admin',
      after: 'database',
      entry: 'admin/main.ts',
      environment: { ...server('admin'), ADMIN_PORT: String(ports.admin) },
      ready: live(around, ports.admin),
    },
  ];
}
