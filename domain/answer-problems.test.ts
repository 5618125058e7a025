import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { problemsOf } from './answer-problems.ts';
import { normalizeAnswers, unknownFields } from './answers.ts';
import { isShown, type Answers, type AnswerValue, type Field, type Questionnaire } from './questionnaire.ts';
import { VILLAGE_QUESTIONNAIRE } from './village-questionnaire.ts';

const PLAIN: Field = {
  key: 'it',
  title: 'آن',
  hint: null,
  type: 'text',
  required: true,
  readOnly: false,
  minLength: null,
  maxLength: null,
  pattern: null,
  min: null,
  max: null,
  options: [],
  shownWhen: null,
};

function asking(field: Partial<Field>): Questionnaire {
  return {
    version: 1,
    sections: [{ key: 's', title: 'بخش', repeated: null, fields: [{ ...PLAIN, ...field }] }],
  };
}

const CHOICE: Partial<Field> = { type: 'choice', options: [{ value: 'a', title: 'الف' }] };

describe('a single answer', () => {
  test.each<[string, Partial<Field>, AnswerValue | undefined, string | null]>([
    ['missing', {}, undefined, 'required'],
    ['missing but optional', { required: false }, undefined, null],
    ['missing but read-only', { readOnly: true }, undefined, null],
    ['text', {}, 'ا', null],
    ['a number for text', {}, 5, 'wrong-type'],
    ['too short', { minLength: 3 }, 'اب', 'too-short'],
    ['just long enough', { minLength: 2 }, 'اب', null],
    ['too long', { maxLength: 2 }, 'ابپ', 'too-long'],
    ['just short enough', { maxLength: 3 }, 'ابپ', null],
    ['off the pattern', { pattern: '[a-z]+' }, 'abc1', 'pattern'],
    ['on the pattern', { pattern: '[a-z]+|[0-9]+' }, 'abc', null],
    ['half on the pattern', { pattern: 'a|b' }, 'ab', 'pattern'],
    ['digits', { type: 'digits', minLength: 3, maxLength: 3 }, '012', null],
    ['letters for digits', { type: 'digits' }, '12a', 'wrong-type'],
    ['a number', { type: 'number', min: 0, max: 3 }, 3, null],
    ['zero', { type: 'number', min: 0 }, 0, null],
    ['a number too small', { type: 'number', min: 0 }, -1, 'too-small'],
    ['a number too large', { type: 'number', max: 3 }, 4, 'too-large'],
    ['a broken number', { type: 'number' }, 1.5, 'wrong-type'],
    ['text for a number', { type: 'number' }, 'دو', 'wrong-type'],
    ['a date', { type: 'date' }, '2024-02-29', null],
    ['a day that is not', { type: 'date' }, '2023-02-29', 'not-a-date'],
    ['true', { type: 'boolean' }, true, null],
    ['false', { type: 'boolean' }, false, null],
    ['text for yes or no', { type: 'boolean' }, 'yes', 'wrong-type'],
    ['an option', CHOICE, 'a', null],
    ['no option', CHOICE, 'b', 'not-an-option'],
  ])('%s', (_what, field, value, code) => {
    const answers: Answers = value === undefined ? {} : { s: { it: value } };
    const problems = problemsOf(asking(field), answers);
    expect(problems.map((problem) => [problem.pointer, problem.code])).toEqual(
      code === null ? [] : [['/answers/s/it', code]],
    );
    for (const { message } of problems) expect(message).toMatch(/^«آن» .+\.$/u);
  });

  test('says how long it has to be', () => {
    const message = (field: Partial<Field>) => problemsOf(asking(field), { s: { it: '1' } })[0]?.message;
    expect(message({ type: 'digits', minLength: 10, maxLength: 10 })).toBe('«آن» باید ۱۰ رقم باشد.');
    expect(message({ minLength: 3, maxLength: 9 })).toBe('«آن» باید از ۳ تا ۹ نویسه باشد.');
    expect(message({ minLength: 3 })).toBe('«آن» باید دست‌کم ۳ نویسه باشد.');
    expect(message({ maxLength: 0 })).toBe('«آن» باید حداکثر ۰ نویسه باشد.');
    expect(message({ pattern: 'x', hint: 'مانند x' })).toBe('«آن» درست نوشته نشده است؛ مانند x.');
  });
});

