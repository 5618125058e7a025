import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import sharp, { type JpegOptions } from 'sharp';
import { NET_MS } from '../test/support/patience.ts';
import { walkMarkers } from './jpeg-markers.ts';
import { createPictureDecoder, type DecodedPicture, type PictureDecoder } from './picture.ts';

const LIMITS = { maxBytes: 102_400, minPixels: 200, maxPixels: 6_000 };
const GPS_CANARY = 'GPS-CANARY-35.6892N';

/** A picture with structure, so that it has a size and can be compared: a chart of gradients. */
async function chart(width = 640, height = 480): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      pixels[at] = (x * 255) / width;
      pixels[at + 1] = (y * 255) / height;
      pixels[at + 2] = ((x + y) * 255) / (width + height);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

async function jpeg(options: JpegOptions = {}, width = 640, height = 480): Promise<Buffer> {
  return sharp(await chart(width, height))
    .jpeg({ quality: 80, ...options })
    .toBuffer();
}

/** Makes a file longer without changing the picture: a comment of that size after the first marker. */
function padded(picture: Buffer, size: number): Buffer {
  const missing = size - picture.length;
  const parts: Buffer[] = [];
  for (let left = missing; left > 0;) {
    const length = Math.min(left, 65_000);
    const segment = Buffer.alloc(length, 0x20);
    segment.writeUInt16BE(0xfffe, 0);
    segment.writeUInt16BE(length - 2, 2);
    parts.push(segment);
    left -= length;
  }
  return Buffer.concat([picture.subarray(0, 2), ...parts, picture.subarray(2)]);
}

/** Repeats the last scan of a progressive picture: valid for a decoder, and as slow as one likes. */
function withScans(progressive: Buffer, scans: number): Buffer {
  const start = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = progressive.subarray(start, progressive.length - 2);
  const copies = Array.from({ length: scans }, () => scan);
  return Buffer.concat([progressive.subarray(0, start), ...copies, Buffer.from([0xff, 0xd9])]);
}

function withSize(picture: Buffer, width: number, height: number): Buffer {
  const patched = Buffer.from(picture);
  const frame = [0xc0, 0xc1, 0xc2]
    .map((marker) => patched.indexOf(Buffer.from([0xff, marker])))
    .find((at) => at > 0) as number;
  patched.writeUInt16BE(height, frame + 5);
  patched.writeUInt16BE(width, frame + 7);
  return patched;
}

function code(result: DecodedPicture): string {
  return result.ok ? 'ok' : result.code;
}

