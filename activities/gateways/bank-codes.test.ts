/** Every code of both gateways: what it means to us, and that the bank's page can end with it and be understood. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { adviceAfter } from '../../domain/identity-texts.ts';
import { press, typed } from '../../test/support/bank-browser.ts';
import { e164, startSandbox, type RunningSandbox, type SandboxCard } from '../../test/support/sandbox.ts';
import { meaningOf, type BankRefusal, type CodeMeaning } from './bank-codes.ts';

const PASARGAD: Readonly<Record<number, CodeMeaning>> = {
  2: 'pending',
  13005: 'pending',
  13016: 'not-found',
  13018: 'not-found',
  13021: 'cancelled',
  13022: 'pending',
  13025: 'card-unusable',
  13026: 'card-unknown',
  13027: 'card-line-differs',
  13032: 'card-expired',
  13045: 'cancelled',
  13057: 'card-expired',
  13058: 'card-blocked',
  13064: 'wrong-entry',
  13084: 'pending',
  13085: 'pending',
  13307: 'timed-out',
  13322: 'too-many-passwords',
  13323: 'card-not-own',
  13328: 'holder-authenticated',
  13334: 'password-limit',
  13335: 'card-reported',
  13337: 'card-reported',
  13342: 'password-limit',
};

const BEHPARDAKHT: Readonly<Record<number, CodeMeaning>> = {
  11: 'card-unknown',
  13: 'wrong-entry',
  14: 'password-limit',
  15: 'card-unknown',
  17: 'cancelled',
  18: 'card-expired',
  111: 'card-unusable',
  112: 'pending',
  113: 'pending',
  114: 'card-not-permitted',
};

/** Both gateways number theirs below it. */
const CODES_BELOW = 20_000;

const WITHOUT_REASON = ['holder-authenticated', 'pending', 'not-found', 'timed-out'] as const;

describe.each([
  ['pasargad', PASARGAD],
  ['behpardakht', BEHPARDAKHT],
] as const)('the codes of %s', (gateway, meanings) => {
  test('are the ones of its documents', () => {
    const known = Array.from({ length: CODES_BELOW }, (_, code) => code).filter(
      (code) => meaningOf(gateway, code) !== undefined,
    );
    expect(known).toEqual(Object.keys(meanings).map(Number));
  });

  test.each(Object.entries(meanings))('%s means %s, and says what to do', (code, meaning) => {
    expect(meaningOf(gateway, Number(code))).toBe(meaning);
    if ((WITHOUT_REASON as readonly string[]).includes(meaning)) return;
    for (const sentence of adviceAfter(meaning as BankRefusal)) {
      expect(sentence).toMatch(/[\u0600-\u06ff].*\.$/u);
    }
  });

  test.each([0, 1, 500, 12, 13051, 13329, -1])('%d says nothing', (code) => {
    expect(meaningOf(gateway, code)).toBeUndefined();
  });
});

describe('OTP-13: a transaction that ended with', () => {
  let sandbox: RunningSandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());

  async function outcomeOf(code: number): Promise<unknown> {
    const { mobile, nationalId, cards } = await sandbox.person(null);
    const attemptId = randomUUID();
    const attempt = { attemptId, mobile: e164(mobile), nationalId, returnUrl: 'https://portal.example/back' };
    const { redirectUrl, bankReference } = await sandbox.gateways.bank.start(attempt);
    await sandbox.bankResult(code, 1);
    await press(redirectUrl, 'pay', { ...typed(cards[0] as SandboxCard), dynamicPassword: '1234567' });
    return sandbox.gateways.bank.inquire({ attemptId, bankReference });
  }

  test.each(Object.entries(PASARGAD))('%s is %s', async (code, meaning) => {
    const outcome = await outcomeOf(Number(code));
    const refused = { outcome: 'refused', reason: meaning };
    const expected = { 'holder-authenticated': { outcome: 'confirmed' } } as Record<string, object>;
    const plain = { outcome: meaning };
    const isPlain = (WITHOUT_REASON as readonly string[]).includes(meaning);
    expect(outcome).toMatchObject(expected[meaning] ?? (isPlain ? plain : refused));
  });

  test.each([0, 1, 500, 13051, 99_999])('%d, which we do not know, is no outcome at all', async (code) => {
    await expect(outcomeOf(code)).rejects.toMatchObject({ kind: 'malformed', retryable: true });
  });
});
