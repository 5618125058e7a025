/** What no log may hold: the particulars that a test works with, and whatever has the form of personal data. */
import { luhnValid } from '../../domain/bank-card.ts';
import { parseNationalId } from '../../domain/national-id.ts';
import { asciiDigits } from '../../domain/persian-text.ts';
import { createSearcher, type Canary, type Searcher } from '../data/sightings.ts';

const known = new Map<string, Canary>();
let searcher: Searcher | undefined;
const SHORTEST = 5;

/** Particulars of a person of the test: from now on no log of it, nor of a process that it started, may hold them. */
export function knowPerson(particulars: Readonly<Record<string, string | null | undefined>>): void {
  for (const [name, value] of Object.entries(particulars)) {
    if (value == null || value.length < SHORTEST || known.has(value)) continue;
    known.set(value, { name, value, short: /^\d{1,7}$/u.test(value) });
    searcher = undefined;
  }
}

interface Form {
  readonly name: string;
  readonly pattern: RegExp;
  readonly holds?: (digits: string) => boolean;
}

/** Digits of a number, and not of an id, a time or a longer number. */
const alone = (digits: string): RegExp => new RegExp(`(?<![\\w.-])${digits}(?![\\w-]|\\.\\d)`, 'gu');

const FORMS: readonly Form[] = [
  { name: 'a mobile number', pattern: alone(String.raw`(?:\+?98|0098|0)?9\d{9}`) },
  { name: 'a national id', pattern: alone(String.raw`\d{10}`), holds: (id) => parseNationalId(id) !== undefined },
  { name: 'a card number', pattern: alone(String.raw`\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}`), holds: (card) => luhnValid(card.replace(/\D/gu, '')) }, // prettier-ignore
  { name: 'a signed token', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}/gu },
  { name: 'a bearer token', pattern: /\bbearer\s+[\w.~+/-]{16,}/giu },
  { name: 'a session token', pattern: /(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/gu },
  { name: 'a one-time code', pattern: /"?\b(?:\w*code|otp|pin|\w*password|token)"?\s*[:=]\s*"?\d{6,8}\b/giu },
  { name: 'an e-mail address', pattern: /[\w.+-]+@[\w-]+\.\w+/gu },
  { name: 'Persian text', pattern: /\p{Script=Arabic}{2,}/gu },
]; // prettier-ignore

/** Percent signs undone, when they can be. */
function decoded(text: string): string {
  return text.replace(/(?:%[\dA-F]{2})+/giu, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/** Of whoever has written the line; on a machine that has run for long it has as many digits as a code. */
const PROCESS = /"pid":\d+/gu;

/** Names of what is in the text that should not be; never the values. */
export function personalDataIn(text: string): string[] {
  const read = asciiDigits(decoded(text));
  const formed = FORMS.filter(({ pattern, holds = () => true }) =>
    (read.match(pattern) ?? []).some((match) => holds(match)),
  );
  searcher ??= createSearcher([...known.values()]);
  return [...formed.map(({ name }) => name), ...searcher.sightings(Buffer.from(text.replace(PROCESS, '')))];
}
