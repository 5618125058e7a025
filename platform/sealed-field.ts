/**
 * Values that the database must not hold in clear: sealed with AES-256-GCM and bound to the place where they stand.
 *
 * A seal is: key id (1 byte) · nonce (12) · ciphertext · tag (16). The place (table, column, row) is authenticated but
 * not stored, so that a sealed value that was copied to another row does not open there.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;
export const KEY_BYTES = 32;

interface Place {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** The same shape as `Sealing` of store/database.ts; the store knows the port, this is what stands behind it. */
export interface FieldSealing {
  seal(place: Place, plain: string | Uint8Array): Buffer;
  /** Throws when the value was altered, moved, or sealed with a key that we do not have. */
  open(place: Place, sealed: Uint8Array): Buffer;
  /** A keyed hash for look-ups; `purpose` separates the uses, so that equal values do not match. */
  fingerprint(purpose: string, value: string): Buffer;
}

interface SealingKeys {
  readonly sealingKey: Buffer;
  readonly fingerprintKey: Buffer;
  /** Keys that new values are no longer sealed with, but old ones still open with. */
  readonly formerSealingKeys?: readonly Buffer[];
}

/** One byte that tells keys apart; says nothing about the key. */
export function keyId(key: Buffer): number {
  return createHash('sha256').update('davtalab key id\0').update(key).digest().readUInt8(0);
}

function requireKey(key: Buffer): Buffer {
  if (key.length !== KEY_BYTES) throw new Error(`A key has ${KEY_BYTES} bytes, not ${key.length}.`);
  return key;
}

function authenticated({ table, column, row }: Place): Buffer {
  return Buffer.from(`${table}|${column}|${row}`, 'utf8');
}

export function createSealing({
  sealingKey,
  fingerprintKey,
  formerSealingKeys = [],
}: SealingKeys): FieldSealing {
  const keys = new Map(
    [...formerSealingKeys, sealingKey].map((key) => [keyId(key), requireKey(key)] as const),
  );
  requireKey(fingerprintKey);

  return {
    seal(place, plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(authenticated(place));
      const body = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
      const sealed = [cipher.update(body), cipher.final()];
      return Buffer.concat([Buffer.of(keyId(sealingKey)), nonce, ...sealed, cipher.getAuthTag()]);
    },

    open(place, value) {
      const sealed = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      if (sealed.length < HEADER_BYTES + TAG_BYTES) throw new Error('A sealed value is cut short.');
      const key = keys.get(sealed.readUInt8(0));
      if (key === undefined) throw new Error('A value is sealed with a key that we do not have.');
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, HEADER_BYTES))
        .setAAD(authenticated(place))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]);
    },

    fingerprint(purpose, value) {
      return createHmac('sha256', fingerprintKey).update(`${purpose}\0${value}`, 'utf8').digest();
    },
  };
}
