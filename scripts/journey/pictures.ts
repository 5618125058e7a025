/** Pictures for documents: each another one, within the limits that the list of documents names. */
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { Deviation } from './deviation.ts';

export interface PictureLimits {
  readonly maxBytes: number;
  /** Least of the shorter side and most of the longer side, in pixels. */
  readonly minPixels: number;
  readonly maxPixels: number;
}

const GRAIN = 24;
const COMFORTABLE_SHORT_SIDE = 600;
const QUALITIES = [80, 60, 40, 20];

/** A JPEG of coarse random grain, 3:4, as large as is comfortable. Throws a Deviation when no quality is small enough. */
export async function newPicture({
  maxBytes,
  minPixels,
  maxPixels,
}: PictureLimits): Promise<Uint8Array<ArrayBuffer>> {
  const width = Math.min(Math.max(minPixels, COMFORTABLE_SHORT_SIDE), Math.floor((maxPixels * 3) / 4));
  const height = Math.floor((width * 4) / 3);
  const grain = { raw: { width: GRAIN, height: GRAIN, channels: 3 as const } };
  const picture = sharp(randomBytes(GRAIN * GRAIN * 3), grain).resize(width, height, { kernel: 'cubic' });
  for (const quality of QUALITIES) {
    const bytes = await picture.clone().jpeg({ quality }).toBuffer();
    if (bytes.length <= maxBytes) return new Uint8Array(bytes);
  }
  throw new Deviation(`no picture of ${width}×${height} fits in ${maxBytes} bytes`);
}
