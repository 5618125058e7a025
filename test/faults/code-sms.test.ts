import { describe, expect, test } from '@jest/globals';
import { brokenCode, type CodeStory } from './code-sms.ts';

const code = (told: Partial<CodeStory> = {}): CodeStory => ({
  id: 'c',
  promised: true,
  used: true,
  replacedAt: null,
  madeAt: 0,
  endsAt: 120_000,
  taken: 1,
  tries: [{ outcome: 'taken', beganAt: 1_000 }],
  ...told,
});
const unsent = { used: false, taken: 0, tries: [] };
const opened = (...beganAt: number[]) => beganAt.map((at) => ({ outcome: 'open', beganAt: at }));
const taken = { outcome: 'taken', beganAt: 9_000 };
const after = { deaths: [] as number[], now: 200_000, prompt: true };

describe('WF-7: a code that was promised', () => {
  test('and came once is well', () => {
    expect(brokenCode(code(), after)).toBeNull();
  });

  test('and that no gateway ever had is seen, but not one that nobody was promised', () => {
    expect(brokenCode(code(unsent), after)).toContain('no gateway ever had it');
    expect(brokenCode(code(unsent), { ...after, now: 1_000 })).toContain('not sent yet');
    expect(brokenCode(code({ ...unsent, promised: false }), after)).toBeNull();
    expect(brokenCode(code({ ...unsent, used: true }), after)).toContain('was used');
  });

  test('and was replaced unsent is seen where it had to be prompt', () => {
    const replaced = code({ ...unsent, replacedAt: 62_000 });
    expect(brokenCode(replaced, after)).toContain('in the 62 s');
    expect(brokenCode(replaced, { ...after, prompt: false })).toBeNull();
  });
});

describe('WF-7: a code that came twice', () => {
  test.each([
    ['with both tries recorded', [taken, taken], [5_000], false],
    ['with a crash inside the first try', [...opened(1_000), taken], [5_000], true],
    ['with a crash only before the first try', [...opened(1_000), taken], [500], false],
    ['with a crash only after the second try had begun', [...opened(1_000), taken], [9_500], false],
    ['with a try left open and no crash', [...opened(1_000), taken], [], false],
    ['with an answer that never came', [{ outcome: 'ambiguous', beganAt: 1_000 }, taken], [], true],
    ['after a refusal for the time being', [{ outcome: 'unavailable', beganAt: 1_000 }, taken], [], false],
  ])('%s: explained or not', (_, tries, deaths, explained) => {
    const broken = brokenCode(code({ taken: 2, tries }), { ...after, deaths });
    expect(broken).toEqual(explained ? null : expect.stringContaining('came 2 times, at most 1'));
  });

  test('each copy needs a crash of its own', () => {
    const tries = [...opened(1_000, 5_000), taken];
    expect(brokenCode(code({ taken: 3, tries }), { ...after, deaths: [2_000, 6_000] })).toBeNull();
    expect(brokenCode(code({ taken: 3, tries }), { ...after, deaths: [2_000] })).toContain('at most 2');
    expect(brokenCode(code({ taken: 4, tries }), { ...after, deaths: [2_000, 6_000] })).toContain(
      'at most 3',
    );
  });
});
