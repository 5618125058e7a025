/** Pictures as a phone's scanner app leaves them: 1600×1100 pixels, 90 to 100 KB. Made once, before anything is measured. */
import { randomBytes } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';

export const WIDTH = 1_600;
export const HEIGHT = 1_100;
const LEAST_BYTES = 90_000;
const MOST_BYTES = 100_000;
const GRAIN_WIDTH = 160;
const GRAIN_HEIGHT = 110;

/** The quality is sought by halving until the size is right. */
async function ofTheRightSize(picture: Sharp): Promise<Buffer> {
  let [low, high] = [5, 95];
  let bytes = await picture.clone().jpeg({ quality: 50 }).toBuffer();
  while (low < high && (bytes.length < LEAST_BYTES || bytes.length > MOST_BYTES)) {
    const quality = Math.floor((low + high) / 2);
    bytes = await picture.clone().jpeg({ quality }).toBuffer();
    if (bytes.length > MOST_BYTES) high = quality;
    else low = quality + 1;
  }
  return bytes;
}

/** So many different pictures. */
export function makePictures(count: number): Promise<Uint8Array<ArrayBuffer>[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const grain = { raw: { width: GRAIN_WIDTH, height: GRAIN_HEIGHT, channels: 3 as const } };
      const noise = sharp(randomBytes(GRAIN_WIDTH * GRAIN_HEIGHT * 3), grain);
      const picture = sharp(await noise.resize(WIDTH, HEIGHT, { kernel: 'cubic' }).png({ compressionLevel: 0 }).toBuffer()); // prettier-ignore
      return new Uint8Array(await ofTheRightSize(picture));
    }),
  );
}
