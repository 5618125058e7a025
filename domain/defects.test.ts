import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { problemsOf } from './answer-problems.ts';
import { changedPointers, normalizeAnswers } from './answers.ts';
import { DEMO_DEFECT_REASONS, DEMO_DOCUMENT_KINDS } from './demo-rules.ts';
import {
  DEFECTS_MAX,
  documentTarget,
  mayChange,
  NOTE_MAX_LENGTH,
  parseTarget,
  unlockedTargets,
  validateDefects,
  type ProposedDefect,
} from './defects.ts';
import { requiredDocuments } from './document-rules.ts';
import { STATUSES } from './lifecycle.ts';
import type { Answers } from './questionnaire.ts';
import { VILLAGE_QUESTIONNAIRE as QUESTIONNAIRE } from './village-questionnaire.ts';

const ANSWERS: Answers = {
  identity: { sex: 'female', firstName: 'مریم' },
  residence: { postalCode: '3671645678' },
  jobs: [{ title: 'دهیار', employer: 'دهیاری', from: '2015-01-01' }],
};
const REVIEWED = {
  questionnaire: QUESTIONNAIRE,
  documentKinds: DEMO_DOCUMENT_KINDS,
  reasons: DEMO_DEFECT_REASONS,
  answers: ANSWERS,
};
const RULES = { questionnaire: QUESTIONNAIRE, documentKinds: DEMO_DOCUMENT_KINDS };
const POSTAL_CODE: ProposedDefect = { target: '/answers/residence/postalCode', reason: 'residence-mismatch' };
const PICTURE: ProposedDefect = { target: '/documents/birth-certificate', reason: 'document-unreadable' };

describe('a target', () => {
  test.each([
    ['/answers/residence/postalCode', { kind: 'answer', pointer: '/answers/residence/postalCode' }],
    ['/answers/jobs/0/title', { kind: 'answer', pointer: '/answers/jobs/0/title' }],
    ['/answers/jobs/0', { kind: 'answer', pointer: '/answers/jobs/0' }],
    ['/answers/jobs', { kind: 'answer', pointer: '/answers/jobs' }],
    ['/documents/birth-certificate', { kind: 'document', documentKind: 'birth-certificate' }],
    ['/documents/Birth', undefined],
    ['/documents/', undefined],
    ['/documents/photo/1', undefined],
    ['/answers', undefined],
    ['/answers/', undefined],
    ['/answers/jobs/01/title', undefined],
    ['/answers/jobs/0/title/x', undefined],
    ['/answers/../x', undefined],
    ['answers/jobs', undefined],
    ['', undefined],
  ])('%j', (target, parsed) => {
    expect(parseTarget(target)).toEqual(parsed);
  });
});

describe('a list of defects', () => {
  test.each<[string, ProposedDefect[], [string, string][]]>([
    ['an answer and a document', [POSTAL_CODE, PICTURE], []],
    ['with a note', [{ ...PICTURE, note: 'صفحه نخست تار است' }], []],
    ['without a note', [{ ...PICTURE, note: null }], []],
    ['an entry of many', [{ target: '/answers/jobs/0/title', reason: 'answer-incomplete' }], []],
    ['all entries', [{ target: '/answers/jobs', reason: 'answer-incomplete' }], []],
    [
      'an optional answer that is missing',
      [{ target: '/answers/contact/email', reason: 'answer-incomplete' }],
      [],
    ],
    ['two reasons for one picture', [PICTURE, { ...PICTURE, reason: 'document-expired' }], []],
    ['none', [], [['/defects', 'required']]],
    ['twice the same', [PICTURE, PICTURE], [['/defects/1/target', 'target-repeated']]],
    ['an unknown form', [{ ...POSTAL_CODE, target: 'x' }], [['/defects/0/target', 'target-unknown']]],
    [
      'an unknown answer',
      [{ ...POSTAL_CODE, target: '/answers/residence/planet' }],
      [['/defects/0/target', 'target-unknown']],
    ],
    [
      'an entry that is not there',
      [{ ...POSTAL_CODE, target: '/answers/jobs/1/title' }],
      [['/defects/0/target', 'target-unknown']],
    ],
    [
      'an answer of the records',
      [{ ...POSTAL_CODE, target: '/answers/identity/firstName' }],
      [['/defects/0/target', 'target-unknown']],
    ],
    [
      'an answer that is not shown',
      [{ ...POSTAL_CODE, target: '/answers/military/status' }],
      [['/defects/0/target', 'target-unknown']],
    ],
    [
      'an unknown document',
      [{ ...PICTURE, target: '/documents/passport' }],
      [['/defects/0/target', 'target-unknown']],
    ],
    ['an unknown reason', [{ ...PICTURE, reason: 'ugly' }], [['/defects/0/reason', 'reason-unknown']]],
    [
      'a reason for answers',
      [{ ...PICTURE, reason: 'answer-incorrect' }],
      [['/defects/0/reason', 'reason-not-applicable']],
    ],
    [
      'a reason for pictures',
      [{ ...POSTAL_CODE, reason: 'document-expired' }],
      [['/defects/0/reason', 'reason-not-applicable']],
    ],
    ['a note with a NUL', [{ ...PICTURE, note: '\0' }], [['/defects/0/note', 'text-invalid']]],
    [
      'a note like a letter',
      [{ ...PICTURE, note: 'ا'.repeat(NOTE_MAX_LENGTH + 1) }],
      [['/defects/0/note', 'too-long']],
    ],
    ['far too many', Array.from({ length: DEFECTS_MAX + 1 }, () => PICTURE), [['/defects', 'too-many']]],
  ])('%s', (_what, defects, expected) => {
    const problems = validateDefects(defects, REVIEWED);
    expect(problems.map(({ pointer, code }) => [pointer, code])).toEqual(expected);
  });
});

