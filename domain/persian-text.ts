/**
 * Persian text as people type it, and the two forms in which we keep it: clean for display, folded for search.
 *
 * Keyboards differ: Arabic and Persian letters look alike, digits come in three alphabets, and pasted text carries
 * invisible direction marks. None of that is the candidate's mistake.
 */

const PERSIAN_ZERO = 0x06f0;
const ARABIC_ZERO = 0x0660;
const ZWNJ = '\u200c';

/** Direction marks, byte order mark, soft hyphen: invisible, and never meant. */
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;
/** C0 and C1 controls other than tab and line ends, and code points that are no characters. */
const FORBIDDEN = /[^\P{Cc}\t\r\n]|\p{Noncharacter_Code_Point}/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Persian (۰-۹) and Arabic (٠-٩) digits as ASCII; everything else as it is. */
export function asciiDigits(text: string): string {
  return text.replace(/[۰-۹٠-٩]/gu, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - (code >= PERSIAN_ZERO ? PERSIAN_ZERO : ARABIC_ZERO));
  });
}

/** A number as people write it (any digits, spaces, dashes, direction marks) reduced to what was meant. */
export function bareDigits(text: string): string {
  return asciiDigits(text)
    .replace(INVISIBLE, '')
    .replace(/[\u200d\u200c\s\u2010-\u2015\u2212ـ-]/gu, '');
}

/** ASCII and Arabic digits as Persian ones, for display. */
export function persianDigits(text: string | number): string {
  return asciiDigits(String(text)).replace(/\d/gu, (digit) =>
    String.fromCharCode(PERSIAN_ZERO + Number(digit)),
  );
}

/** Whether a string can be kept at all: no NUL or other control, no half of a surrogate pair. */
export function isSoundText(text: string): boolean {
  return !LONE_SURROGATE.test(text) && !FORBIDDEN.test(text);
}

/**
 * Text as it is kept and shown: Persian ی and ک, NFC, single spaces, no invisible marks, ZWNJ only inside words.
 * Line feeds stay, one empty line at most. Undefined for what cannot be kept (NUL and other controls, lone surrogates).
 */
export function cleanText(text: string): string | undefined {
  if (!isSoundText(text)) return undefined;
  return text
    .replace(INVISIBLE, '')
    .replace(/\r\n?/gu, '\n')
    .normalize('NFC')
    .replace(/[يى]/gu, 'ی')
    .replace(/ك/gu, 'ک')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/\u200c+/gu, ZWNJ)
    .replace(/[ \u200c]* [ \u200c]*/gu, ' ')
    .replace(/[ \u200c]*\n[ \u200c]*/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .replace(/^[\s\u200c]+|[\s\u200c]+$/gu, '');
}

const FOLDS: readonly (readonly [RegExp, string])[] = [
  [INVISIBLE, ''],
  [/[\u064b-\u0655\u0670ـ]/gu, ''],
  [/[ةۀۂ]/gu, 'ه'],
  [/[أإٱآ]/gu, 'ا'],
  [/[يىئے]/gu, 'ی'],
  [/ك/gu, 'ک'],
  [/ؤ/gu, 'و'],
  [/[^\p{L}\p{M}\p{N}]+/gu, ' '],
];

/**
 * Text folded for search and comparison: letter variants, digits, case, vowel signs, ZWNJ and punctuation do not count.
 * Never shown. Two texts that a reader takes for the same have the same key.
 */
export function searchKey(text: string): string {
  const composed = text.normalize('NFKC').toLowerCase().normalize('NFKC');
  const folded = FOLDS.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    composed,
  );
  return asciiDigits(folded).normalize('NFKC').trim();
}
