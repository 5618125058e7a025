/**
 * What Temporal keeps of us is ciphertext: every payload, and the texts of failures, pass this codec on both sides.
 *
 * Not bound to the workflow id, because the codec server of the Web UI is not told it (facts/temporal.md §3).
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { keyId, KEY_BYTES } from './sealed-field.ts';

const ENCODING = 'binary/encrypted';
const KEY_ID_METADATA = 'encryption-key-id';
const wire = proto.temporal.api.common.v1.Payload;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const text = (value: Uint8Array | null | undefined): string => Buffer.from(value ?? []).toString('utf8');

/** AES-256-GCM with the key's id in the metadata; payloads that are in clear pass through decoding unchanged. */
export function createPayloadCodec(payloadKey: Buffer, formerKeys: readonly Buffer[] = []): PayloadCodec {
  const keys = new Map<string, Buffer>();
  for (const key of [...formerKeys, payloadKey]) {
    if (key.length !== KEY_BYTES) throw new Error(`A payload key has ${KEY_BYTES} bytes, not ${key.length}.`);
    keys.set(String(keyId(key)), key);
  }

  const encrypt = (payload: Payload): Payload => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', payloadKey, nonce);
    const plain = wire.encode(payload).finish();
    const sealed = [cipher.update(plain), cipher.final()];
    return {
      metadata: {
        [METADATA_ENCODING_KEY]: Buffer.from(ENCODING),
        [KEY_ID_METADATA]: Buffer.from(String(keyId(payloadKey))),
      },
      data: Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]),
    };
  };

  const decrypt = (payload: Payload): Payload => {
    if (text(payload.metadata?.[METADATA_ENCODING_KEY]) !== ENCODING) return payload;
    const key = keys.get(text(payload.metadata?.[KEY_ID_METADATA]));
    if (key === undefined) throw new Error('A payload is encrypted with a key that we do not have.');
    const data = Buffer.from(payload.data ?? []);
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE_BYTES)).setAuthTag(
      data.subarray(-TAG_BYTES),
    );
    const plain = [decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return wire.decode(Buffer.concat(plain));
  };

  return {
    encode: (payloads) => Promise.resolve(payloads.map(encrypt)),
    // Not async functions: a payload that does not open must still be a rejection, never a throw.
    decode: (payloads) => new Promise((resolve) => resolve(payloads.map(decrypt))),
  };
}
