/** The search itself: what it did not find would be believed not to be there. */
import { describe, expect, test } from '@jest/globals';
import { createSearcher, sightings } from './sightings.ts';

const NUMBER = { name: 'mobile', value: '09121234567' };
const CARD = { name: 'card', value: '6037991234567893' };
const NAME = { name: 'last name', value: 'رستم‌پور یکتا' };
const CODE = { name: 'code', value: '482913', short: true };

const utf8 = (text: string): Buffer => Buffer.from(text);
const hex4 = (letter: string): string => letter.charCodeAt(0).toString(16).padStart(4, '0');

/** How a value can lie in bytes: as the planted leak of each of these shows, none goes unseen. */
const hidden: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['UTF-8', utf8],
  ['UTF-16 little-endian', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16 big-endian', (text) => Buffer.from(text, 'utf16le').swap16()],
  ['base64, at the start', (text) => utf8(utf8(text).toString('base64'))],
  ['base64, one byte in', (text) => utf8(utf8(`a${text}z`).toString('base64'))],
  ['base64, two bytes in', (text) => utf8(utf8(`ab${text}zz`).toString('base64'))],
  ['base64url', (text) => utf8(utf8(`{"m":"${text}"}`).toString('base64url'))],
  ['base64 of UTF-16', (text) => utf8(Buffer.from(`-${text}`, 'utf16le').toString('base64'))],
  ['hexadecimal', (text) => utf8(utf8(text).toString('hex'))],
  ['hexadecimal, in capitals', (text) => utf8(utf8(text).toString('hex').toUpperCase())],
  ['hexadecimal of UTF-16', (text) => utf8(Buffer.from(text, 'utf16le').toString('hex'))],
  ['an address', (text) => utf8(`/x?m=${encodeURIComponent(text)}`)],
  ['an address, in small letters', (text) => utf8(`/x?m=${encodeURIComponent(text).toLowerCase()}`)],
  ['an address in an address', (text) => utf8(encodeURIComponent(`/x?m=${encodeURIComponent(text)}`))],
  ['escaped JSON', (text) => utf8(text.replace(/[^ -~]/gu, (letter) => `\\u${hex4(letter)}`))],
];

const CANARIES = [NUMBER, CARD, NAME, CODE];
const searcher = createSearcher(CANARIES);

describe('a planted canary', () => {
  test.each(hidden)('is seen in %s', (_name, hide) => {
    for (const { name, value } of CANARIES) {
      const bytes = Buffer.concat([utf8('before "'), hide(value), utf8('" after')]);
      expect([name, searcher.sightings(bytes)]).toEqual([name, [name]]);
    }
  });

  test.each([
    ['Persian digits', '۰۹۱۲۱۲۳۴۵۶۷', NUMBER],
    ['Arabic digits', '٠٩١٢١٢٣٤٥٦٧', NUMBER],
    ['groups', '6037-9912-3456-7893', CARD],
    ['groups of Persian digits', '۶۰۳۷ ۹۹۱۲ ۳۴۵۶ ۷۸۹۳', CARD],
    ['Arabic letters', 'رستم‌پور يكتا', NAME],
    ['one word without its joint', 'رستمپور یکتا', NAME],
  ])('is seen in %s, in each encoding', (_name, spelled, canary) => {
    for (const [encoding, hide] of hidden) {
      expect([encoding, searcher.sightings(hide(spelled))]).toEqual([encoding, [canary.name]]);
    }
  });

  test('is seen wherever it begins and ends', () => {
    for (let before = 0; before < 9; before += 1) {
      const bytes = Buffer.concat([Buffer.alloc(before, 0x30), utf8(CARD.value)]);
      expect(searcher.sightings(bytes)).toEqual(['card']);
      expect(searcher.sightings(bytes.subarray(0, -1))).toEqual([]);
    }
  });

  test('is not seen where it is not', () => {
    expect(sightings(utf8('0912123456 7, رستم پور, 603799123456789'), CANARIES)).toEqual([]);
    expect(sightings(Buffer.alloc(3), CANARIES)).toEqual([]);
  });

  test('that is short is not taken for a part of an id or a time, and is seen as a value', () => {
    for (const text of ['a1482913', '12:00:01.482913+00', '0482913', '482913-7']) {
      expect([text, sightings(utf8(text), [CODE])]).toEqual([text, []]);
    }
    for (const text of ['"482913"', 'code: 482913', '(1,482913,t)', 'c=482913&x']) {
      expect([text, sightings(utf8(text), [CODE])]).toEqual([text, ['code']]);
    }
  });

  test('is found among many megabytes within seconds', () => {
    const much = Buffer.alloc(32 * 1024 * 1024, 'elections 1404-10-21 ');
    utf8(NUMBER.value).copy(much, much.length - 40);
    // Of our own work, not of what the machine does beside.
    const begun = process.cpuUsage();
    expect(searcher.sightings(much)).toEqual(['mobile']);
    expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(10_000);
  });
});
