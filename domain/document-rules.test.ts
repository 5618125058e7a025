import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEMO_DOCUMENT_KINDS } from './demo-rules.ts';
import { DOCUMENT_MAX_BYTES, publicKind, requiredDocuments } from './document-rules.ts';
import type { Answers } from './questionnaire.ts';

const ELECTION = { documentKinds: DEMO_DOCUMENT_KINDS };
const ALWAYS = ['birth-certificate', 'national-card', 'photo', 'education', 'no-criminal-record'];
const today = '2026-01-11';
const answers = (sex: string, article41: boolean): Answers => ({
  identity: { sex },
  occupation: { article41 },
});

describe('the required documents', () => {
  test.each<[string, Answers, string, string[]]>([
    ['of a woman', answers('female', false), '1990-01-01', []],
    ['of a man of 36', answers('male', false), '1990-01-01', ['military-service']],
    // 21 Dey 1404 less 50 years is 21 Dey 1354, 11 January 1976.
    ['of a man on the eve of his 50th birthday', answers('male', false), '1976-01-12', ['military-service']],
    ['of a man on his 50th birthday', answers('male', false), '1976-01-11', []],
    ['of an office-holder who has resigned', answers('female', true), '1990-01-01', ['resignation']],
    ['of a man who has resigned', answers('male', true), '1990-01-01', ['military-service', 'resignation']],
    ['of somebody who has not answered yet', {}, '1990-01-01', []],
  ])('%s', (_whose, given, birthDate, more) => {
    const required = requiredDocuments(ELECTION, given, { birthDate, today });
    expect([...required].toSorted()).toEqual([...ALWAYS, ...more].toSorted());
  });

  test('come in the order of the election, each once, whatever the answers', () => {
    const order = DEMO_DOCUMENT_KINDS.map(({ kind }) => kind);
    fc.assert(
      fc.property(
        fc.constantFrom('male', 'female', 'x'),
        fc.boolean(),
        fc.integer({ min: 1930, max: 2005 }),
        (sex, office, year) => {
          const required = requiredDocuments(ELECTION, answers(sex, office), {
            birthDate: `${year}-06-01`,
            today,
          });
          expect(required).toEqual(order.filter((kind) => required.includes(kind)));
          expect(required).toEqual(expect.arrayContaining(ALWAYS));
        },
      ),
    );
  });

  test('follow the data of the election', () => {
    const [first, ...others] = DEMO_DOCUMENT_KINDS;
    if (first === undefined) throw new Error('The demo has no documents');
    const election = { documentKinds: [{ ...first, required: { youngerThan: 30 } }, ...others] };
    expect(requiredDocuments(election, {}, { birthDate: '1990-01-01', today })).not.toContain(first.kind);
    expect(requiredDocuments(election, {}, { birthDate: '2000-01-01', today })).toContain(first.kind);
  });
});

describe('the kinds of the demo election', () => {
  test.each(DEMO_DOCUMENT_KINDS.map((kind) => [kind.kind, kind] as const))(
    '%s is shown without its rule',
    (_kind, kind) => {
      expect(publicKind(kind)).not.toHaveProperty('required');
      expect({ ...publicKind(kind), required: kind.required }).toEqual(kind);
      expect(kind).toMatchObject({ mediaType: 'image/jpeg', maxBytes: DOCUMENT_MAX_BYTES });
      expect(kind.minPixels).toBeLessThan(kind.maxPixels);
    },
  );

  test('are those that clients know', () => {
    expect(DEMO_DOCUMENT_KINDS.map(({ kind }) => kind)).toEqual([
      'birth-certificate',
      'national-card',
      'photo',
      'education',
      'military-service',
      'no-criminal-record',
      'resignation',
    ]);
    expect(DOCUMENT_MAX_BYTES).toBe(102_400);
  });
});
