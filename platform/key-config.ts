/** What the environment says of keys. */
import { z } from 'zod';
import { REQUIRED, type Environment } from './environment.ts';

export type KeyName = 'sealing' | 'fingerprint' | 'payload' | 'code' | 'session';

const KEY_BYTES = 32;
const VARIABLE_OF: Readonly<Record<KeyName, string>> = {
  sealing: 'SEALING_KEY',
  fingerprint: 'FINGERPRINT_KEY',
  payload: 'PAYLOAD_KEY',
  code: 'CODE_KEY',
  session: 'SESSION_KEY',
};

const key = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === KEY_BYTES, `must be ${KEY_BYTES} bytes in base64`);

/** Two equal keys are one key: whoever learns one would have both. All-equal bytes are a placeholder. */
function weakKeys(keys: Readonly<Partial<Record<KeyName, Buffer>>>): string[] {
  const entries = Object.entries(keys) as [KeyName, Buffer][];
  return entries.flatMap(([name, bytes], index) => {
    const variable = VARIABLE_OF[name];
    const twin = entries.slice(0, index).find(([, other]) => other.equals(bytes));
    if (twin !== undefined) return [`${variable}: is the same key as ${VARIABLE_OF[twin[0]]}`];
    return new Set(bytes).size < KEY_BYTES / 4 ? [`${variable}: is a placeholder, not a random key`] : [];
  });
}

function keyRing(holder: string, keys: Readonly<Partial<Record<KeyName, Buffer>>>): Record<KeyName, Buffer> {
  const ring = {} as Record<KeyName, Buffer>;
  for (const name of Object.keys(VARIABLE_OF) as KeyName[]) {
    // Not enumerable, so that printing or copying the configuration neither shows nor touches a key.
    Object.defineProperty(ring, name, {
      get: () => {
        const bytes = keys[name];
        if (bytes === undefined) throw new Error(`The ${holder} has no ${name} key.`);
        return bytes;
      },
    });
  }
  return ring;
}

interface KeyRing {
  /** Who holds it, for the complaint of one who reads another's. */
  readonly holder: string;
  readonly names: readonly KeyName[];
}

/** Reads the keys of a process. Production takes no placeholder, and no two that are equal. */
export function readKeys(
  { holder, names }: KeyRing,
  from: Environment,
  production: boolean,
): Record<KeyName, Buffer> {
  const keys: Partial<Record<KeyName, Buffer>> = {};
  for (const name of names) {
    const bytes = from.take<Buffer>(VARIABLE_OF[name], key, REQUIRED);
    if (bytes !== undefined) keys[name] = bytes;
  }
  if (production) from.problems.push(...weakKeys(keys));
  return keyRing(holder, keys);
}
