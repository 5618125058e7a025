/** Answers on their way in: what cannot be kept, what is folded into one form, what is not the candidate's to change. */
import {
  answerAt,
  entriesOf,
  isShown,
  type Answers,
  type AnswerValue,
  type Field,
  type Questionnaire,
  type Section,
  type SectionAnswers,
} from './questionnaire.ts';
import { asciiDigits, bareDigits, cleanText, isSoundText } from './persian-text.ts';
import type { RefusalItem } from './refusal.ts';

/** What registration and civil registry say of a person; a value that is not known yet is left out. */
export interface Person {
  readonly nationalId: string;
  /** ISO, Gregorian. */
  readonly birthDate: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly fatherName?: string;
}

/** Longer than any answer is allowed to be, and short enough that a hostile draft stays small. */
const VALUE_LENGTH_MAX = 4_000;

/** A pointer's part for a key that came from outside (RFC 6901). */
function escaped(key: string): string {
  return key.replace(/~/gu, '~0').replace(/\//gu, '~1');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueRefusal(pointer: string, value: unknown): RefusalItem[] {
  if (value === null || typeof value === 'boolean') return [];
  if (typeof value === 'number' && Number.isFinite(value)) return [];
  if (typeof value !== 'string') {
    return [{ pointer, code: 'wrong-type', message: 'شکل این پاسخ درست نیست.' }];
  }
  if (value.length > VALUE_LENGTH_MAX) {
    return [{ pointer, code: 'too-long', message: 'این پاسخ بیش از اندازه بلند است.' }];
  }
  return isSoundText(value)
    ? []
    : [{ pointer, code: 'text-invalid', message: 'این متن نویسه‌ای دارد که نمی‌توان نگه داشت.' }];
}

function entryRefusals(section: Section, pointer: string, entry: unknown): RefusalItem[] {
  if (!isObject(entry)) return [{ pointer, code: 'wrong-type', message: 'شکل این بخش درست نیست.' }];
  return Object.entries(entry).flatMap(([key, value]) => {
    const at = `${pointer}/${escaped(key)}`;
    return section.fields.some((field) => field.key === key)
      ? valueRefusal(at, value)
      : [{ pointer: at, code: 'unknown-field', message: 'پرسشنامه چنین پرسشی ندارد.' }];
  });
}

function sectionRefusals(section: Section, given: unknown): RefusalItem[] {
  const pointer = `/answers/${section.key}`;
  if (section.repeated === null) return entryRefusals(section, pointer, given);
  if (!Array.isArray(given)) return [{ pointer, code: 'wrong-type', message: 'این بخش باید فهرست باشد.' }];
  if (given.length > section.repeated.max) {
    return [{ pointer, code: 'too-many', message: 'تعداد موردهای این بخش بیش از اندازه است.' }];
  }
  return given.flatMap((entry, index) => entryRefusals(section, `${pointer}/${index}`, entry));
}

/**
 * What a draft must not hold at all: sections and fields that the questionnaire does not have, another shape, text
 * that cannot be kept. A draft with such items is refused whole; an answer that is merely wrong is not (`problemsOf`).
 */
export function unknownFields(questionnaire: Questionnaire, answers: unknown): RefusalItem[] {
  if (!isObject(answers)) {
    return [{ pointer: '/answers', code: 'wrong-type', message: 'شکل پاسخ‌ها درست نیست.' }];
  }
  return Object.entries(answers).flatMap(([key, given]) => {
    const section = questionnaire.sections.find((one) => one.key === key);
    return section === undefined
      ? [{ pointer: `/answers/${escaped(key)}`, code: 'unknown-field', message: 'پرسشنامه چنین بخشی ندارد.' }]
      : sectionRefusals(section, given);
  });
}

/** A map, because an object also has what every object inherits. */
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** One answer in the form in which it is kept; undefined for an empty one. What cannot be read stays as it came. */
function normalizeValue(field: Field, value: unknown): AnswerValue | undefined {
  if (typeof value === 'boolean' || Number.isFinite(value)) return value as boolean | number;
  if (typeof value !== 'string') return undefined;
  const text = cleanText(value);
  if (text === undefined || text === '') return undefined;
  switch (field.type) {
    case 'digits':
      return bareDigits(text) || undefined;
    case 'number': {
      const digits = asciiDigits(text).replace(/[\s٬]/gu, '').replace('٫', '.');
      return /^-?\d{1,15}(?:\.\d{1,6})?$/u.test(digits) ? Number(digits) : text;
    }
    case 'date':
      return asciiDigits(text);
    case 'boolean':
      return TRUTHS.get(text) ?? text;
    case 'text':
    case 'choice':
      return text;
  }
}

function normalizeEntry(section: Section, entry: unknown): SectionAnswers {
  if (!isObject(entry)) return {};
  const kept = section.fields.flatMap((field) => {
    const value = Object.hasOwn(entry, field.key) ? normalizeValue(field, entry[field.key]) : undefined;
    return value === undefined ? [] : [[field.key, value] as const];
  });
  return Object.fromEntries(kept);
}

function keepShown(section: Section, values: SectionAnswers, answers: Answers): SectionAnswers {
  const shown = section.fields.filter((field) => Object.hasOwn(values, field.key) && isShown(field, answers));
  return Object.fromEntries(shown.map(({ key }) => [key, values[key] as AnswerValue]));
}

function withoutHidden(questionnaire: Questionnaire, answers: Answers): Answers {
  const sections = questionnaire.sections.filter(({ key }) => Object.hasOwn(answers, key));
  return Object.fromEntries(
    sections.map((section) => {
      const kept = entriesOf(section, answers).map(({ values }) => keepShown(section, values, answers));
      return [section.key, section.repeated === null ? (kept[0] ?? {}) : kept];
    }),
  );
}

function countValues(questionnaire: Questionnaire, answers: Answers): number {
  return questionnaire.sections
    .flatMap((section) => entriesOf(section, answers))
    .reduce((total, { values }) => total + Object.keys(values).length, 0);
}

/**
 * Answers in the one form in which they are kept: ASCII digits, clean text, no empty answers, fields and sections in
 * the order of the questionnaire, and no answer to a field that is not shown (hiding one may hide others in turn).
 * A second time changes nothing.
 */
export function normalizeAnswers(questionnaire: Questionnaire, answers: unknown): Answers {
  if (!isObject(answers)) return {};
  const given = questionnaire.sections.filter(({ key }) => Object.hasOwn(answers, key));
  let kept: Answers = Object.fromEntries(
    given.map((section) => {
      const value = answers[section.key];
      if (section.repeated === null) return [section.key, normalizeEntry(section, value)];
      return [section.key, Array.isArray(value) ? value.map((entry) => normalizeEntry(section, entry)) : []];
    }),
  );
  for (;;) {
    const shown = withoutHidden(questionnaire, kept);
    if (countValues(questionnaire, shown) === countValues(questionnaire, kept)) return shown;
    kept = shown;
  }
}

/** The read-only fields, which stand in sections that are filled in once, with what is known of the person. */
function readOnlyFields(questionnaire: Questionnaire): { section: Section; field: Field; pointer: string }[] {
  return questionnaire.sections.flatMap((section) =>
    section.fields
      .filter(({ readOnly }) => readOnly)
      .map((field) => ({ section, field, pointer: `/answers/${section.key}/${field.key}` })),
  );
}

function knownOf(person: Person, key: string): string | undefined {
  return new Map<string, string>(Object.entries(person)).get(key);
}

/** The answers with the read-only fields as the person's records have them; what is not known yet is left out. */
export function applyReadOnly(questionnaire: Questionnaire, answers: Answers, person: Person): Answers {
  const filled: Record<string, SectionAnswers | readonly SectionAnswers[]> = { ...answers };
  for (const { section, field } of readOnlyFields(questionnaire)) {
    const { [field.key]: _given, ...others } = entriesOf(section, filled)[0]?.values ?? {};
    const known = knownOf(person, field.key);
    filled[section.key] = known === undefined ? others : { ...others, [field.key]: known };
  }
  return normalizeAnswers(questionnaire, filled);
}

/** The read-only fields that these (normalised) answers try to change; left out or repeated as it is, is no change. */
export function readOnlyChanged(
  questionnaire: Questionnaire,
  answers: Answers,
  person: Person,
): RefusalItem[] {
  return readOnlyFields(questionnaire)
    .filter(({ field, pointer }) => {
      const given = answerAt(answers, pointer);
      const known = knownOf(person, field.key);
      return given !== undefined && (known === undefined || given !== normalizeValue(field, known));
    })
    .map(({ field, pointer }) => ({
      pointer,
      code: 'read-only',
      message: `«${field.title}» از ثبت‌نام یا ثبت احوال آمده است و تغییر نمی‌کند.`,
    }));
}

function leavesOf(answers: Answers): Map<string, AnswerValue> {
  return new Map(
    Object.entries(answers).flatMap(([key, given]) => {
      const entries: [string, SectionAnswers][] = Array.isArray(given)
        ? (given as readonly SectionAnswers[]).map((entry, index) => [`/answers/${key}/${index}`, entry])
        : [[`/answers/${key}`, given as SectionAnswers]];
      return entries.flatMap(([pointer, entry]) =>
        Object.entries(entry).map(([field, value]) => [`${pointer}/${field}`, value] as const),
      );
    }),
  );
}

/** Pointers of every answer that was added, changed or removed between two (normalised) sets of answers. */
export function changedPointers(before: Answers, after: Answers): string[] {
  const old = leavesOf(before);
  const fresh = leavesOf(after);
  return [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (pointer) => old.get(pointer) !== fresh.get(pointer),
  );
}
