import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { malformedAnswers } from '../../sandbox/malformed.ts';
import { payWith, press, typed } from '../../test/support/bank-browser.ts';
import { e164, SANDBOX_KEYS, startSandbox } from '../../test/support/sandbox.ts';
import type { RunningSandbox, SandboxPerson } from '../../test/support/sandbox.ts';
import { createBank, type StartedTransaction } from './bank.ts';

const RETURN_URL = 'https://portal.example/api/v1/bank-return/1b5c';
const START = Date.parse('2026-04-01T08:00:00Z');
const MINUTE_MS = 60_000;
/** Of a silent bank. Its token, which it always gives, has to come within it too. */
const PATIENCE_MS = 3_000;

let sandbox: RunningSandbox;
let now = START;
let attemptId: string;
beforeEach(async () => {
  now = START;
  attemptId = randomUUID();
  sandbox = await startSandbox({ now: () => now, timeoutMs: PATIENCE_MS });
});
afterEach(() => sandbox.stop());

function start({ mobile, nationalId }: SandboxPerson): Promise<StartedTransaction> {
  return sandbox.gateways.bank.start({ attemptId, mobile: e164(mobile), nationalId, returnUrl: RETURN_URL });
}

function inquire(bankReference: string | null = null) {
  return sandbox.gateways.bank.inquire({ attemptId, bankReference });
}

function cardOf({ cards: [card] }: SandboxPerson) {
  if (card === undefined) throw new Error('This person has no card');
  return card;
}

describe('a transaction', () => {
  test('of the own card on the own line is confirmed, with the ends of the card number only', async () => {
    const person = await sandbox.person(null);
    const card = cardOf(person);
    const { redirectUrl, bankReference } = await start(person);
    expect(await inquire(bankReference)).toEqual({ outcome: 'pending' });
    const { location } = await payWith(sandbox, { pageUrl: redirectUrl, card, mobile: person.mobile });
    expect(location?.href.startsWith(RETURN_URL)).toBe(true);
    const maskedPan = `${card.number.slice(0, 6)}******${card.number.slice(-4)}`;
    expect(await inquire(bankReference)).toEqual({ outcome: 'confirmed', maskedPan });
    expect(await inquire()).toEqual({ outcome: 'confirmed', maskedPan });
  });

  test.each([
    ['other-card', 'card-not-own'],
    ['blocked-card', 'card-blocked'],
    ['expired-card', 'card-expired'],
  ])('with fate %s is refused: %s', async (fate, reason) => {
    const person = await sandbox.person(fate);
    const { redirectUrl } = await start(person);
    const card = cardOf(person);
    if (fate === 'blocked-card') await press(redirectUrl, 'password', typed(card));
    else await payWith(sandbox, { pageUrl: redirectUrl, card, mobile: person.mobile });
    expect(await inquire()).toMatchObject({ outcome: 'refused', reason, maskedPan: expect.any(String) });
  });

  test('with a card that the bank knows under another line is refused', async () => {
    const person = await sandbox.person('other-card-line');
    const { redirectUrl } = await start(person);
    await press(redirectUrl, 'password', typed(cardOf(person)));
    const other = (await sandbox.inbox()).at(-1)?.to ?? '';
    expect(other).not.toBe(person.mobile);
    await payWith(sandbox, { pageUrl: redirectUrl, card: cardOf(person), mobile: other });
    expect(await inquire()).toMatchObject({ outcome: 'refused', reason: 'card-line-differs' });
  });

  test('that was given up, ran out of time or had a wrong entry is refused with its reason', async () => {
    const person = await sandbox.person(null);
    await press((await start(person)).redirectUrl, 'cancel');
    expect(await inquire()).toEqual({ outcome: 'refused', reason: 'cancelled' });

    attemptId = randomUUID();
    await start(person);
    now += 10 * MINUTE_MS;
    expect(await inquire()).toEqual({ outcome: 'timed-out' });

    attemptId = randomUUID();
    const { redirectUrl } = await start(person);
    await press(redirectUrl, 'pay', { ...typed(cardOf(person)), dynamicPassword: '0000000' });
    expect(await inquire()).toMatchObject({ outcome: 'refused', reason: 'wrong-entry' });
  });

  test('that the bank never heard of is not found', async () => {
    expect(await inquire()).toEqual({ outcome: 'not-found' });
  });

  test('ends when its page does', async () => {
    const gateway = createBank({
      url: sandbox.url,
      terminal: SANDBOX_KEYS.bankTerminal,
      key: SANDBOX_KEYS.bankKey,
      now: () => now,
    });
    const { mobile, nationalId } = await sandbox.person(null);
    const started = await gateway.start({
      attemptId,
      mobile: e164(mobile),
      nationalId,
      returnUrl: RETURN_URL,
    });
    expect(started.expiresAt.getTime()).toBe(START + 10 * MINUTE_MS);
  });
});

