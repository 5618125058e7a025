/** The connection to the engine, for whoever sends commands or reads histories. */
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec } from './payload-codec.ts';

/** grpc-js backs off up to 120 s; with this the first call passes about 2 s after the engine's return (measured). */
const RECONNECT_BACKOFF_MAX_MS = 3_000;

export interface TemporalClient {
  readonly client: Client;
  close(): Promise<void>;
}

interface TemporalOptions {
  readonly address: string;
  readonly namespace: string;
  readonly payloadKey: Buffer;
}

/** Where the SDK loads the failure converter from; the workflow bundle needs it too. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./failure-converter.cjs', import.meta.url));

/** The same for client, worker and codec server: payloads and failures are encrypted. */
export function dataConverter(payloadKey: Buffer): DataConverter {
  return { payloadCodecs: [createPayloadCodec(payloadKey)], failureConverterPath: FAILURE_CONVERTER_PATH };
}

/**
 * Connects when the first call is made, so that it never fails at start while the engine is down.
 * Calls have no deadline of their own: give them one (`client.withDeadline`).
 */
export function connectTemporal({
  address,
  namespace,
  payloadKey,
}: TemporalOptions): Promise<TemporalClient> {
  const connection = Connection.lazy({
    address,
    channelArgs: { 'grpc.max_reconnect_backoff_ms': RECONNECT_BACKOFF_MAX_MS },
    // The SDK's own retries go on for 20 s and heed no abort (measured); whoever calls has a better plan than that.
    interceptors: [],
  });
  const client = new Client({ connection, namespace, dataConverter: dataConverter(payloadKey) });
  return Promise.resolve({ client, close: () => connection.close() });
}
