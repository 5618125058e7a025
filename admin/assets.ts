/** Files for browsers, held in memory with their compressed form: AdminJS sends 3.5 MB of scripts as they are. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Router, type Request, type Response } from 'express';
import { ROOT } from './access.ts';

const compress = promisify(gzip);
/** The highest takes twice the time for half a percent. */
const COMPRESSION = 6;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

interface Asset {
  readonly mediaType: string;
  readonly plain: Buffer;
  /** Null where it would not be smaller. */
  readonly compressed: Buffer | null;
  readonly etag: string;
}

function fileOf(specifier: string): string {
  return fileURLToPath(import.meta.resolve(specifier));
}

function ours(name: string): string {
  return fileURLToPath(new URL(`styles/${name}`, import.meta.url));
}

/** Path under /admin → where its bytes come from. */
export type Sources = ReadonlyMap<string, () => Promise<Buffer>>;

/** Style, emblem and font: all that the page of the sign-in needs. */
export function ownFiles(): Sources {
  const list = new Map<string, () => Promise<Buffer>>();
  for (const name of ['panel.css', 'emblem.svg']) list.set(`/static/${name}`, () => readFile(ours(name)));
  for (const script of ['arabic', 'latin']) {
    const file = `vazirmatn-${script}-wght-normal.woff2`;
    list.set(`/static/${file}`, () => readFile(fileOf(`@fontsource-variable/vazirmatn/files/${file}`)));
  }
  return list;
}

async function load(path: string, read: () => Promise<Buffer>): Promise<Asset> {
  const plain = await read();
  const mediaType = MEDIA_TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  const compressed = path.endsWith('.woff2') ? null : await compress(plain, { level: COMPRESSION });
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { mediaType, plain, compressed, etag };
}

/** Each is read and compressed once, at its first use. Browsers ask again each time and are told that nothing changed. */
export function assetRoutes(list: Sources): Router {
  const loaded = new Map<string, Promise<Asset>>();
  const get = (path: string, read: () => Promise<Buffer>): Promise<Asset> => {
    const known = loaded.get(path) ?? load(path, read);
    loaded.set(path, known);
    return known;
  };
  const router = Router();
  for (const [path, read] of list) {
    router.get(ROOT + path, async (request, response) => send(request, response, await get(path, read)));
  }
  return router;
}

function send(request: Request, response: Response, { mediaType, plain, compressed, etag }: Asset): void {
  response.set({
    ETag: etag,
    'Cache-Control': 'public, no-cache',
    'Content-Type': mediaType,
    Vary: 'Accept-Encoding',
  });
  if (request.headers['if-none-match'] === etag) return void response.status(304).end();
  const small = compressed && request.acceptsEncodings('gzip') === 'gzip' ? compressed : undefined;
  if (small) response.set('Content-Encoding', 'gzip');
  response.end(small ?? plain);
}
