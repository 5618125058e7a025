/** Looks for what must not be in clear anywhere, in every form in which it could have got there, in one pass. */
import { persianDigits } from '../../domain/persian-text.ts';

export interface Canary {
  /** What it is, for the report; never the value. */
  readonly name: string;
  readonly value: string;
  /** So short that it stands in many an id and time by chance: in plain digits it counts only between delimiters. */
  readonly short?: boolean;
}

export interface Searcher {
  /** The names of the canaries that are in the bytes, each once. */
  sightings(bytes: Buffer): string[];
}

interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
  readonly bounded: boolean;
}

const BASE64_OFFSETS = [0, 1, 2];
/** Whatever belongs to the same number, id or fraction of a second. */
const SAME_WORD = new Set(Buffer.from('0123456789abcdefABCDEF-_.'));

function arabicDigits(text: string): string {
  return text.replace(/\d/gu, (digit) => String.fromCharCode(0x0660 + Number(digit)));
}

const arabicLetters = (text: string): string => text.replaceAll('ی', 'ي').replaceAll('ک', 'ك');

/** As JSON writes it when it escapes everything that is not ASCII. */
function escaped(text: string): string {
  return text.replace(
    /[^\p{ASCII}]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Card numbers and ids as people write them in groups. */
function grouped(digits: string): string[] {
  if (/^\d{16}$/u.test(digits)) {
    return ['-', ' '].map((mark) => (digits.match(/\d{4}/gu) ?? []).join(mark));
  }
  if (/^\d{10}$/u.test(digits)) return [digits.replace(/^(\d{3})(\d{6})/u, '$1-$2-')];
  return [];
}

function spellingsOf(value: string): string[] {
  const written = [value, ...grouped(value), arabicLetters(value), value.replaceAll('\u200c', '')];
  const spelled = written.flatMap((text) => [text, persianDigits(text), arabicDigits(text)]);
  return [...new Set(spelled)].filter((text) => text !== '');
}

/** The characters of base64 that depend on the value alone, when it begins so many bytes after a multiple of three. */
function insideBase64(bytes: Buffer, offset: number): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const encoded = padded.toString('base64').replace(/=+$/u, '');
  const from = offset === 0 ? 0 : offset + 1;
  const whole = Math.floor((padded.length * 8) / 6);
  return encoded.slice(from, whole);
}

/** All byte sequences that would give one spelling away, beside its own. */
function encodingsOf(text: string): Buffer[] {
  const utf8 = Buffer.from(text, 'utf8');
  const utf16 = Buffer.from(text, 'utf16le');
  const utf16be = Buffer.from(utf16).swap16();
  const widths = [utf8, utf16, utf16be];
  const base64 = widths.flatMap((bytes) => BASE64_OFFSETS.map((offset) => insideBase64(bytes, offset)));
  const hex = widths.map((bytes) => bytes.toString('hex'));
  const url = encodeURIComponent(text);
  const escape = escaped(text);
  const texts = [
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    ...hex.flatMap((form) => [form, form.toUpperCase()]),
    ...[url, url.toLowerCase(), encodeURIComponent(url)],
    ...[escape, escape.replaceAll(/[a-f]/gu, (digit) => digit.toUpperCase())],
  ].filter((form) => form !== text);
  return [utf16, utf16be, ...texts.map((form) => Buffer.from(form, 'latin1'))];
}

function needlesOf({ name, value, short = false }: Canary): Needle[] {
  return spellingsOf(value).flatMap((text) => {
    const plain = Buffer.from(text, 'utf8');
    const own = { name, bytes: plain, bounded: short && plain.length === text.length };
    return [own, ...encodingsOf(text).map((bytes) => ({ name, bytes, bounded: false }))];
  });
}

const ESCAPED_MARK = /%[\dA-F]{2}$/iu;

function standsAlone(bytes: Buffer, from: number, to: number): boolean {
  const escape = bytes.toString('latin1', Math.max(from - 3, 0), from);
  const before = ESCAPED_MARK.test(escape) ? undefined : bytes[from - 1];
  const after = bytes[to];
  return !(before !== undefined && SAME_WORD.has(before)) && !(after !== undefined && SAME_WORD.has(after));
}

const HASH_BITS = 18;
/** Taken out once: in Jest's contexts each look-up of a global costs more than the rest of the walk. */
const { imul } = Math;
const hashed = (word: number): number => imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);

/** Prepares to look for all of them at once: a walk over the bytes that stops only where four of them fit. */
export function createSearcher(canaries: readonly Canary[]): Searcher {
  const needles = new Map<number, Needle[]>();
  const begins = new Uint8Array(1 << HASH_BITS);
  for (const needle of canaries.flatMap(needlesOf)) {
    if (needle.bytes.length < 4) throw new Error(`${needle.name} is too short to be looked for`);
    const word = needle.bytes.readInt32BE(0);
    needles.set(word, [...(needles.get(word) ?? []), needle]);
    begins[hashed(word)] = 1;
  }
  const matches = (bytes: Buffer, at: number, { bytes: wanted, bounded }: Needle): boolean =>
    wanted.equals(bytes.subarray(at, at + wanted.length)) &&
    (!bounded || standsAlone(bytes, at, at + wanted.length));

  return {
    sightings(bytes) {
      const seen = new Set<string>();
      let word = 0;
      for (let end = 0; end < bytes.length; end += 1) {
        word = (word << 8) | (bytes[end] as number);
        if (end < 3 || begins[hashed(word)] === 0) continue;
        for (const needle of needles.get(word) ?? []) {
          if (matches(bytes, end - 3, needle)) seen.add(needle.name);
        }
      }
      return [...seen];
    },
  };
}

/** The names of the canaries that are in the bytes. */
export function sightings(bytes: Buffer, canaries: readonly Canary[]): string[] {
  return createSearcher(canaries).sightings(bytes);
}
