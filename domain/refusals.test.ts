import { describe, expect, test } from '@jest/globals';
import { Refusal } from './refusal.ts';
import { REFUSAL_CODES, REFUSALS, type RefusalCode } from './refusals.ts';

interface Text {
  readonly fa: string;
  readonly en: string;
}

const textsOf = (code: RefusalCode): Text[] => {
  const entry: { readonly title: Text; readonly detail?: Text } = REFUSALS[code];
  return entry.detail === undefined ? [entry.title] : [entry.title, entry.detail];
};

describe('the table of refusals', () => {
  test.each(REFUSAL_CODES)(
    '%s has a code that can stand in a URL, a status of an error and a text to read',
    (code) => {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/u);
      expect(REFUSALS[code].status).toBeGreaterThanOrEqual(400);
      expect(REFUSALS[code].status).toBeLessThan(600);
      for (const { fa, en } of textsOf(code)) {
        expect(fa).toMatch(/[.؟]$/u);
        expect(en).toMatch(/^[ -~]+\.$/u);
      }
    },
  );

  test.each(REFUSAL_CODES)('%s is written with Persian letters', (code) => {
    for (const { fa } of textsOf(code)) expect(fa).not.toMatch(/[يكىة]/u);
  });
});

test('a refusal is an error with its code and nothing of the person in its message', () => {
  const refusal = new Refusal('code-wrong', { attemptsLeft: 3 });
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal.message).toBe('code-wrong');
  expect(refusal.code).toBe('code-wrong');
  expect(refusal.details).toEqual({ attemptsLeft: 3 });
  expect(new Refusal('not-found').details).toEqual({});
});
