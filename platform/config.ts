/**
 * The one reader of the environment. Read once, typed, and complete at start: a process either has everything it
 * needs or ends with one message that names every variable that is wrong (never its value).
 */
import { z } from 'zod';
import { parseNetwork } from './address.ts';
import { Environment, REQUIRED } from './environment.ts';
import { readKeys, type KeyName } from './key-config.ts';
import {
  readCentre,
  readSmpp,
  readSms,
  type CentreConfig,
  type SmppConfig,
  type SmsConfig,
} from './sms-config.ts';

export type Role = 'api' | 'admin' | 'worker' | 'sandbox' | 'codec';
/** What happens to requests from outside the country (NET-2). */
export type NetworkMode = 'off' | 'warn' | 'enforce';
export type Mode = 'development' | 'production' | 'test';

/** Each process gets the keys that it works with and no other. */
export const KEYS_OF: Readonly<Record<Role, readonly KeyName[]>> = {
  api: ['sealing', 'fingerprint', 'payload', 'code', 'session'],
  admin: ['sealing', 'fingerprint', 'payload'],
  worker: ['sealing', 'fingerprint', 'payload'],
  sandbox: [],
  codec: ['payload'],
};

const NEEDS_DATABASE: readonly Role[] = ['api', 'admin', 'worker'];
const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const PORT_OF: Readonly<Record<Role, [variable: string, fallback: number]>> = {
  api: ['PORT', 3000],
  admin: ['ADMIN_PORT', 3001],
  sandbox: ['SANDBOX_PORT', 3002],
  codec: ['CODEC_PORT', 8081],
  worker: ['WORKER_PORT', 0],
};

export interface Config {
  readonly role: Role;
  readonly mode: Mode;
  readonly production: boolean;
  readonly logLevel: string;
  readonly http: {
    readonly host: string;
    /** Of this role; 0 for the worker, which listens only when WORKER_PORT says so. */
    readonly port: number;
    /** Of this role, without a slash at the end. */
    readonly publicUrl: string;
    readonly trustedProxies: readonly string[];
    readonly networkRule: {
      readonly mode: NetworkMode;
      /** For whom no file finds inside while one of them cannot be read. */
      readonly withoutTables: NetworkMode;
      readonly files: readonly string[];
    };
    /** Origins to which the bank's return may lead the browser. */
    readonly returnUrls: readonly string[];
  };
  readonly urls: { readonly api: string; readonly admin: string; readonly temporalUi: string };
  readonly database: { readonly url: string };
  readonly temporal: { readonly address: string; readonly namespace: string; readonly queueSuffix: string };
  readonly codes: {
    /** How long a one-time code lives. */
    readonly lifeSeconds: number;
    /** How many are expected in the busiest hour; three times as many is the most that is ever sent. */
    readonly forecastPerHour: number;
  };
  /** Reading a key that the role does not have throws. */
  readonly keys: Readonly<Record<KeyName, Buffer>>;
  readonly gateways: {
    readonly sms: {
      readonly url: string;
      readonly key: string;
      /** Delivery reports: what the provider shows us with each (the API), and where it sends them (the sandbox). */
      readonly reports: { readonly key: string; readonly url: string };
    };
    /** The SMS centre, which is the second provider; null when there is none. */
    readonly smpp: SmppConfig | null;
    readonly registry: {
      readonly url: string;
      readonly token: string;
      /** Between which times of Tehran (`HH:MM`) it answers whose a line is; null around the clock. */
      readonly lineHours: { readonly from: string; readonly to: string } | null;
    };
    readonly bank: { readonly url: string; readonly terminal: string; readonly key: string };
  };
  readonly sandbox: { readonly dataDirectory: string; readonly centre: CentreConfig };
  readonly sms: SmsConfig;
  readonly codec: { readonly token: string };
  /** Our stdin is held by the parent: its end means that the parent is gone, and we end too. */
  readonly endsWithParent: boolean;
  /** For tests: `name` or `name:n`, see platform/failpoint.ts. */
  readonly failpoint: string | undefined;
  /** For tests: continue as new after so many commands. */
  readonly continueAfter: number | undefined;
}

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
/** Names such as `loopback`, numbers of hops and `/0` would trust whoever writes a header. */
const networks = list.refine(
  (items) => items.every((item) => parseNetwork(item) !== undefined && !item.endsWith('/0')),
  'must be addresses or networks (10.0.0.0/8), apart by commas',
);
const address = z.string().regex(/^(?:[\w.-]+|\[[\da-f:]+\]):\d{1,5}$/iu, 'must be host:port');
const url = z.url().transform((text) => text.replace(/\/$/u, ''));
const databaseUrl = z.string().regex(/^postgres(?:ql)?:\/\//u, 'must begin with postgres://');
const anyText = z.string().min(1);
/** Long enough not to be guessed; it travels in a header, so it has no more than printable characters. */
const reportKey = z.string().regex(/^[!-~]{16,200}$/u, 'must be 16 to 200 printable characters');
const level = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);
const suffix = z.string().regex(/^[\w-]*$/u, 'may hold letters, digits and dashes');
const point = z.string().regex(/^(?:[\w.-]+(?::[1-9]\d*)?|dir:.+)$/u, 'must be name, name:n or dir:PATH');

