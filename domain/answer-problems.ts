/** What is still missing or wrong in the answers, field by field, in words that a candidate can act on. */
import { isIsoDay } from './jalali-date.ts';
import { persianDigits } from './persian-text.ts';
import {
  answerOf,
  entriesOf,
  isShown,
  type Answers,
  type AnswerValue,
  type Entry,
  type Field,
  type Questionnaire,
} from './questionnaire.ts';
import type { ItemCode, RefusalItem } from './refusal.ts';

type Problem = readonly [code: ItemCode, message: string];

function lengthText({ type, minLength, maxLength }: Field): string {
  const unit = type === 'digits' ? 'رقم' : 'نویسه';
  if (minLength === maxLength) return `باید ${persianDigits(minLength ?? 0)} ${unit} باشد`;
  if (maxLength === null) return `باید دست‌کم ${persianDigits(minLength ?? 0)} ${unit} باشد`;
  if (minLength === null) return `باید حداکثر ${persianDigits(maxLength)} ${unit} باشد`;
  return `باید از ${persianDigits(minLength)} تا ${persianDigits(maxLength)} ${unit} باشد`;
}

function problemOfString(field: Field, text: string): Problem | undefined {
  if (field.type === 'digits' && !/^\d+$/u.test(text)) return ['wrong-type', 'فقط رقم می‌پذیرد'];
  if (field.minLength !== null && text.length < field.minLength) return ['too-short', lengthText(field)];
  if (field.maxLength !== null && text.length > field.maxLength) return ['too-long', lengthText(field)];
  if (field.pattern !== null && !new RegExp(`^(?:${field.pattern})$`, 'u').test(text)) {
    return ['pattern', field.hint === null ? 'درست نوشته نشده است' : `درست نوشته نشده است؛ ${field.hint}`];
  }
  return undefined;
}

function problemOfNumber({ min, max }: Field, number: number): Problem | undefined {
  if (!Number.isInteger(number)) return ['wrong-type', 'باید عددی بدون اعشار باشد'];
  if (min !== null && number < min) return ['too-small', `باید دست‌کم ${persianDigits(min)} باشد`];
  if (max !== null && number > max) return ['too-large', `باید حداکثر ${persianDigits(max)} باشد`];
  return undefined;
}

function problemOfValue(field: Field, value: AnswerValue): Problem | undefined {
  switch (field.type) {
    case 'text':
    case 'digits':
      return typeof value === 'string' ? problemOfString(field, value) : ['wrong-type', 'باید متن باشد'];
    case 'number':
      return typeof value === 'number' ? problemOfNumber(field, value) : ['wrong-type', 'باید عدد باشد'];
    case 'date':
      return typeof value === 'string' && isIsoDay(value)
        ? undefined
        : ['not-a-date', 'باید تاریخی درست باشد'];
    case 'boolean':
      return typeof value === 'boolean' ? undefined : ['wrong-type', 'باید بله یا خیر باشد'];
    case 'choice':
      return field.options.some((option) => option.value === value)
        ? undefined
        : ['not-an-option', 'باید یکی از گزینه‌ها باشد'];
  }
}

function problemOfField(entry: Entry, field: Field): RefusalItem[] {
  const value = answerOf(entry, field);
  const missing: Problem | undefined = field.required ? ['required', 'باید پر شود'] : undefined;
  const problem = value === undefined ? missing : problemOfValue(field, value);
  if (problem === undefined) return [];
  const [code, message] = problem;
  return [{ pointer: `${entry.pointer}/${field.key}`, code, message: `«${field.title}» ${message}.` }];
}

/**
 * Every answer that is missing or wrong, in the order of the questionnaire; `pointer` is `/answers/section/field`.
 * Takes normalised answers. Read-only fields are not asked about: the candidate cannot put them right.
 */
export function problemsOf(questionnaire: Questionnaire, answers: Answers): RefusalItem[] {
  return questionnaire.sections
    .flatMap((section) => entriesOf(section, answers))
    .flatMap((entry) =>
      entry.section.fields
        .filter((field) => !field.readOnly && isShown(field, answers))
        .flatMap((field) => problemOfField(entry, field)),
    );
}
