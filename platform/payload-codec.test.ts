import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { defaultPayloadConverter } from '@temporalio/common';
import { createPayloadCodec } from './payload-codec.ts';

const key = randomBytes(32);
const codec = createPayloadCodec(key);
const payload = defaultPayloadConverter.toPayload({ registrationId: 'canary-of-the-payload' });

describe('DAT-1: the payload codec', () => {
  test('gives back what it was given, and shows nothing of it meanwhile', async () => {
    const [sealed] = await codec.encode([payload]);
    expect(Buffer.from(sealed?.data ?? []).includes('canary')).toBe(false);
    expect(Buffer.from(sealed?.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
    const [opened] = await codec.decode([sealed ?? {}]);
    expect(defaultPayloadConverter.fromPayload(opened ?? {})).toEqual({
      registrationId: 'canary-of-the-payload',
    });
  });

  test('lets payloads in clear pass', async () => {
    expect(await codec.decode([payload])).toEqual([payload]);
  });

  test('rejects what was altered or belongs to another key', async () => {
    const [sealed] = await codec.encode([payload]);
    const altered = Buffer.from(sealed?.data ?? []);
    altered[20] = (altered[20] ?? 0) ^ 1;
    await expect(codec.decode([{ ...sealed, data: altered }])).rejects.toThrow();
    await expect(createPayloadCodec(randomBytes(32)).decode([sealed ?? {}])).rejects.toThrow('key');
  });

  test('DAT-3: reads with a former key after a rotation', async () => {
    const sealed = await codec.encode([payload]);
    const [opened] = await createPayloadCodec(randomBytes(32), [key]).decode(sealed);
    expect(Buffer.from(opened?.data ?? [])).toEqual(Buffer.from(payload.data ?? []));
  });
});
