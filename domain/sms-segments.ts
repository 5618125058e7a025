/**
 * How a text is cut into the parts of a concatenated SMS (3GPP TS 23.040 §9.2.3.24.1): Persian is sent as UCS-2, a
 * single SMS holds 70 units, and beside the header of 6 bytes each part holds 67 (facts iran.md §5.2).
 */
export const SINGLE_UNITS = 70;
export const JOINED_UNITS = 67;
/** The header counts parts in one byte. */
export const PARTS_MAX = 255;

const BREAK = /\s/u;

function isPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

/** Where a part that begins at `from` has to end at the latest, without cutting a surrogate pair. */
function lastEnd(text: string, from: number): number {
  const end = Math.min(from + JOINED_UNITS, text.length);
  return end < text.length && isPair(text, end) ? end - 1 : end;
}

/** The fewest parts that hold the text from here on. */
function fewestParts(text: string, from: number): number {
  let count = 0;
  for (let at = from; at < text.length; at = lastEnd(text, at)) count += 1;
  return count;
}

interface Place {
  readonly from: number;
  readonly end: number;
  /** How many parts are left for the rest. */
  readonly left: number;
}

/** The last end of a word that costs no further part, else the last end at all. */
function wordEnd(text: string, { from, end, left }: Place): number {
  for (let at = end; at > from; at -= 1) {
    if (BREAK.test(text.charAt(at - 1)) && fewestParts(text, at) <= left) return at;
  }
  return end;
}

/**
 * The parts in their order; together they are the text. As few as can be, cut after a word where that is free.
 * @throws RangeError for a text of more than 255 parts.
 */
export function segments(text: string): readonly string[] {
  if (text.length <= SINGLE_UNITS) return [text];
  const total = fewestParts(text, 0);
  if (total > PARTS_MAX) throw new RangeError('The text is too long for an SMS');
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = lastEnd(text, from);
    const left = total - parts.length - 1;
    const cut = end === text.length ? end : wordEnd(text, { from, end, left });
    parts.push(text.slice(from, cut));
    from = cut;
  }
  return parts;
}
