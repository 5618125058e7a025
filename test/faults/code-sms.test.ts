import { describe, expect, test } from '@jest/globals';
import { brokenCode, type CodeStory } from './code-sms.ts';

const code = (told: Partial<CodeStory> = {}): CodeStory => ({
  id: 'c',
  promised: true,
  used: true,
  sent: true,
  replaced: false,
  endsAt: 120_000,
  taken: 1,
  tries: [{ outcome: 'taken', beganAt: 1_000 }],
  ...told,
});
const unsent = { used: false, sent: false, taken: 0, tries: [] };
const opened = (...beganAt: number[]) => beganAt.map((at) => ({ outcome: 'open', beganAt: at }));
const taken = { outcome: 'taken', beganAt: 9_000 };
const after = { deaths: [] as number[], now: 200_000, begun: () => Promise.resolve(true) };
const unheard = { ...after, begun: () => Promise.resolve(false) };

describe('WF-7: a code that was promised', () => {
  test('and came once is well', async () => {
    expect(await brokenCode(code(), after)).toBeNull();
  });

  test('and that no gateway ever had is seen, but not one that nobody was promised', async () => {
    expect(await brokenCode(code(unsent), after)).toContain('no gateway ever had it');
    expect(await brokenCode(code(unsent), { ...after, now: 1_000 })).toContain('not sent yet');
    expect(await brokenCode(code({ ...unsent, promised: false }), unheard)).toBeNull();
  });

  test('and used or noted as sent without any gateway is seen', async () => {
    expect(await brokenCode(code({ ...unsent, used: true }), after)).toContain('was used');
    expect(await brokenCode(code({ ...unsent, sent: true }), after)).toContain('noted as sent');
    expect(await brokenCode(code({ ...unsent, sent: true, replaced: true }), after)).toContain('noted as');
  });

  test('and replaced unsent was not forgotten as long as the engine has its workflow', async () => {
    const replaced = code({ ...unsent, replaced: true });
    expect(await brokenCode(replaced, after)).toBeNull();
    expect(await brokenCode(replaced, unheard)).toContain('the engine has never heard of it');
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
  ])('%s: explained or not', async (_, tries, deaths, explained) => {
    const broken = await brokenCode(code({ taken: 2, tries }), { ...after, deaths });
    expect(broken).toEqual(explained ? null : expect.stringContaining('came 2 times, at most 1'));
  });

  test('each copy needs a crash of its own', async () => {
    const tries = [...opened(1_000, 5_000), taken];
    expect(await brokenCode(code({ taken: 3, tries }), { ...after, deaths: [2_000, 6_000] })).toBeNull();
    expect(await brokenCode(code({ taken: 3, tries }), { ...after, deaths: [2_000] })).toContain('at most 2');
    expect(await brokenCode(code({ taken: 4, tries }), { ...after, deaths: [2_000, 6_000] })).toContain(
      'at most 3',
    );
  });
});