/** `07:00-23:00`; the end may lie beyond midnight. */
const dailyHours = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u, 'must be HH:MM-HH:MM')
  .transform((text) => ({ from: text.slice(0, 5), to: text.slice(6) }))
  .refine(({ from, to }) => from !== to, 'must not begin when it ends; around the clock is 00:00-24:00');
/** Those of the real service (iran.md §4). */
const LINE_OWNER_HOURS = { from: '07:00', to: '23:00' };

/** Names each variable and what is wrong with it; the value may be a secret and is not shown. */
function complaint(role: Role, problems: readonly string[]): Error {
  return new Error(
    [
      `The ${role} cannot start; its environment is not right:`,
      ...problems.map((line) => `  - ${line}`),
    ].join('\n'),
  );
}

function readGateways(role: Role, from: Environment, production: boolean): Config['gateways'] {
  const secret = role === 'worker' || role === 'sandbox' ? REQUIRED : '';
  const place = role === 'worker' ? REQUIRED : '';
  return {
    sms: {
      url: from.take('KAVENEGAR_URL', url, place),
      key: from.take('KAVENEGAR_KEY', anyText, secret),
      reports: {
        key: from.take('SMS_REPORT_KEY', reportKey, role === 'api' ? REQUIRED : ''),
        url: role === 'sandbox' ? from.take('SMS_REPORT_URL', url, '') : '',
      },
    },
    smpp: role === 'worker' ? readSmpp(from, production) : null,
    registry: {
      url: from.take('ZIBAL_URL', url, place),
      token: from.take('ZIBAL_TOKEN', anyText, secret),
      lineHours: from.take('LINE_OWNER_HOURS', dailyHours, production ? LINE_OWNER_HOURS : null),
    },
    bank: {
      url: from.take('BANK_URL', url, place),
      terminal: from.take('BANK_TERMINAL', anyText, secret),
      key: from.take('BANK_KEY', anyText, secret),
    },
  };
}

const networkMode = z.enum(['off', 'warn', 'enforce']);

/** Behind a proxy that is not named everybody has its private address, so a rule would find nobody outside. */
function readProxiesAndRule(
  from: Environment,
  production: boolean,
): Pick<Config['http'], 'trustedProxies' | 'networkRule'> {
  const mode = from.take('NETWORK_RULE', networkMode, 'off' as const);
  const unnamed = mode === 'off' ? [] : REQUIRED;
  const trustedProxies = from.take('TRUSTED_PROXIES', networks, production ? unnamed : LOOPBACK);
  const networkRule = {
    mode,
    withoutTables: from.take('NETWORK_RULE_WITHOUT_TABLES', networkMode, 'warn' as const),
    files: from.take('NETWORKS_FILE', list, unnamed),
  };
  return { trustedProxies, networkRule };
}

