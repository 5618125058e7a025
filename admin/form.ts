/**
 * The body of a POST, read in memory with a limit. Nothing is ever written to a temporary file, whoever sends it
 * (the form parser that AdminJS brings stores uploads before it knows who asks; facts: ADM-4).
 */
import type { Request } from 'express';
import { isSoundText } from '../domain/persian-text.ts';
import { Refusal } from '../domain/refusal.ts';

export type Form = Readonly<Record<string, string>>;

const FORM_TYPES = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/** The text fields of a form; files are left out. Refuses `body-too-large`, `media-type` and `request-invalid`. */
export async function readForm(request: Request, bytesMax: number): Promise<Form> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > bytesMax) throw new Refusal('body-too-large', { limit: bytesMax });
  const type = request.headers['content-type'] ?? '';
  if (!FORM_TYPES.test(type)) {
    if (declared === 0 && type === '') return {};
    throw new Refusal('media-type');
  }
  const body = await readBody(request, bytesMax);
  try {
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    const fields = [...form].filter((field): field is [string, string] => typeof field[1] === 'string');
    // What the database cannot hold, it is not asked to.
    if (!fields.flat().every(isSoundText)) throw new Refusal('request-invalid');
    return Object.fromEntries(fields);
  } catch {
    throw new Refusal('request-invalid');
  }
}

async function readBody(request: Request, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw new Refusal('body-too-large', { limit: bytesMax });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