/** An answer made from nothing but what the field itself says. */
function answerTo(field: Field): fc.Arbitrary<AnswerValue> {
  const length = { minLength: field.minLength ?? 1, maxLength: field.maxLength ?? 50 };
  switch (field.type) {
    case 'choice':
      return fc.constantFrom(...field.options.map(({ value }) => value));
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.integer({ min: field.min ?? -1_000, max: field.max ?? 1_000 });
    case 'date':
      return fc
        .date({ min: new Date('1930-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10));
    case 'digits':
    case 'text': {
      if (field.pattern !== null) {
        const matching = new RegExp(`^(?:${field.pattern.replaceAll('[^@\\s]', '[a-z]')})$`, 'u');
        return fc.stringMatching(matching).filter((text) => text.length >= length.minLength);
      }
      const unit = fc.constantFrom(...(field.type === 'digits' ? '0123456789' : 'ابپتثجچ'));
      return fc.string({ unit, ...length });
    }
  }
}

function entryOf(fields: readonly Field[]): fc.Arbitrary<Record<string, AnswerValue>> {
  const asked = fields.filter((field) => !field.readOnly);
  return fc.record(Object.fromEntries(asked.map((field) => [field.key, answerTo(field)])), {
    requiredKeys: asked.filter(({ required }) => required).map(({ key }) => key),
  });
}

/** Somebody who has an answer to every question; those that are not shown to this person fall away. */
function filledIn(questionnaire: Questionnaire): fc.Arbitrary<Answers> {
  const sections = questionnaire.sections.map(({ key, fields, repeated }) => {
    const entry = entryOf(fields);
    return [key, repeated === null ? entry : fc.array(entry, { maxLength: repeated.max })] as const;
  });
  return fc
    .record(Object.fromEntries<fc.Arbitrary<unknown>>(sections))
    .map((answers) => normalizeAnswers(questionnaire, answers));
}

describe('the questionnaire of a village council', () => {
  const filled = filledIn(VILLAGE_QUESTIONNAIRE);

  test('can be submitted by whoever fills in what it says, and nothing else', () => {
    fc.assert(
      fc.property(filled, (answers) => {
        expect(unknownFields(VILLAGE_QUESTIONNAIRE, answers)).toEqual([]);
        expect(problemsOf(VILLAGE_QUESTIONNAIRE, answers)).toEqual([]);
      }),
    );
  });

  test('misses every required answer that is taken away', () => {
    fc.assert(
      fc.property(filled, fc.nat(), (answers, which) => {
        const required = VILLAGE_QUESTIONNAIRE.sections.flatMap((section) =>
          section.repeated === null
            ? section.fields
                .filter((field) => field.required && !field.readOnly && isShown(field, answers))
                .map((field) => [section.key, field.key] as const)
            : [],
        );
        const [section, field] = required[which % required.length] ?? ['', ''];
        const { [field]: _taken, ...others } = answers[section] as Record<string, AnswerValue>;
        const problems = problemsOf(VILLAGE_QUESTIONNAIRE, { ...answers, [section]: others });
        expect(problems).toContainEqual(
          expect.objectContaining({ pointer: `/answers/${section}/${field}`, code: 'required' }),
        );
      }),
    );
  });

  test('asks an empty draft for everything that is shown to everybody', () => {
    const pointers = problemsOf(VILLAGE_QUESTIONNAIRE, {}).map(({ pointer }) => pointer);
    expect(pointers).toContain('/answers/residence/postalCode');
    expect(pointers).toContain('/answers/identity/sex');
    expect(pointers).not.toContain('/answers/identity/nationalId');
    expect(pointers).not.toContain('/answers/military/status');
  });

  test('asks men, and only men, about military service', () => {
    const asked = (sex: string) =>
      problemsOf(VILLAGE_QUESTIONNAIRE, { identity: { sex } }).some(({ pointer }) =>
        pointer.startsWith('/answers/military'),
      );
    expect(asked('male')).toBe(true);
    expect(asked('female')).toBe(false);
  });

  test('names the entry of a repeated section', () => {
    const problems = problemsOf(VILLAGE_QUESTIONNAIRE, {
      jobs: [
        { title: 'دهیار', employer: 'دهیاری', from: '2015-01-01' },
        { employer: 'مدرسه', from: '2018-01-01' },
      ],
    });
    const ofJobs = problems.filter(({ pointer }) => pointer.startsWith('/answers/jobs'));
    expect(ofJobs.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/answers/jobs/1/title', 'required'],
    ]);
  });
});
