import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  applyReadOnly,
  changedPointers,
  normalizeAnswers,
  readOnlyChanged,
  unknownFields,
  type Person,
} from './answers.ts';
import { entriesOf, isShown, type Answers } from './questionnaire.ts';
import { VILLAGE_QUESTIONNAIRE as QUESTIONNAIRE } from './village-questionnaire.ts';

const PERSON: Person = {
  nationalId: '0499370899',
  birthDate: '1990-05-12',
  firstName: 'مریم',
  lastName: 'رضایی',
  fatherName: 'علی',
};

/** Answers of every kind of rightness and wrongness, in the questionnaire's own places and elsewhere. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'male',
    'female',
    'married',
    'exempt',
    'diploma',
    'islam',
    ' ۱۲۳ ',
    '٤٥',
    'علي',
    '',
    ' ',
    '2024-02-29',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const anyAnswers: fc.Arbitrary<Record<string, unknown>> = fc.record(
  Object.fromEntries(
    QUESTIONNAIRE.sections.map((section) => {
      const entry = fc.record(Object.fromEntries(section.fields.map(({ key }) => [key, value])), {
        requiredKeys: [],
      });
      return [section.key, section.repeated === null ? entry : fc.array(entry, { maxLength: 4 })];
    }),
  ),
  { requiredKeys: [] },
);

const codes = (answers: unknown) =>
  unknownFields(QUESTIONNAIRE, answers).map(({ pointer, code }) => [pointer, code]);

describe('what a draft must not hold', () => {
  test.each<[string, unknown, [string, string][]]>([
    ['nothing at all', {}, []],
    ['no object', [], [['/answers', 'wrong-type']]],
    ['null', null, [['/answers', 'wrong-type']]],
    ['an unknown section', { pets: {} }, [['/answers/pets', 'unknown-field']]],
    ['an unknown field', { residence: { planet: 'x' } }, [['/answers/residence/planet', 'unknown-field']]],
    [
      'an unknown field in an entry',
      { jobs: [{}, { boss: 'x' }] },
      [['/answers/jobs/1/boss', 'unknown-field']],
    ],
    ['an entry for a list', { jobs: {} }, [['/answers/jobs', 'wrong-type']]],
    ['a list for an entry', { residence: [] }, [['/answers/residence', 'wrong-type']]],
    ['a word for an entry', { jobs: ['x'] }, [['/answers/jobs/0', 'wrong-type']]],
    ['an object for an answer', { residence: { place: {} } }, [['/answers/residence/place', 'wrong-type']]],
    ['too many entries', { jobs: Array.from({ length: 11 }, () => ({})) }, [['/answers/jobs', 'too-many']]],
    ['a NUL', { residence: { place: 'a\0' } }, [['/answers/residence/place', 'text-invalid']]],
    [
      'half a surrogate pair',
      { residence: { place: '\ud800' } },
      [['/answers/residence/place', 'text-invalid']],
    ],
    ['a book', { residence: { address: 'ا'.repeat(4_001) } }, [['/answers/residence/address', 'too-long']]],
    [
      'infinity',
      { residence: { years: Number.POSITIVE_INFINITY } },
      [['/answers/residence/years', 'wrong-type']],
    ],
    [
      'the key of a prototype',
      { residence: { constructor: 'x' } },
      [['/answers/residence/constructor', 'unknown-field']],
    ],
    ['a key with a slash', { 'a/b~c': 1 }, [['/answers/a~1b~0c', 'unknown-field']]],
    ['null for an answer', { residence: { place: null } }, []],
    ['a wrong answer in its place', { residence: { postalCode: 'x' }, jobs: [{ title: 5 }] }, []],
  ])('%s', (_what, answers, expected) => {
    expect(codes(answers)).toEqual(expected);
  });

  test('is also found where JSON hides a prototype', () => {
    expect(codes(JSON.parse('{"__proto__":{"x":1},"residence":{"__proto__":"x"}}'))).toEqual([
      ['/answers/__proto__', 'unknown-field'],
      ['/answers/residence/__proto__', 'unknown-field'],
    ]);
  });

  test('is never found in answers to the questions', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const shape = unknownFields(QUESTIONNAIRE, answers).filter(
          ({ code }) => code !== 'text-invalid' && code !== 'wrong-type',
        );
        expect(shape).toEqual([]);
      }),
    );
  });
});

describe('the form in which answers are kept', () => {
  test('digits are ASCII, text is clean, empty answers are none', () => {
    const typed = {
      residence: { postalCode: '۳۶۷۱۶-٤٥٦٧٨', place: ' دامغان‌ ', address: '', years: '۱۲', phone: null },
      identity: { sex: 'female', birthDate: '۱۹۹۰-۰۵-۱۲' },
      occupation: { article41: 'false' },
    };
    expect(normalizeAnswers(QUESTIONNAIRE, typed)).toEqual({
      identity: { sex: 'female', birthDate: '1990-05-12' },
      occupation: { article41: false },
      residence: { postalCode: '3671645678', place: 'دامغان', years: 12 },
    });
  });

  test('what cannot be read stays for the candidate to see', () => {
    expect(normalizeAnswers(QUESTIONNAIRE, { residence: { years: 'دو سال', postalCode: 'ندارم' } })).toEqual({
      residence: { years: 'دو سال', postalCode: 'ندارم' },
    });
  });

  test('hiding a field hides what hangs on it in turn', () => {
    const man = { identity: { sex: 'male' }, military: { status: 'exempt', exemptionKind: 'پزشکی' } };
    expect(normalizeAnswers(QUESTIONNAIRE, man)).toEqual(man);
    expect(normalizeAnswers(QUESTIONNAIRE, { ...man, identity: { sex: 'female' } })).toEqual({
      identity: { sex: 'female' },
      military: {},
    });
  });

  test.each([null, undefined, 5, 'x', [], [{}]])('%j holds no answers', (answers) => {
    expect(normalizeAnswers(QUESTIONNAIRE, answers)).toEqual({});
  });

  test.each(['toString', 'constructor', '__proto__'])('%s is no truth, and stays a text', (text) => {
    const answers = { council: { formerCandidate: text } };
    expect(normalizeAnswers(QUESTIONNAIRE, answers)).toEqual(answers);
  });

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const once = normalizeAnswers(QUESTIONNAIRE, answers);
        expect(normalizeAnswers(QUESTIONNAIRE, once)).toEqual(once);
        expect(JSON.stringify(normalizeAnswers(QUESTIONNAIRE, once))).toBe(JSON.stringify(once));
        expect(changedPointers(once, normalizeAnswers(QUESTIONNAIRE, once))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('holds no answer to a field that is not shown', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const kept = normalizeAnswers(QUESTIONNAIRE, answers);
        for (const section of QUESTIONNAIRE.sections) {
          const hidden = section.fields.filter((field) => !isShown(field, kept)).map(({ key }) => key);
          for (const { values } of entriesOf(section, kept)) {
            expect(Object.keys(values).filter((key) => hidden.includes(key))).toEqual([]);
          }
        }
      }),
    );
  });
});

describe('what comes from the records', () => {
  const answersOf = (identity: Record<string, string>) => normalizeAnswers(QUESTIONNAIRE, { identity });

  test('is filled in as far as it is known', () => {
    const { firstName: _first, lastName: _last, fatherName: _father, ...early } = PERSON;
    expect(applyReadOnly(QUESTIONNAIRE, {}, early)).toEqual({
      identity: { nationalId: '0499370899', birthDate: '1990-05-12' },
    });
    expect(applyReadOnly(QUESTIONNAIRE, { identity: { sex: 'female' } }, PERSON)).toEqual({
      identity: { ...PERSON, sex: 'female' },
    });
  });

  test('is not the candidate’s to write over', () => {
    expect(applyReadOnly(QUESTIONNAIRE, { identity: { firstName: 'زهرا' } }, PERSON)).toEqual({
      identity: PERSON,
    });
  });

  test.each([
    ['left out', {}, []],
    ['repeated', { firstName: 'مریم' }, []],
    ['repeated on another keyboard', { firstName: ' مريم ', nationalId: '۰۴۹۹۳۷۰۸۹۹' }, []],
    ['changed', { firstName: 'زهرا', sex: 'female' }, ['/answers/identity/firstName']],
    [
      'changed twice',
      { nationalId: '0790419904', birthDate: '1990-05-13' },
      ['/answers/identity/nationalId', '/answers/identity/birthDate'],
    ],
  ])('%s', (_what, identity, pointers) => {
    const changed = readOnlyChanged(QUESTIONNAIRE, answersOf(identity), PERSON);
    expect(changed.map(({ pointer }) => pointer)).toEqual(pointers);
    for (const { code } of changed) expect(code).toBe('read-only');
  });

  test('cannot be written before it is known', () => {
    const { firstName: _first, ...early } = PERSON;
    expect(readOnlyChanged(QUESTIONNAIRE, answersOf({ firstName: 'مریم' }), early)).toHaveLength(1);
  });

  test('whatever a draft says, the records stand', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const filled = applyReadOnly(QUESTIONNAIRE, normalizeAnswers(QUESTIONNAIRE, answers), PERSON);
        expect(filled.identity).toMatchObject(PERSON);
        expect(readOnlyChanged(QUESTIONNAIRE, filled, PERSON)).toEqual([]);
      }),
    );
  });
});

describe('what changed between two drafts', () => {
  test.each<[string, Answers, Answers, string[]]>([
    ['nothing', { residence: { place: 'الف' } }, { residence: { place: 'الف' } }, []],
    [
      'an answer',
      { residence: { place: 'الف' } },
      { residence: { place: 'ب' } },
      ['/answers/residence/place'],
    ],
    ['an answer came', {}, { residence: { place: 'ب' } }, ['/answers/residence/place']],
    ['an answer went', { residence: { place: 'الف' } }, { residence: {} }, ['/answers/residence/place']],
    ['an entry', { jobs: [{ title: 'الف' }] }, { jobs: [{ title: 'ب' }] }, ['/answers/jobs/0/title']],
    [
      'an entry came',
      { jobs: [] },
      { jobs: [{ title: 'ب', employer: 'پ' }] },
      ['/answers/jobs/0/title', '/answers/jobs/0/employer'],
    ],
    ['its type', { residence: { years: 1 } }, { residence: { years: '1' } }, ['/answers/residence/years']],
  ])('%s', (_what, before, after, pointers) => {
    expect(changedPointers(before, after)).toEqual(pointers);
    expect(changedPointers(after, before).toSorted()).toEqual(pointers.toSorted());
  });
});