/** Of this role and of the others, where one process has to name another. */
function readUrls(role: Role, from: Environment, production: boolean) {
  /** A default that only development has. */
  const local = (fallback: string) =>
    production ? (NEEDS_DATABASE.includes(role) ? REQUIRED : '') : fallback;
  const urls = {
    api: from.take('PUBLIC_API_URL', url, local('http://127.0.0.1:3000')),
    admin: from.take('PUBLIC_ADMIN_URL', url, local('http://127.0.0.1:3001')),
    temporalUi: from.take('TEMPORAL_UI_URL', url, local('http://127.0.0.1:8233')),
  };
  const sandbox = from.take('PUBLIC_SANDBOX_URL', url, 'http://127.0.0.1:3002');
  const publicUrls: Readonly<Record<Role, string>> = {
    ...{ api: urls.api, admin: urls.admin, sandbox },
    ...{ worker: '', codec: '' },
  };
  return { urls, publicUrl: publicUrls[role] };
}

/** Reads and checks the environment of a role. Throws one Error that names every bad variable. */
export function loadConfig(role: Role, env: NodeJS.ProcessEnv = process.env): Config {
  const from = new Environment(env);
  const mode = from.take('NODE_ENV', z.enum(['development', 'production', 'test']), 'development' as const);
  const production = mode === 'production';
  const inServers = NEEDS_DATABASE.includes(role) ? REQUIRED : '';
  if (production) from.refuse('FAILPOINT', 'is for tests, production refuses it');
  if (production) from.refuse('CONTINUE_AFTER_COMMANDS', 'is for tests, production refuses it');

  const [portVariable, portDefault] = PORT_OF[role];
  const { urls, publicUrl } = readUrls(role, from, production);
  const config: Config = {
    role,
    mode,
    production,
    logLevel: from.take('LOG_LEVEL', level, 'info' as const),
    http: {
      host: from.take('HOST', anyText, '127.0.0.1'),
      port: from.take(portVariable, port, portDefault),
      publicUrl,
      returnUrls: from.take('RETURN_URLS', list, []),
      ...readProxiesAndRule(from, production),
    },
    urls,
    database: { url: from.take('DATABASE_URL', databaseUrl, inServers) },
    temporal: {
      address: from.take('TEMPORAL_ADDRESS', address, inServers),
      namespace: from.take('TEMPORAL_NAMESPACE', anyText, 'default'),
      queueSuffix: from.take('TASK_QUEUE_SUFFIX', suffix, ''),
    },
    codes: {
      lifeSeconds: from.take('CODE_LIFE_SECONDS', z.coerce.number().int().min(60).max(300), 120),
      forecastPerHour: from.take('CODE_FORECAST_PER_HOUR', z.coerce.number().int().min(1), 90_000),
    },
    keys: readKeys({ holder: role, names: KEYS_OF[role] }, from, production),
    gateways: readGateways(role, from, production),
    sandbox: {
      dataDirectory: from.take('SANDBOX_DATA', anyText, '.data/sandbox'),
      centre: readCentre(from, role === 'sandbox'),
    },
    sms: readSms(from),
    codec: { token: from.take('CODEC_TOKEN', anyText.min(16), role === 'codec' ? REQUIRED : '') },
    endsWithParent: from.take('PARENT_PIPE', anyText, '') === '1',
    failpoint: from.take('FAILPOINT', point, undefined),
    continueAfter: from.take('CONTINUE_AFTER_COMMANDS', z.coerce.number().int().min(1), undefined),
  };
  if (from.problems.length > 0) throw complaint(role, from.problems);
  return config;
}

/** Whether the process that started us holds our stdin as a life line: it ends when the parent does. */
export function parentHoldsStdin(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['PARENT_PIPE'] === '1';
}