describe('what may change', () => {
  const everything = ['/answers/residence/postalCode', '/documents/photo', 'photo'];

  test.each(STATUSES)('in status %s', (status) => {
    const free = status === 'awaiting-verification' || status === 'awaiting-submission';
    for (const item of everything) expect(mayChange(status, [], item)).toBe(free);
    const unlocked = status === 'awaiting-corrections' || free;
    for (const item of everything) expect(mayChange(status, everything.slice(0, 2), item)).toBe(unlocked);
  });

  test.each([
    ['the item itself', ['/answers/residence/postalCode'], '/answers/residence/postalCode', true],
    ['its neighbour', ['/answers/residence/postalCode'], '/answers/residence/place', false],
    ['what lies in it', ['/answers/jobs'], '/answers/jobs/3/title', true],
    ['what lies around it', ['/answers/jobs/0/title'], '/answers/jobs', false],
    ['a name that begins alike', ['/answers/jobs/1'], '/answers/jobs/10/title', false],
    ['a document by its kind', ['/documents/photo'], 'photo', true],
    ['another document', ['/documents/photo'], 'education', false],
  ])('for corrections: %s', (_what, unlocked, item, expected) => {
    expect(mayChange('awaiting-corrections', unlocked, item)).toBe(expected);
  });
});

describe('what hangs on a target', () => {
  test('is unlocked with it: fields that it shows, and theirs, and the document that it asks for', () => {
    const unlocked = unlockedTargets(['/answers/identity/sex'], RULES);
    expect(unlocked).toEqual(
      expect.arrayContaining([
        '/answers/identity/sex',
        '/answers/military/status',
        '/answers/military/exemptionKind',
        '/documents/military-service',
      ]),
    );
    expect(unlocked).not.toContain('/documents/resignation');
  });

  test('follows from a whole section too', () => {
    expect(unlockedTargets(['/answers/occupation'], RULES)).toContain('/documents/resignation');
  });

  test('is nothing for an item on which nothing hangs', () => {
    expect(unlockedTargets(['/answers/residence/postalCode', '/documents/photo'], RULES)).toEqual([
      '/answers/residence/postalCode',
      '/documents/photo',
    ]);
  });

  /** Somebody whose draft was complete corrects one choice or yes-no answer to any other value. */
  test('lets every correction of a complete draft be completed', () => {
    const deciding = QUESTIONNAIRE.sections.flatMap((section) =>
      section.fields
        .filter(({ type, readOnly }) => !readOnly && (type === 'choice' || type === 'boolean'))
        .map((field) => ({ section: section.key, field })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...deciding), fc.nat(), fc.boolean(), ({ section, field }, which, man) => {
        const before = normalizeAnswers(QUESTIONNAIRE, {
          identity: { sex: man ? 'male' : 'female' },
          military: { status: 'exempt' },
        });
        const values = field.type === 'boolean' ? [true, false] : field.options.map(({ value }) => value);
        const corrected = { ...(before[section] as object), [field.key]: values[which % values.length] };
        const after = normalizeAnswers(QUESTIONNAIRE, { ...before, [section]: corrected });
        const unlocked = unlockedTargets([`/answers/${section}/${field.key}`], RULES);
        const open = (item: string) => mayChange('awaiting-corrections', unlocked, item);

        expect(changedPointers(before, after).filter((pointer) => !open(pointer))).toEqual([]);
        const missing = (answers: Answers) =>
          problemsOf(QUESTIONNAIRE, answers).map(({ pointer }) => pointer);
        const fresh = missing(after).filter((pointer) => !missing(before).includes(pointer));
        expect(fresh.filter((pointer) => !open(pointer))).toEqual([]);
        const required = (answers: Answers) =>
          requiredDocuments(RULES, answers, { birthDate: '1990-01-01', today: '2026-01-11' }).map(
            documentTarget,
          );
        const asked = required(after).filter((target) => !required(before).includes(target));
        expect(asked.filter((target) => !open(target))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test('the library of reasons has words for each, once', () => {
  const codes = DEMO_DEFECT_REASONS.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { title, whatToDo } of DEMO_DEFECT_REASONS) {
    expect(title).not.toMatch(/[يكىة]|\.$/u);
    expect(whatToDo).toMatch(/\.$/u);
  }
});
