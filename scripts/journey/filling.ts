/**
 * Fills in a questionnaire from what `GET /elections/{id}` says of it and from nothing else: whoever does so can
 * submit (API.md §2.1). A field of a shape that this cannot satisfy is a Deviation of the contract, not of the person.
 */
import { Deviation } from './deviation.ts';
import type { AnswerValue, Answers, Election, Field, Section, SectionAnswers } from './contract.ts';

/** Picks one of so many, from 0; decides which options a person takes. */
export type Choice = (count: number) => number;

type Item = Record<string, AnswerValue>;

/** What people type; the first that a field's pattern and lengths let pass is taken. */
const WORDS = [
  'پاسخ نمونه برای این پرسش',
  'نمونه',
  'الف',
  'candidate@example.ir',
  'https://example.ir',
  '02133445566',
  '09121234567',
  '1393',
];
const DIGITS = '1359246817359246';
const LENGTH_MAX = 40;
const DAY_MS = 86_400_000;
const RECENT_DAYS = 30;

function textOf(field: Field): string {
  const [least, most] = [field.minLength ?? 1, field.maxLength ?? LENGTH_MAX];
  const pattern = field.pattern ? new RegExp(`^(?:${field.pattern})$`, 'u') : null;
  const ofDigits = Array.from({ length: LENGTH_MAX }, (_, index) => DIGITS.repeat(3).slice(0, index + 1));
  const lengthened = WORDS.flatMap((word) => [word, word.padEnd(least, ' نمونه')]);
  const words = lengthened.filter((word) => field.type !== 'digits' || /^\d+$/u.test(word));
  const fits = [...words, ...ofDigits.toReversed()].find(
    (text) => text.length >= least && text.length <= most && (pattern?.test(text) ?? true),
  );
  if (fits === undefined)
    throw new Deviation(`no sample text fits the field ${field.key} (${field.pattern ?? ''})`);
  return fits;
}

function dateOf(field: Field): string {
  const recent = new Date(Date.now() - RECENT_DAYS * DAY_MS).toISOString().slice(0, 10);
  if (typeof field.max === 'string' && recent > field.max) return field.max;
  if (typeof field.min === 'string' && recent < field.min) return field.min;
  return recent;
}

function answerTo(field: Field, choice: Choice): AnswerValue {
  switch (field.type) {
    case 'choice': {
      const options = field.options ?? [];
      const option = options[choice(options.length)];
      if (option === undefined) throw new Deviation(`the choice ${field.key} has no options`);
      return option.value;
    }
    case 'boolean':
      return choice(2) === 1;
    case 'number':
      return Number(field.min ?? Math.min(1, Number(field.max ?? 1)));
    case 'date':
      return dateOf(field);
    default:
      return textOf(field);
  }
}

/** The answer at a pointer like `/answers/section/field`; inside a repeated section, the one of the same item. */
function answerAt(pointer: string, answers: Answers, own: { readonly key: string; readonly item: Item }) {
  const [section = '', ...path] = pointer
    .replace(/^\/answers/u, '')
    .split('/')
    .slice(1);
  const field = path.at(-1) ?? '';
  if (section === own.key) return own.item[field];
  const found = answers[section];
  return Array.isArray(found) ? found[0]?.[field] : found?.[field];
}

function isShown(
  field: Field,
  answers: Answers,
  own: { readonly key: string; readonly item: Item },
): boolean {
  if (!field.shownWhen) return true;
  const answer = answerAt(field.shownWhen.pointer, answers, own);
  return answer !== undefined && field.shownWhen.in.includes(answer);
}

function itemOf(section: Section, answers: Answers): Item {
  const present = answers[section.key];
  return { ...(Array.isArray(present) ? present[0] : present) };
}

/** Answers every shown field of a section that has no answer yet. */
function fillSection(section: Section, answers: Answers, choice: Choice): SectionAnswers {
  const item = itemOf(section, answers);
  for (const field of section.fields) {
    if (field.readOnly || item[field.key] !== undefined) continue;
    if (isShown(field, answers, { key: section.key, item })) item[field.key] = answerTo(field, choice);
  }
  return item;
}

const PASSES = 3;

/**
 * Whole answers: what the draft has already (read-only particulars) and everything else that is asked. Questions that
 * depend on later ones are met by going through it again.
 */
export function fillIn(election: Pick<Election, 'questionnaire'>, present: Answers, choice: Choice): Answers {
  const answers: Answers = structuredClone(present);
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const section of election.questionnaire.sections) {
      const item = fillSection(section, answers, choice);
      if (Object.keys(item).length > 0) answers[section.key] = section.repeated === null ? item : [item];
    }
  }
  return answers;
}

/** A place in the answers that a reviewer can point at, and another valid answer to it. */
export interface Correctable {
  readonly pointer: string;
  readonly correct: (answers: Answers) => Answers;
}

function isFreeText(field: Field): boolean {
  return field.type === 'text' && !field.readOnly && !field.pattern && (field.maxLength ?? LENGTH_MAX) > 20;
}

/** The free texts of a filled-in questionnaire, in its order. */
export function correctables(election: Pick<Election, 'questionnaire'>, answers: Answers): Correctable[] {
  return election.questionnaire.sections.flatMap((section) => {
    const item = answers[section.key];
    if (section.repeated !== null || item === undefined || Array.isArray(item)) return [];
    return section.fields
      .filter((field) => isFreeText(field) && item[field.key] !== undefined)
      .map((field) => ({
        pointer: `/answers/${section.key}/${field.key}`,
        correct: (before) => ({
          ...before,
          [section.key]: { ...(before[section.key] as Item), [field.key]: 'پاسخ تازه برای این پرسش' },
        }),
      }));
  });
}
