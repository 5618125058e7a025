/** Keys and passwords of a development system: drawn at its first start, kept in `.data/keys.json` (mode 0600). */
import { randomBytes } from 'node:crypto';
import { PATHS, readJson, writeJson } from './data-directory.ts';

const KEYS = ['SEALING_KEY', 'FINGERPRINT_KEY', 'PAYLOAD_KEY', 'CODE_KEY', 'SESSION_KEY'] as const;
/** What we and the sandbox's providers share. */
const PROVIDER_SECRETS = [
  'KAVENEGAR_KEY',
  'SMS_REPORT_KEY',
  'SMPP_PASSWORD',
  'ZIBAL_TOKEN',
  'BANK_TERMINAL',
  'BANK_KEY',
] as const;
const PASSWORDS = ['POSTGRES_PASSWORD'] as const;

const ALL = [...KEYS, ...PROVIDER_SECRETS, ...PASSWORDS];
export type SecretName = (typeof ALL)[number];
export type Secrets = Readonly<Record<SecretName, string>>;

function draw(name: SecretName): string {
  // The protocol has room for eight characters.
  if (name === 'SMPP_PASSWORD') return randomBytes(6).toString('base64url');
  const isKey = (KEYS as readonly string[]).includes(name);
  return isKey ? randomBytes(32).toString('base64') : randomBytes(18).toString('base64url');
}

/** The secrets of this checkout; what the environment sets goes before what was drawn. */
export function developmentSecrets(env: NodeJS.ProcessEnv): Secrets {
  const kept = readJson<Partial<Record<SecretName, string>>>(PATHS.keys) ?? {};
  const complete = Object.fromEntries(ALL.map((name) => [name, kept[name] ?? draw(name)])) as Secrets;
  if (ALL.some((name) => kept[name] === undefined)) writeJson(PATHS.keys, complete);
  return Object.fromEntries(ALL.map((name) => [name, env[name] || complete[name]])) as Secrets;
}