describe('at most once', () => {
  test('the same attempt is not started twice', async () => {
    const person = await sandbox.person(null);
    await start(person);
    await expect(start(person)).rejects.toMatchObject({ kind: 'ambiguous', retryable: false });
  });

  test.each([
    ['error-500', 'not-found'],
    ['done-500', 'pending'],
    ['hang', 'not-found'],
    ['drop-reply', 'pending'],
  ])('%s leaves open whether it was started; the inquiry says %s', async (mode, outcome) => {
    await sandbox.fault('bank', { mode, for: 1 });
    await expect(start(await sandbox.person(null))).rejects.toMatchObject({
      kind: 'ambiguous',
      retryable: false,
    });
    expect(await inquire()).toEqual({ outcome });
  });

  test('slow beyond the patience is ambiguous, and was started after all', async () => {
    await sandbox.fault('bank', { mode: 'slow', delayMs: PATIENCE_MS + 1_000, for: 1 });
    await expect(start(await sandbox.person(null))).rejects.toMatchObject({
      kind: 'ambiguous',
      retryable: false,
    });
    let known = await inquire();
    while (known.outcome === 'not-found') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      known = await inquire();
    }
    expect(known).toEqual({ outcome: 'pending' });
  });

  test('what the bank refuses outright was not started', async () => {
    await sandbox.fault('bank', { mode: 'refuse', for: 1 });
    await expect(start(await sandbox.person(null))).rejects.toMatchObject({
      kind: 'refused',
      retryable: false,
    });
    await sandbox.fault('bank', { mode: 'error-429', for: 1 });
    await expect(start(await sandbox.person(null))).rejects.toMatchObject({
      kind: 'unavailable',
      retryable: true,
    });
    expect(await inquire()).toEqual({ outcome: 'not-found' });
  });

  test('a wrong terminal key is for the operator, and nothing was started', async () => {
    const gateway = createBank({ url: sandbox.url, terminal: SANDBOX_KEYS.bankTerminal, key: 'wrong-key' });
    const { mobile, nationalId } = await sandbox.person(null);
    const failure = await gateway
      .start({ attemptId, mobile: e164(mobile), nationalId, returnUrl: RETURN_URL })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'misconfigured', retryable: true });
    for (const secret of ['wrong-key', mobile, nationalId]) expect(String(failure)).not.toContain(secret);
  });

  test('a bank that is not there has started nothing', async () => {
    const person = await sandbox.person(null);
    await sandbox.stop();
    await expect(start(person)).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
    sandbox = await startSandbox();
  });
});

describe('the inquiry', () => {
  test.each(['refuse', 'error-500', 'error-429', 'hang', 'drop-reply'])(
    '%s says nothing; asked again, the bank answers',
    async (mode) => {
      await start(await sandbox.person(null));
      await sandbox.fault('bank', { mode, for: 1 });
      await expect(inquire()).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
      expect(await inquire()).toEqual({ outcome: 'pending' });
    },
  );

  test('survives that the bank forgot our token', async () => {
    await start(await sandbox.person(null));
    now += 11 * MINUTE_MS; // the bank's clock only: the gateway still believes in its token
    expect(await inquire()).toEqual({ outcome: 'timed-out' });
  });

  test('does not take the answer about another transaction', async () => {
    await start(await sandbox.person(null));
    await expect(inquire('0123456789abcdef')).rejects.toMatchObject({ kind: 'malformed', retryable: true });
  });

  test('OTP-13: no malformed answer is a pass or a page', async () => {
    const shapes = malformedAnswers('bank').length;
    expect(shapes).toBeGreaterThanOrEqual(20);
    const person = await sandbox.person(null);
    await sandbox.fault('bank', { mode: 'malformed' });
    for (let shape = 0; shape < shapes; shape += 1) {
      await expect(inquire()).rejects.toMatchObject({ name: 'GatewayError', retryable: true });
    }
    for (let shape = 0; shape < shapes; shape += 1) {
      await expect(start(person)).rejects.toMatchObject({ kind: 'ambiguous', retryable: false });
    }
  });
});
