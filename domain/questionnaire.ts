/**
 * The questionnaire is data of an election: sections of fields, each with all the rules that its answer must meet.
 *
 * Whoever fills in what the data says, and nothing else, can submit; so no rule about an answer lives anywhere else.
 */

export type AnswerValue = string | number | boolean;
export type SectionAnswers = Readonly<Record<string, AnswerValue>>;
/** By section and field; a repeated section holds an array. A question without an answer is left out. */
export type Answers = Readonly<Record<string, SectionAnswers | readonly SectionAnswers[]>>;

/** `digits` are strings of ASCII digits, `date` is ISO (`YYYY-MM-DD`, Gregorian). */
export type FieldType = 'text' | 'digits' | 'number' | 'date' | 'boolean' | 'choice';

/** The field is shown when the answer at the pointer is one of these. The pointer leads to a section that is not repeated. */
export interface ShownWhen {
  readonly pointer: string;
  readonly in: readonly AnswerValue[];
}

export interface Field {
  readonly key: string;
  readonly title: string;
  readonly hint: string | null;
  readonly type: FieldType;
  readonly required: boolean;
  /** Comes from the registration or the civil registry; a candidate cannot change it. */
  readonly readOnly: boolean;
  /** In UTF-16 units, for text and digits. */
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** A regular expression for the whole answer (ECMAScript, `u` flag), for text and digits. */
  readonly pattern: string | null;
  /** Least and greatest number. */
  readonly min: number | null;
  readonly max: number | null;
  /** The answers of a choice; empty for every other type. */
  readonly options: readonly { readonly value: string; readonly title: string }[];
  readonly shownWhen: ShownWhen | null;
}

export interface Section {
  readonly key: string;
  readonly title: string;
  /** Null for a section that is filled in once; otherwise how many entries there may be. */
  readonly repeated: { readonly max: number } | null;
  readonly fields: readonly Field[];
}

export interface Questionnaire {
  readonly version: number;
  readonly sections: readonly Section[];
}

/** One entry of a section with the pointer that leads to it. A section filled in once is always one entry. */
export interface Entry {
  readonly section: Section;
  /** `/answers/residence` or `/answers/jobs/0`. */
  readonly pointer: string;
  readonly values: SectionAnswers;
}

const NOTHING: SectionAnswers = {};

function isEntries(value: SectionAnswers | readonly SectionAnswers[]): value is readonly SectionAnswers[] {
  return Array.isArray(value);
}

/** The entries of one section of the answers. */
export function entriesOf(section: Section, answers: Answers): Entry[] {
  const pointer = `/answers/${section.key}`;
  const given = Object.hasOwn(answers, section.key) ? answers[section.key] : undefined;
  if (section.repeated === null) {
    return [{ section, pointer, values: given === undefined || isEntries(given) ? NOTHING : given }];
  }
  const list = given !== undefined && isEntries(given) ? given : [];
  return list.map((values, index) => ({ section, pointer: `${pointer}/${index}`, values }));
}

/** The answer to a field of an entry, or undefined when there is none. */
export function answerOf({ values }: Entry, field: Field): AnswerValue | undefined {
  return Object.hasOwn(values, field.key) ? values[field.key] : undefined;
}

/** The answer that a pointer (`/answers/residence/postalCode`, `/answers/jobs/0/title`) leads to, or undefined. */
export function answerAt(answers: Answers, pointer: string): AnswerValue | undefined {
  const [root, base, ...path] = pointer.split('/');
  if (root !== '' || base !== 'answers') return undefined;
  let found: unknown = answers;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    if (Array.isArray(found) && !/^\d+$/u.test(key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return typeof found === 'object' || found === undefined ? undefined : (found as AnswerValue);
}

/** Whether a field is shown for these answers. A field that is not shown has no answer and is never missing. */
export function isShown(field: Field, answers: Answers): boolean {
  if (field.shownWhen === null) return true;
  const answer = answerAt(answers, field.shownWhen.pointer);
  return answer !== undefined && field.shownWhen.in.includes(answer);
}
