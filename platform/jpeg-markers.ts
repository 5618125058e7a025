/**
 * Reads a JPEG's markers without decoding it: what it is, how large, how many scans, what it carries besides.
 *
 * A small file can be costly: 57 KB with 881 scans takes a decoder ten seconds (security.md §0.4). This walk finds
 * that in a few milliseconds, before any decoder sees the bytes.
 */
export interface JpegOutline {
  readonly width: number;
  readonly height: number;
  readonly scans: number;
  /** What is neither picture nor needed for it, and does not survive re-encoding. */
  readonly extras: readonly string[];
}

export type WalkProblem = 'not-jpeg' | 'unusual-encoding' | 'truncated' | 'malformed' | 'too-many-scans';
export type Walk =
  | { readonly ok: true; readonly outline: JpegOutline }
  | { readonly ok: false; readonly problem: WalkProblem };

/** Encoders of cameras and scanners write one scan, or about ten when progressive. */
export const SCANS_MAX = 32;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const COM = 0xfe;
const APP_FIRST = 0xe0;
const APP_LAST = 0xef;
/** Baseline, extended sequential and progressive, Huffman-coded. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** Lossless, hierarchical and arithmetic-coded frames, and the tables of the last. */
const UNUSUAL = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf]);
const GPS_TAG = { big: Buffer.from([0x88, 0x25]), little: Buffer.from([0x25, 0x88]) };
const BITS_PER_SAMPLE = 8;

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

function nameOfApplicationSegment(marker: number, body: Buffer): string[] {
  const starts = (text: string): boolean => body.subarray(0, text.length).toString('latin1') === text;
  if (starts('JFIF\0') || starts('JFXX\0') || starts('Adobe')) return [];
  if (starts('Exif\0\0')) {
    const order = body.subarray(6, 8).toString('latin1') === 'MM' ? GPS_TAG.big : GPS_TAG.little;
    return body.includes(order) ? ['exif', 'gps'] : ['exif'];
  }
  if (starts('http://ns.adobe.com/x')) return ['xmp'];
  if (starts('ICC_PROFILE\0')) return ['icc'];
  if (starts('Photoshop')) return ['iptc'];
  return [`app${marker - APP_FIRST}`];
}

/** The first position after the compressed data of a scan: the next marker that is not part of it; -1 at the end. */
function afterScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1];
    if (next === undefined) return -1;
    if (next === 0xff) at -= 1;
    else if (next !== 0 && !isRestart(next)) return at;
  }
  return -1;
}

class MarkerWalk {
  private readonly bytes: Buffer;
  private readonly extras = new Set<string>();
  private size: { width: number; height: number } | undefined;
  private scans = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  walk(): Walk {
    const { bytes } = this;
    if (bytes.length < 3 || bytes[0] !== 0xff || bytes[1] !== SOI || bytes[2] !== 0xff) return no('not-jpeg');
    let at = 2;
    for (;;) {
      if (at >= bytes.length) return no('truncated');
      if (bytes[at] !== 0xff) return no('malformed');
      while (bytes[at + 1] === 0xff) at += 1;
      const marker = bytes[at + 1];
      if (marker === undefined) return no('truncated');
      if (marker === EOI) return this.end(at + 2);
      if (UNUSUAL.has(marker)) return no('unusual-encoding');
      const next = this.segment(marker, at + 2);
      if (typeof next === 'string') return no(next);
      at = next;
    }
  }

  /** Reads the segment whose length field is at `at`; returns where the next marker is, or what is wrong. */
  private segment(marker: number, at: number): number | WalkProblem {
    const { bytes } = this;
    if (marker === SOI || marker === 0 || marker === 1 || isRestart(marker)) return 'malformed';
    if (at + 2 > bytes.length) return 'truncated';
    const end = at + bytes.readUInt16BE(at);
    if (end < at + 2) return 'malformed';
    if (end > bytes.length) return 'truncated';
    const body = bytes.subarray(at + 2, end);
    if (FRAMES.has(marker)) return this.frame(body) ?? end;
    if (marker === COM) this.extras.add('comment');
    if (marker >= APP_FIRST && marker <= APP_LAST) {
      for (const name of nameOfApplicationSegment(marker, body)) this.extras.add(name);
    }
    return marker === SOS ? this.scan(end) : end;
  }

  private frame(body: Buffer): WalkProblem | undefined {
    if (body.length < 6 || this.size !== undefined) return 'malformed';
    if (body[0] !== BITS_PER_SAMPLE || ![1, 3, 4].includes(body[5] ?? 0)) return 'unusual-encoding';
    this.size = { height: body.readUInt16BE(1), width: body.readUInt16BE(3) };
    return undefined;
  }

  private scan(end: number): number | WalkProblem {
    if (this.size === undefined) return 'malformed';
    this.scans += 1;
    if (this.scans > SCANS_MAX) return 'too-many-scans';
    const next = afterScan(this.bytes, end);
    return next === -1 ? 'truncated' : next;
  }

  private end(at: number): Walk {
    if (this.size === undefined || this.scans === 0) return no('malformed');
    if (at < this.bytes.length) this.extras.add('trailing');
    return { ok: true, outline: { ...this.size, scans: this.scans, extras: [...this.extras] } };
  }
}

function no(problem: WalkProblem): Walk {
  return { ok: false, problem };
}

/** Walks the markers of a file from its first byte to the end-of-image marker. Never throws, decodes nothing. */
export function walkMarkers(bytes: Buffer): Walk {
  return new MarkerWalk(bytes).walk();
}
