/** Keys for tests: fixed, so that what one process seals another one opens. Worth nothing outside. */
import { createHash } from 'node:crypto';
import type { KeyName } from '../../platform/key-config.ts';
import { createSealing } from '../../platform/sealed-field.ts';

const fixed = (name: string): Buffer => createHash('sha256').update(`test key ${name}`).digest();

export const TEST_KEYS: Readonly<Record<KeyName, Buffer>> = {
  sealing: fixed('sealing'),
  fingerprint: fixed('fingerprint'),
  payload: fixed('payload'),
  code: fixed('code'),
  session: fixed('session'),
};

export const TEST_SEALING = createSealing({
  sealingKey: TEST_KEYS.sealing,
  fingerprintKey: TEST_KEYS.fingerprint,
});

/** The same keys as the environment of a process. */
export const TEST_KEY_ENVIRONMENT: Readonly<Record<string, string>> = {
  SEALING_KEY: TEST_KEYS.sealing.toString('base64'),
  FINGERPRINT_KEY: TEST_KEYS.fingerprint.toString('base64'),
  PAYLOAD_KEY: TEST_KEYS.payload.toString('base64'),
  CODE_KEY: TEST_KEYS.code.toString('base64'),
  SESSION_KEY: TEST_KEYS.session.toString('base64'),
};
