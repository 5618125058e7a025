import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerAt, type Answers, type Field, type Questionnaire, type Section } from './questionnaire.ts';
import { normalizeAnswers } from './answers.ts';
import {
  changedFields,
  changedSince,
  fieldsOf,
  mergeDraft,
  touchFields,
  type FieldVersions,
} from './draft-merge.ts';
import { VILLAGE_QUESTIONNAIRE } from './village-questionnaire.ts';

const FIELD: Field = {
  ...{ key: '', title: '', hint: null, type: 'text', required: false, readOnly: false, shownWhen: null },
  ...{ minLength: null, maxLength: null, pattern: null, min: null, max: null, options: [] },
};
const field = (key: string, above?: string): Field => ({
  ...{ ...FIELD, key },
  shownWhen: above === undefined ? null : { pointer: `/answers/${above}`, in: ['1', '2'] },
});
const section = (key: string, fields: readonly Field[], repeated: Section['repeated'] = null): Section => ({
  ...{ key, title: key, repeated, fields },
});

/** Fields that are always shown, a chain in which each shows the next, and a list of which one column may be hidden. */
const QUESTIONNAIRE: Questionnaire = {
  version: 1,
  sections: [
    section('free', [field('a'), field('b'), { ...field('fixed'), readOnly: true }]),
    section('chain', [field('top'), field('middle', 'chain/top'), field('bottom', 'chain/middle')]),
    section('list', [field('x'), field('y', 'chain/top')], { max: 3 }),
  ],
};

