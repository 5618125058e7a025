/**
 * The content of a document at rest: AES-256-GCM under a random key of its own, which stands sealed beside it.
 * Whoever destroys the key has destroyed the picture, wherever copies of it lie.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Database } from './database.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface SealedContent {
  readonly keySealed: Buffer;
  /** nonce, tag, ciphertext */
  readonly contentSealed: Buffer;
}

const place = (documentId: string) => ({ table: 'documents', column: 'key_sealed', row: documentId });

/** Seals a picture for the document with this id; moved to another row it cannot be opened. */
export function sealContent(db: Database, documentId: string, content: Uint8Array): SealedContent {
  const key = randomBytes(KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(documentId));
  const body = Buffer.concat([cipher.update(content), cipher.final()]);
  return {
    keySealed: db.sealing.seal(place(documentId), key),
    contentSealed: Buffer.concat([nonce, cipher.getAuthTag(), body]),
  };
}

/** The bytes of a picture, or the key to them, are not what was sealed: no repetition brings them back. */
export class DamagedContent extends Error {
  override readonly name = 'DamagedContent';
}

/** @throws DamagedContent when the content or its key was altered or moved. */
export function openContent(db: Database, documentId: string, sealed: SealedContent): Buffer {
  try {
    return unseal(db, documentId, sealed);
  } catch (cause) {
    throw new DamagedContent('A picture cannot be opened', { cause });
  }
}

function unseal(db: Database, documentId: string, sealed: SealedContent): Buffer {
  const key = db.sealing.open(place(documentId), sealed.keySealed);
  const nonce = sealed.contentSealed.subarray(0, NONCE_BYTES);
  const tag = sealed.contentSealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    .setAAD(Buffer.from(documentId))
    .setAuthTag(tag);
  return Buffer.concat([
    decipher.update(sealed.contentSealed.subarray(NONCE_BYTES + TAG_BYTES)),
    decipher.final(),
  ]);
}
