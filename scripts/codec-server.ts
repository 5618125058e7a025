/**
 * Lets the Temporal Web UI show payloads in clear, for development: decodes only, answers on the loopback only, and
 * only to who knows the token of this start and comes from the page of the Web UI.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/log.ts';
import { createPayloadCodec } from '../platform/payload-codec.ts';
import { constantTimeEqual } from '../platform/secret.ts';
import { onShutdown } from '../platform/shutdown.ts';

const BODY_MAX_BYTES = 4_194_304;
const wire = proto.temporal.api.common.v1.Payload;

const config = loadConfig('codec');
const log = createLogger('codec', { level: config.logLevel });
if (config.production)
  throw new Error('This codec server is for development; production has one with sign-in.');
const codec = createPayloadCodec(config.keys.payload);
const page = new URL(config.urls.temporalUi).origin;

interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new RangeError('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Bytes are base64 in the JSON that the Web UI sends. */
function fromJson({ metadata = {}, data = '' }: JsonPayload): Payload {
  const entries = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]);
  return {
    metadata: Object.fromEntries(entries) as Record<string, Buffer>,
    data: Buffer.from(data, 'base64'),
  };
}

function toJson(payload: Payload): JsonPayload {
  const { metadata, data } = wire.toObject(wire.fromObject(payload), { bytes: String }) as JsonPayload;
  return { ...(metadata ? { metadata } : {}), ...(data === undefined ? {} : { data }) };
}

async function decode(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { payloads = [] } = JSON.parse(await readBody(request)) as { payloads?: JsonPayload[] };
  const decoded = await codec.decode(payloads.map(fromJson));
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ payloads: decoded.map(toJson) }));
}

/** The page of the Web UI by either name of the loopback. */
function isOurPage(origin: string | undefined): origin is string {
  return origin !== undefined && [page, page.replace('127.0.0.1', 'localhost')].includes(origin);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers } = request;
  // The Web UI adds parameters of its own to the address.
  const { pathname } = new URL(request.url ?? '/', page);
  response.setHeader('Cache-Control', 'no-store');
  if (pathname === '/livez') return void response.end('ok\n');
  const { origin } = headers;
  if (isOurPage(origin)) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
    response.setHeader('Access-Control-Allow-Headers', 'Content-Type, X-Namespace');
    response.setHeader('Vary', 'Origin');
  }
  if (method === 'OPTIONS') return void response.writeHead(204).end();
  const [, token = '', action] = pathname.split('/');
  const mayRead = constantTimeEqual(token, config.codec.token) && (origin === undefined || isOurPage(origin));
  if (!mayRead) return void response.writeHead(403).end();
  if (action !== 'decode') return void response.writeHead(404).end();
  if (method !== 'POST') return void response.writeHead(405, { Allow: 'POST, OPTIONS' }).end();
  await decode(request, response);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    log.warn({ err: error, event: 'not-decoded' }, 'payloads could not be decoded');
    if (!response.headersSent) response.writeHead(400);
    response.end();
  });
});
server.listen(config.http.port, config.http.host, () => {
  log.info({ port: config.http.port, host: config.http.host }, 'codec server is ready');
});
onShutdown(() => new Promise((resolve) => void server.close(() => resolve())));
