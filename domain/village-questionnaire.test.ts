import { describe, expect, test } from '@jest/globals';
import { answerAt, isShown, type Field } from './questionnaire.ts';
import { VILLAGE_QUESTIONNAIRE } from './village-questionnaire.ts';

const { sections } = VILLAGE_QUESTIONNAIRE;
const FIELDS = sections.flatMap((section) =>
  section.fields.map((field) => [`${section.key}/${field.key}`, field, section] as const),
);
const fieldAt = (path: string): Field | undefined => FIELDS.find(([at]) => at === path)?.[1];

describe('the data of the questionnaire', () => {
  test('names everything once', () => {
    const keys = sections.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(FIELDS.map(([path]) => path)).size).toBe(FIELDS.length);
    for (const [path] of FIELDS) expect(path).toMatch(/^[a-z][A-Za-z0-9]*\/[a-z][A-Za-z0-9]*$/u);
  });

  test('takes exactly five answers from the records', () => {
    const readOnly = FIELDS.filter(([, field]) => field.readOnly).map(([path]) => path);
    expect(readOnly).toEqual(
      ['nationalId', 'firstName', 'lastName', 'fatherName', 'birthDate'].map((key) => `identity/${key}`),
    );
    expect(fieldAt('identity/sex')).toMatchObject({ type: 'choice', readOnly: false, required: true });
  });

  test('has the places that defects point to', () => {
    expect(fieldAt('residence/postalCode')).toMatchObject({ type: 'digits', minLength: 10, maxLength: 10 });
    expect(fieldAt('jobs/title')).toBeDefined();
    expect(sections.find(({ key }) => key === 'jobs')?.repeated).toEqual({ max: 10 });
  });

  test.each(FIELDS)('%s can be answered by its own rules', (_path, field) => {
    expect(field.type === 'choice').toBe(field.options.length > 0);
    if (field.minLength !== null && field.maxLength !== null)
      expect(field.minLength).toBeLessThanOrEqual(field.maxLength);
    if (field.min !== null && field.max !== null) expect(field.min).toBeLessThanOrEqual(field.max);
    const lengths = field.minLength !== null || field.maxLength !== null || field.pattern !== null;
    if (lengths) expect(['text', 'digits']).toContain(field.type);
    if (field.pattern !== null) expect(() => new RegExp(`^(?:${field.pattern})$`, 'u')).not.toThrow();
  });

  test.each(FIELDS.filter(([, field]) => field.shownWhen !== null))(
    '%s is shown for answers that can be given',
    (_path, field, section) => {
      const on = fieldAt(field.shownWhen?.pointer.replace('/answers/', '') ?? '');
      const possible: unknown[] =
        on?.type === 'boolean' ? [true, false] : (on?.options ?? []).map(({ value }) => value);
      expect(possible).toEqual(expect.arrayContaining([...(field.shownWhen?.in ?? [])]));
      // A condition looks at one answer, so it cannot stand in or point into a section of many entries.
      expect(section.repeated).toBeNull();
    },
  );

  test('is written in Persian letters', () => {
    const texts = sections.flatMap((section) => [
      section.title,
      ...section.fields.flatMap(({ title, hint, options }) => [
        title,
        hint ?? '',
        ...options.map((option) => option.title),
      ]),
    ]);
    for (const text of texts) expect(text).not.toMatch(/[يكىة]/u);
  });
});

describe('what a pointer leads to', () => {
  const answers = { residence: { place: 'تویه' }, jobs: [{ title: 'دهیار' }] };

  test.each([
    ['/answers/residence/place', 'تویه'],
    ['/answers/jobs/0/title', 'دهیار'],
    ['/answers/jobs/1/title', undefined],
    ['/answers/jobs', undefined],
    ['/answers/residence', undefined],
    ['/answers/residence/place/0', undefined],
    ['/answers/jobs/length', undefined],
    ['/answers/constructor/name', undefined],
    ['/documents/photo', undefined],
    ['answers/residence/place', undefined],
    ['', undefined],
  ])('%j', (pointer, expected) => {
    expect(answerAt(answers, pointer)).toBe(expected);
  });
});

test('a field is shown for the answers it names and not without one', () => {
  const status = fieldAt('military/status');
  expect(status).toBeDefined();
  if (status === undefined) return;
  expect(isShown(status, { identity: { sex: 'male' } })).toBe(true);
  expect(isShown(status, { identity: { sex: 'female' } })).toBe(false);
  expect(isShown(status, {})).toBe(false);
});
