/** Reads bodies: counted on the stream and cut at the limit, strict in encoding, poor in surprises. */
import type { Request } from 'express';
import { Refusal, type RefusalItem } from '../../domain/refusal.ts';

export const JSON_BYTES_MAX = 64 * 1024;
const JSON_DEPTH_MAX = 10;
const MEMBERS_MAX = 100;
/** After a refusal the rest of the body is let run out, so that the client reads our answer; but not for ever. */
const OVERRUN_BYTES_MAX = 1024 * 1024;

/** What a lone surrogate or a NUL would do in the database, it does not get to do. */
const UNSOUND = /[\0\p{Surrogate}]/u;

/** Refuses a body of another media type or content encoding. */
export function requireMediaType(
  request: Request,
  mediaType: string,
  code: 'media-type' | 'document-type',
): void {
  const [given = '', ...parameters] = (request.get('Content-Type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((text) => text.startsWith('charset='));
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/u.test(charset);
  const encoding = (request.get('Content-Encoding') ?? 'identity').toLowerCase();
  if (given.trim() !== mediaType || !utf8 || encoding !== 'identity') throw new Refusal(code);
}

/** A form as an object of strings; the last one of a name counts. @throws Refusal as `readJson` does */
export async function readForm(request: Request): Promise<unknown> {
  requireMediaType(request, 'application/x-www-form-urlencoded', 'media-type');
  const bytes = await readBytes(
    request,
    JSON_BYTES_MAX,
    new Refusal('body-too-large', { limit: JSON_BYTES_MAX }),
  );
  const form: unknown = Object.fromEntries(new URLSearchParams(bytes.toString()));
  requireSound(form);
  return form;
}

/** The body's bytes. @throws Refusal `tooLarge` as soon as there is one byte more than `limit`. */
export function readBytes(request: Request, limit: number, tooLarge: Refusal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (): void => {
      chunks.length = 0;
      reject(tooLarge);
    };
    if (Number(request.get('Content-Length') ?? 0) > limit) refuse();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit + OVERRUN_BYTES_MAX) request.socket.destroy();
      else if (size > limit) refuse();
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

function unsoundItem(pointer: string): RefusalItem {
  return { pointer, code: 'characters', message: 'نویسه‌ای دارد که پذیرفته نیست.' };
}

function escapeKey(key: string): string {
  return key
    .replaceAll('~', '~0')
    .replaceAll('/', '~1')
    .replace(/[\0\p{Surrogate}]/gu, '?');
}

/** Walks without recursion: a body can be nested deeper than the stack is. */
function unsoundItems(root: unknown): RefusalItem[] {
  const items: RefusalItem[] = [];
  const waiting: { value: unknown; pointer: string; depth: number }[] = [
    { value: root, pointer: '', depth: 0 },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, pointer, depth } = next;
    if (typeof value === 'string' && UNSOUND.test(value)) items.push(unsoundItem(pointer));
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= JSON_DEPTH_MAX) {
      return [{ pointer, code: 'depth', message: 'بیش از اندازه تودرتو است.' }];
    }
    const members = Object.entries(value);
    if (members.length > MEMBERS_MAX) {
      return [{ pointer, code: 'too-many', message: 'تعداد عضوها بیش از اندازه است.' }];
    }
    for (const [key, inner] of members) {
      const below = `${pointer}/${escapeKey(key)}`;
      if (UNSOUND.test(key) || key === '__proto__') items.push(unsoundItem(below));
      else waiting.push({ value: inner, pointer: below, depth: depth + 1 });
    }
  }
  return items.slice(0, 20);
}

/** @throws Refusal `request-invalid` for NUL and lone surrogates anywhere in a value, and for too deep a one. */
export function requireSound(value: unknown): void {
  const errors = unsoundItems(value);
  if (errors.length > 0) throw new Refusal('request-invalid', { errors });
}

/**
 * The JSON body of a request.
 * @throws Refusal `media-type`, `body-too-large`, `json-invalid` (also for bytes that are no UTF-8), or
 * `request-invalid` for NUL, lone surrogates and depth.
 */
export async function readJson(request: Request, mediaType = 'application/json'): Promise<unknown> {
  requireMediaType(request, mediaType, 'media-type');
  const bytes = await readBytes(
    request,
    JSON_BYTES_MAX,
    new Refusal('body-too-large', { limit: JSON_BYTES_MAX }),
  );
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new Refusal('json-invalid');
  }
  requireSound(value);
  return value;
}
