/** The HTTP server around the app: its limits, its last words to a request that is no HTTP, and its end. */
import { createServer, STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { KEEP_ALIVE_MS } from '../platform/keep-alive.ts';
import { newId } from '../platform/secret.ts';
import type { RefusalCode } from '../domain/refusals.ts';
import { HEADER_FIELDS_MAX } from './middleware/header-fields.ts';
import { problemOf } from './problem.ts';
import type { Streams } from './services.ts';

interface Patience {
  /** Until the header is complete. */
  readonly headersMs: number;
  /** Until the body is, too. */
  readonly requestMs: number;
}

const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000 };
/** Node looks every thirty seconds unless it is told; a slow request would live as much longer. */
const LOOK_EVERY_MS = 1_000;
const HEADER_BYTES_MAX = 16 * 1024;
const DRAIN_MS = 5_000;

const CODE_OF_ERROR: Readonly<Record<string, RefusalCode>> = {
  HPE_HEADER_OVERFLOW: 'header-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-too-slow',
};

/** What the parser of Node refuses never reaches the app; it gets a problem document all the same. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const code = CODE_OF_ERROR[error.code ?? ''] ?? 'request-unreadable';
  const context = { language: 'fa', instance: '', requestId: newId() } as const;
  const { status, ...problem } = problemOf({ code, details: {} }, context);
  const body = JSON.stringify({ ...problem, status });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** The limits of API-6 that hold before a request is one. */
export function createApiServer(app: Express, { headersMs, requestMs }: Patience = PATIENCE): Server {
  const options = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, headersMs),
  };
  const server = createServer(options, app);
  // One more than are taken, so that the app sees that there are too many (api/middleware/header-fields.ts).
  server.maxHeadersCount = HEADER_FIELDS_MAX + 1;
  server.on('clientError', refuseUnreadable);
  return server;
}

/** Takes no new request, lets the running ones end, and after a while ends what still hangs. */
export async function drain(server: Server, streams: Streams): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  streams.endAll();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}