const value = fc.constantFrom('0', '1', '2', '3');
const change = fc.option(value, { nil: null, freq: 4 });
/** Never empty: an entry without an answer is no answer, and makes no version. */
const row = fc.record({ x: value, y: value }, { requiredKeys: ['x'] });
const changes = fc.record(
  {
    free: fc.record({ a: change, b: change }, { requiredKeys: [] }),
    chain: fc.record({ top: change, middle: change, bottom: change }, { requiredKeys: [] }),
    list: fc.array(row, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
type Changes = Readonly<Record<string, Readonly<Record<string, unknown>> | readonly unknown[]>>;

interface Standing {
  readonly version: number;
  readonly answers: Answers;
  readonly fieldVersions: FieldVersions;
}
const EMPTY: Standing = { version: 0, answers: {}, fieldVersions: {} };

const mergeOf = ({ answers: current, fieldVersions }: Standing, base: number, given: unknown) =>
  mergeDraft({ questionnaire: QUESTIONNAIRE, current, fieldVersions, base, changes: given });

/** As the store does it; undefined for a conflict. */
function merged(standing: Standing, base: number, given: unknown): Standing | undefined {
  const merge = mergeOf(standing, base, given);
  if ('conflicts' in merge) return undefined;
  const version = standing.version + 1;
  const changed = changedFields(QUESTIONNAIRE, standing.answers, merge.answers);
  const fieldVersions = touchFields(standing.fieldVersions, changed, version);
  return { version, answers: merge.answers, fieldVersions };
}

function onTop(standing: Standing, given: unknown): Standing {
  const next = merged(standing, standing.version, given);
  if (next === undefined) throw new Error('nothing is newer than the present version');
  return next;
}

const valueAt = (answers: Answers, pointer: string): unknown =>
  pointer === '/answers/list' ? (answers['list'] ?? []) : answerAt(answers, pointer);

/** The fields that these changes name. */
function named(given: Changes): string[] {
  return fieldsOf(QUESTIONNAIRE).filter((pointer) => {
    const [, , part = '', key] = pointer.split('/');
    const inside = given[part];
    return inside !== undefined && (key === undefined || Object.hasOwn(inside, key));
  });
}

const pointersOf = (merge: ReturnType<typeof mergeDraft>): readonly string[] =>
  'conflicts' in merge ? merge.conflicts : [];

describe('SES-3: a three-way merge by field', () => {
  test('fields are the answers that a candidate can change, and the whole of a list', () => {
    expect(fieldsOf(QUESTIONNAIRE)).toEqual([
      ...['/answers/free/a', '/answers/free/b', '/answers/chain/top', '/answers/chain/middle'],
      ...['/answers/chain/bottom', '/answers/list'],
    ]);
    expect(changedFields(QUESTIONNAIRE, { list: [{ x: '1' }] }, { list: [{ x: '2' }, { x: '1' }] })).toEqual([
      '/answers/list',
    ]);
  });

  test('knows what has changed since', () => {
    expect(changedSince(touchFields({ '/answers/free/a': 1 }, ['/answers/free/b'], 2), 1)).toEqual([
      '/answers/free/b',
    ]);
  });

  const standing = onTop(onTop(EMPTY, { free: { a: '0' }, chain: { top: '1' } }), { free: { b: '1' } });

  test.each<[string, unknown, unknown]>([
    ['what one side alone has changed is taken', { free: { a: '3' } }, { a: '3', b: '1' }],
    ['the same on both sides is no conflict', { free: { b: '1' } }, { a: '0', b: '1' }],
    ['null takes an answer away', { free: { a: null } }, { b: '1' }],
  ])('%s', (_what, given, free) => {
    expect(mergeOf(standing, 1, given)).toEqual({ answers: { free, chain: { top: '1' } } });
  });

  test('what both have changed is named', () => {
    expect(mergeOf(standing, 1, { free: { a: '3', b: '3' } })).toEqual({ conflicts: ['/answers/free/b'] });
  });

  test('what their change hides of ours is named', () => {
    const hiding = onTop(standing, { chain: { top: '0' } });
    expect(mergeOf(hiding, 2, { chain: { middle: '1' } })).toEqual({ conflicts: ['/answers/chain/middle'] });
    expect(mergeOf(hiding, 2, { list: [{ x: '1', y: '1' }] })).toEqual({ conflicts: ['/answers/list'] });
  });

  test('what our change would hide of theirs is named', () => {
    const filled = onTop(standing, { chain: { middle: '1' }, list: [{ y: '1' }] });
    expect(mergeOf(filled, 2, { chain: { top: '0' } })).toEqual({
      conflicts: ['/answers/chain/middle', '/answers/list'],
    });
  });

  test('what our change hides of what both have seen goes, as in every draft', () => {
    const filled = onTop(standing, { chain: { middle: '1' } });
    expect(mergeOf(filled, 3, { chain: { top: '0' } })).toEqual({
      answers: { free: { a: '0', b: '1' }, chain: { top: '0' } },
    });
  });

  test('two lists are no list', () => {
    const one = onTop(EMPTY, { list: [{ x: '1' }] });
    expect(mergeOf(one, 0, { list: [{ x: '2' }] })).toEqual({ conflicts: ['/answers/list'] });
    expect(mergeOf(one, 1, { list: [] })).toEqual({ answers: { list: [] } });
  });

  test('read-only fields are passed over', () => {
    expect(mergeOf(standing, 1, { free: { fixed: '3' } })).toEqual({ answers: standing.answers });
  });

  const story = fc.record({ before: changes, theirs: changes, ours: changes });

  test('whatever both sides do: each of their changes stands in the merge, or is named', () => {
    fc.assert(
      fc.property(story, ({ before, theirs, ours }) => {
        const base = onTop(EMPTY, before);
        const current = onTop(base, theirs);
        const merge = mergeOf(current, base.version, ours);
        if ('conflicts' in merge) return;
        const alone = onTop(base, ours);
        for (const pointer of changedFields(QUESTIONNAIRE, base.answers, current.answers)) {
          expect(valueAt(merge.answers, pointer)).toEqual(valueAt(current.answers, pointer));
        }
        // What we should have made of it alone, but for what their changes have shown beside it.
        for (const pointer of named(ours)) {
          const wanted = valueAt(alone.answers, pointer);
          if (wanted === undefined || pointer === '/answers/list') continue;
          expect(valueAt(merge.answers, pointer)).toEqual(wanted);
        }
        expect(merge.answers).toEqual(normalizeAnswers(QUESTIONNAIRE, merge.answers));
      }),
      { numRuns: 500 },
    );
  });

  test('a conflict is always one: the field is newer than our base, or something that shows it is', () => {
    fc.assert(
      fc.property(story, ({ before, theirs, ours }) => {
        const base = onTop(EMPTY, before);
        const current = onTop(base, theirs);
        const newer = new Set(changedSince(current.fieldVersions, base.version));
        for (const pointer of pointersOf(mergeOf(current, base.version, ours))) {
          const shows = /middle|bottom|list/u.test(pointer)
            ? ['/answers/chain/top', '/answers/chain/middle']
            : [];
          expect([pointer, ...shows].some((one) => newer.has(one))).toBe(true);
        }
        if (newer.size === 0) expect(mergeOf(current, base.version, ours)).toHaveProperty('answers');
      }),
      { numRuns: 300 },
    );
  });

  test('without conditions, in conflict is exactly what both have changed to something else', () => {
    const only = fc.record({ free: fc.record({ a: change, b: change }, { requiredKeys: [] }) });
    fc.assert(
      fc.property(fc.record({ before: only, theirs: only, ours: only }), ({ before, theirs, ours }) => {
        const base = onTop(EMPTY, before);
        const current = onTop(base, theirs);
        const alone = onTop(current, ours);
        const newer = changedFields(QUESTIONNAIRE, base.answers, current.answers);
        const both = changedFields(QUESTIONNAIRE, current.answers, alone.answers);
        expect(pointersOf(mergeOf(current, base.version, ours)).toSorted()).toEqual(
          newer.filter((pointer) => both.includes(pointer)).toSorted(),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('a change that is sent twice, because its reply was lost, is made once', () => {
    fc.assert(
      fc.property(story, ({ before, theirs, ours }) => {
        const base = onTop(EMPTY, before);
        const first = merged(onTop(base, theirs), base.version, ours);
        if (first === undefined) return;
        const again = mergeOf(first, base.version, ours);
        // What our own change has hidden of our own is newer now, and cannot be wanted again without being named.
        if ('answers' in again) expect(again.answers).toEqual(first.answers);
        else expect(named(ours)).toEqual(expect.arrayContaining([...again.conflicts]));
      }),
      { numRuns: 300 },
    );
  });

  /** Whether all that it asks for is shown when it is made alone. */
  const isShownAlone = (base: Standing, given: Changes): boolean => {
    const { answers } = onTop(base, given);
    return named(given).every((pointer) => {
      const [, , part = '', key = ''] = pointer.split('/');
      const asked = pointer === '/answers/list' ? given[part] : (given[part] as Changes)[key];
      return JSON.stringify(valueAt(answers, pointer) ?? null) === JSON.stringify(asked);
    });
  };

  test('the order of two merges that both succeed does not matter', () => {
    fc.assert(
      fc.property(story, ({ before, theirs, ours }) => {
        const base = onTop(EMPTY, before);
        fc.pre(isShownAlone(base, theirs) && isShownAlone(base, ours));
        const one = merged(onTop(base, theirs), base.version, ours);
        const other = merged(onTop(base, ours), base.version, theirs);
        if (one && other) expect(one.answers).toEqual(other.answers);
      }),
      { numRuns: 60 },
    );
  });

  test('the village questionnaire: its jobs are one field, and what the records say is none', () => {
    const fields = fieldsOf(VILLAGE_QUESTIONNAIRE);
    expect(fields).toContain('/answers/jobs');
    expect(fields.filter((pointer) => pointer.startsWith('/answers/jobs/'))).toEqual([]);
    expect(fields).not.toContain('/answers/identity/nationalId');
  });
});