describe('a picture from a stranger', () => {
  let decoder: PictureDecoder;
  let good: Buffer;
  let progressive: Buffer;
  beforeAll(async () => {
    decoder = createPictureDecoder({ processes: 2, wallMs: NET_MS });
    good = await jpeg();
    progressive = await jpeg({ progressive: true });
  });
  afterAll(() => decoder.close());

  const decode = (bytes: Buffer): Promise<DecodedPicture> => decoder.decode(bytes, LIMITS);

  test('UPL-6: becomes a picture of our own that looks the same', async () => {
    const result = await decode(good);
    if (!result.ok) throw new Error(result.detail);
    const { image, stripped } = result;
    expect({ width: image.width, height: image.height, stripped }).toEqual({
      ...{ width: 640, height: 480, stripped: [] },
    });
    const [before, after] = await Promise.all(
      [good, image.bytes].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()),
    );
    const difference = before?.reduce((sum, value, at) => sum + Math.abs(value - (after?.[at] ?? 0)), 0) ?? 0;
    expect(difference / (before?.length ?? 1)).toBeLessThanOrEqual(3);
  });

  test.each<[string, JpegOptions]>([
    ['progressive', { progressive: true }],
    ['4:4:4', { chromaSubsampling: '4:4:4' }],
    ['with optimised scans', { mozjpeg: true }],
  ])('UPL-7: may be %s', async (_name, options) => {
    expect(code(await decode(await jpeg(options)))).toBe('ok');
  });

  test('UPL-7: may be grey or made for print, and comes out in sRGB', async () => {
    const grey = await sharp(good).greyscale().jpeg().toBuffer();
    const print = await sharp(good).toColourspace('cmyk').jpeg().toBuffer();
    for (const bytes of [grey, print]) {
      const result = await decode(bytes);
      if (!result.ok) throw new Error(result.detail);
      expect((await sharp(result.image.bytes).metadata()).space).toMatch(/srgb|b-w/u);
    }
  });

  test('UPL-6: is turned upright and loses everything but its pixels', async () => {
    const laden = await sharp(good)
      .withExif({ IFD0: { Copyright: GPS_CANARY }, IFD3: { GPSLatitudeRef: 'N', GPSMapDatum: GPS_CANARY } })
      .withIccProfile('p3')
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const polyglot = Buffer.concat([laden, Buffer.from('PK\u0003\u0004<script>POLYGLOT</script>')]);
    expect(polyglot.includes(GPS_CANARY)).toBe(true);
    const result = await decode(polyglot);
    if (!result.ok) throw new Error(result.detail);
    expect(result.stripped).toEqual(expect.arrayContaining(['exif', 'gps', 'icc', 'trailing']));
    expect([result.image.width, result.image.height]).toEqual([480, 640]);
    for (const canary of [GPS_CANARY, 'POLYGLOT', 'Exif'])
      expect(result.image.bytes.includes(canary)).toBe(false);
    const { exif, icc, orientation } = await sharp(result.image.bytes).metadata();
    expect({ exif, icc, orientation }).toEqual({ exif: undefined, icc: undefined, orientation: undefined });
    expect(result.image.bytes.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
  });

  test('UPL-1: may have 102,400 bytes and not one more', async () => {
    expect(code(await decode(padded(good, 102_400)))).toBe('ok');
    expect(code(await decode(padded(good, 102_401)))).toBe('document-too-large');
  });

  test.each<[string, () => Promise<Buffer> | Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    [
      'PNG',
      async () =>
        sharp(await chart(300, 300))
          .png({ palette: true })
          .toBuffer(),
    ],
    [
      'GIF',
      async () =>
        sharp(await chart(300, 300))
          .gif()
          .toBuffer(),
    ],
    [
      'WebP',
      async () =>
        sharp(await chart(300, 300))
          .webp()
          .toBuffer(),
    ],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>')],
    ['PDF', () => Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n')],
    ['ZIP', () => Buffer.from('PK\u0003\u0004')],
    ['HTML', () => Buffer.from('<!doctype html><script>1</script>')],
  ])('UPL-2: is refused as no JPEG when it is %s', async (_name, make) => {
    expect(code(await decode(await make()))).toBe('document-not-jpeg');
  });

  test('UPL-2: is refused when it only begins like a JPEG', async () => {
    const script = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('<?php echo 1; ?>')]);
    expect(code(await decode(script))).toBe('document-damaged');
  });

  test('UPL-5: is refused wherever it is cut', async () => {
    for (let percent = 1; percent < 100; percent += 1) {
      const cut = good.subarray(0, Math.floor((good.length * percent) / 100));
      expect([percent, code(await decode(cut))]).toEqual([
        percent,
        expect.stringMatching(/damaged|not-jpeg/u),
      ]);
    }
  });

  test('UPL-5: never breaks the decoder with a flipped byte: it is refused or it is a whole picture', async () => {
    for (let flip = 0; flip < 200; flip += 1) {
      const bytes = Buffer.from(good);
      const at = Math.floor((bytes.length * flip) / 200);
      bytes[at] = (bytes[at] ?? 0) ^ 0x55;
      const result = await decode(bytes);
      if (!result.ok) continue;
      const { format } = await sharp(result.image.bytes, { failOn: 'warning' }).metadata();
      expect(format).toBe('jpeg');
    }
  });

  test.each([16_000, 65_500])('UPL-3: is refused when its header claims %i pixels a side', async (side) => {
    expect(code(await decode(withSize(good, side, side)))).toBe('document-dimensions');
  });

  test('UPL-3: is refused when its header claims more than it has, within the limits', async () => {
    expect(code(await decode(withSize(good, 2_000, 2_000)))).toBe('document-damaged');
  });

  test('UPL-3: is refused when it is too small or has too many pixels', async () => {
    expect(code(await decode(await jpeg({}, 640, 199)))).toBe('document-dimensions');
    expect(code(await decode(withSize(good, 4_000, 3_001)))).toBe('document-dimensions');
    expect(code(await decode(await jpeg({}, 200, 200)))).toBe('ok');
  });

  test.each([300, 880])('UPL-3: is refused within 20 ms when it has %i scans', (scans) => {
    const bomb = withScans(progressive, scans);
    // The best of several: a busy machine can interrupt any one of them.
    const times = Array.from({ length: 10 }, () => {
      const begun = performance.now();
      expect(walkMarkers(bomb)).toEqual({ ok: false, problem: 'too-many-scans' });
      return performance.now() - begun;
    });
    expect(Math.min(...times)).toBeLessThan(20);
  });
});

describe('a decoder', () => {
  let decoder: PictureDecoder;
  afterEach(() => decoder.close());

  test('UPL-4: is killed when a picture takes too long, and the next one gets another', async () => {
    decoder = createPictureDecoder({ processes: 2, cpuMs: 20, wallMs: NET_MS, markersFirst: false });
    const slow = await jpeg({ progressive: true, quality: 30 }, 3_000, 3_000);
    const results = await Promise.all(Array.from({ length: 4 }, () => decoder.decode(slow, LIMITS)));
    expect(results).toEqual(results.map(() => ({ ok: false, code: 'document-damaged', detail: 'too-slow' })));
  });

  test('is killed when the machine has no time for it, and says that it is not the picture', async () => {
    decoder = createPictureDecoder({ processes: 1, wallMs: 1 });
    const answer = await decoder.decode(await jpeg(), LIMITS);
    expect(answer).toEqual({ ok: false, code: 'unavailable', detail: 'no-time' });
  });

  test('UPL-4: takes more pictures than it has processes', async () => {
    decoder = createPictureDecoder({ processes: 2, wallMs: NET_MS });
    const picture = await jpeg();
    const results = await Promise.all(Array.from({ length: 12 }, () => decoder.decode(picture, LIMITS)));
    expect(results.map(code)).toEqual(results.map(() => 'ok'));
    await decoder.close();
    await expect(decoder.decode(picture, LIMITS)).rejects.toThrow('closed');
  });
});
