import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { passwordFor, payWith, press, typed } from '../test/support/bank-browser.ts';
import { e164, startSandbox } from '../test/support/sandbox.ts';
import type { RunningSandbox, SandboxCard, SandboxPerson } from '../test/support/sandbox.ts';

const RETURN_URL = 'https://portal.example/api/v1/bank-return/1b5c?from=bank';
const SECOND_MS = 1_000;

let sandbox: RunningSandbox;
let person: SandboxPerson;
let card: SandboxCard;
let now = Date.parse('2026-04-01T08:00:00Z');
beforeEach(async () => {
  sandbox = await startSandbox({ now: () => now });
  person = await sandbox.person(null);
  card = person.cards[0] as SandboxCard;
});
afterEach(() => sandbox.stop());

/** Opens a transaction and returns its page and its outcome so far. */
async function open(): Promise<{ page: string; outcome: () => Promise<unknown> }> {
  const attemptId = randomUUID();
  const { mobile, nationalId } = person;
  const started = await sandbox.gateways.bank.start({
    attemptId,
    mobile: e164(mobile),
    nationalId,
    returnUrl: RETURN_URL,
  });
  const outcome = () => sandbox.gateways.bank.inquire({ attemptId, bankReference: started.bankReference });
  return { page: started.redirectUrl, outcome };
}

async function payWrongly(): Promise<unknown> {
  const { page, outcome } = await open();
  await press(page, 'password', typed(card));
  const right = await passwordFor(sandbox, person.mobile);
  const wrong = right === '1111111' ? '2222222' : '1111111';
  await press(page, 'pay', { ...typed(card), dynamicPassword: wrong });
  return outcome();
}

describe('the page', () => {
  test('is a plain form in Persian with the agreed fields and buttons, and no script', async () => {
    const { page } = await open();
    const response = await fetch(page);
    const text = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('<html lang="fa" dir="rtl">');
    expect(text).not.toContain('<script');
    for (const field of ['pan', 'cvv2', 'month', 'year', 'dynamicPassword']) {
      expect(text).toContain(`name="${field}"`);
    }
    for (const button of ['پرداخت', 'درخواست رمز پویا', 'انصراف'])
      expect(text).toMatch(new RegExp(`${button}\\s*</button`));
  });

  test('shows what was typed as text, never as markup', async () => {
    const { page } = await open();
    const { status, body } = await press(page, 'pay', { pan: '"><script>alert(1)</script>' });
    expect(status).toBe(422);
    expect(body).not.toContain('<script');
    expect(body).toContain('&lt;script&gt;');
  });

  test('of an unknown transaction is not there', async () => {
    expect((await fetch(`${sandbox.url}/dorsa1/0123456789abcdef`)).status).toBe(404);
  });
});

describe('a right entry', () => {
  test('leads back with the callback parameters and keeps those of the address', async () => {
    const { page, outcome } = await open();
    const { status, location } = await payWith(sandbox, { pageUrl: page, card, mobile: person.mobile });
    expect(status).toBe(303);
    expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({
      from: 'bank',
      status: 'success',
      invoiceId: expect.stringMatching(/^[\da-f-]{36}$/),
      referenceNumber: expect.stringMatching(/^\d{12}$/),
      trackId: expect.stringMatching(/^\d{6}$/),
    });
    expect(await outcome()).toMatchObject({ outcome: 'confirmed' });
  });

  test('may be typed with Persian digits, spaces and a four-digit year', async () => {
    const { page, outcome } = await open();
    await press(page, 'password', typed(card));
    const persian = (text: string) => text.replace(/\d/g, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '');
    await press(page, 'pay', {
      pan: persian(card.number.replace(/(\d{4})(?=\d)/g, '$1 ')),
      cvv2: persian(card.cvv2),
      month: String(Number(card.month)),
      year: persian(`14${card.year}`),
      dynamicPassword: persian(await passwordFor(sandbox, person.mobile)),
    });
    expect(await outcome()).toMatchObject({ outcome: 'confirmed' });
  });
});

describe('a dynamic password', () => {
  test('is seven digits, sent to the holder of the card', async () => {
    const { page } = await open();
    const { status, body } = await press(page, 'password', typed(card));
    expect([status, body]).toEqual([200, expect.stringContaining('۱۲۰ ثانیه')]);
    expect(await passwordFor(sandbox, person.mobile)).toMatch(/^\d{7}$/);
  });

  test('counts until its 120 seconds are over', async () => {
    for (const [seconds, expected] of [
      [119, { outcome: 'confirmed' }],
      [120, { outcome: 'refused', reason: 'wrong-entry' }],
    ] as const) {
      const { page, outcome } = await open();
      await press(page, 'password', typed(card));
      const dynamicPassword = await passwordFor(sandbox, person.mobile);
      now += seconds * SECOND_MS;
      await press(page, 'pay', { ...typed(card), dynamicPassword });
      expect(await outcome()).toMatchObject(expected);
    }
  });

  test('is no longer right when a newer one was sent', async () => {
    const { page, outcome } = await open();
    await press(page, 'password', typed(card));
    const older = await passwordFor(sandbox, person.mobile);
    let newer = older;
    // One in ten million is equal by chance.
    while (newer === older) {
      await press(page, 'password', typed(card));
      newer = await passwordFor(sandbox, person.mobile);
    }
    await press(page, 'pay', { ...typed(card), dynamicPassword: older });
    expect(await outcome()).toMatchObject({ reason: 'wrong-entry' });
  });

  test('belongs to its transaction, and is spent with it', async () => {
    const first = await open();
    await payWith(sandbox, { pageUrl: first.page, card, mobile: person.mobile });
    const spent = await passwordFor(sandbox, person.mobile);
    const second = await open();
    await press(second.page, 'pay', { ...typed(card), dynamicPassword: spent });
    expect(await second.outcome()).toMatchObject({ reason: 'wrong-entry' });
  });

  test('counts only for the card for which it was sent', async () => {
    const [, other] = (await sandbox.person('refused-bank')).cards;
    const { page, outcome } = await open();
    await press(page, 'password', typed(card));
    const dynamicPassword = await passwordFor(sandbox, person.mobile);
    await press(page, 'pay', { ...typed(other as SandboxCard), dynamicPassword });
    expect(await outcome()).toMatchObject({ reason: 'wrong-entry' });
  });

  test('is asked for five times at most', async () => {
    const { page, outcome } = await open();
    for (let request = 1; request <= 5; request += 1) {
      expect((await press(page, 'password', typed(card))).status).toBe(200);
    }
    expect((await press(page, 'password', typed(card))).status).toBe(303);
    expect(await outcome()).toMatchObject({ outcome: 'refused' });
    expect(await sandbox.inbox(person.mobile)).toHaveLength(5);
  });
});

describe('a wrong entry', () => {
  test.each(['cvv2', 'month', 'year', 'dynamicPassword'] as const)(
    'of %s ends the transaction',
    async (field) => {
      const { page, outcome } = await open();
      await press(page, 'password', typed(card));
      const right = { ...typed(card), dynamicPassword: await passwordFor(sandbox, person.mobile) } as Record<
        string,
        string
      >;
      const digits = right[field] ?? '';
      const wrong = digits.slice(0, -1) + ((Number(digits.at(-1)) + 1) % 10);
      const { location } = await press(page, 'pay', { ...right, [field]: wrong });
      expect(location?.searchParams.get('status')).toBe('failed');
      expect(await outcome()).toMatchObject({ outcome: 'refused', reason: 'wrong-entry' });
      expect((await press(page, 'pay', right)).status).toBe(410);
      expect((await fetch(page)).status).toBe(410);
      expect(await outcome()).toMatchObject({ reason: 'wrong-entry' });
    },
  );

  test('of a number that is no card’s, or with an empty field, is shown again and does not count', async () => {
    const { page, outcome } = await open();
    for (const fields of [{ pan: '6037991234567890' }, { ...typed(card), dynamicPassword: '' }, {}]) {
      expect((await press(page, 'pay', fields)).status).toBe(422);
    }
    expect(await outcome()).toEqual({ outcome: 'pending' });
  });

  test('of a card that no bank has issued ends the transaction', async () => {
    const { page, outcome } = await open();
    await press(page, 'pay', { ...typed(card), pan: '6037997000000001', dynamicPassword: '1' });
    expect(await outcome()).toEqual({ outcome: 'refused', reason: 'card-unknown' });
  });

  test('three times blocks the card, also for a right one', async () => {
    for (let entry = 1; entry <= 2; entry += 1) {
      expect(await payWrongly()).toMatchObject({ reason: 'wrong-entry' });
    }
    expect(await payWrongly()).toMatchObject({ reason: 'password-limit' });
    const { page, outcome } = await open();
    const { location } = await press(page, 'password', typed(card));
    expect(location?.searchParams.get('status')).toBe('failed');
    expect(await outcome()).toMatchObject({ outcome: 'refused', reason: 'card-blocked' });
  });

  test('twice is forgotten after a right one', async () => {
    await payWrongly();
    await payWrongly();
    const { page } = await open();
    await payWith(sandbox, { pageUrl: page, card, mobile: person.mobile });
    for (let entry = 1; entry <= 2; entry += 1) {
      expect(await payWrongly()).toMatchObject({ reason: 'wrong-entry' });
    }
    const last = await open();
    await payWith(sandbox, { pageUrl: last.page, card, mobile: person.mobile });
    expect(await last.outcome()).toMatchObject({ outcome: 'confirmed' });
  });
});

describe('leaving', () => {
  test('by the button leads back as failed', async () => {
    const { page, outcome } = await open();
    const { status, location } = await press(page, 'cancel');
    expect([status, location?.searchParams.get('status')]).toEqual([303, 'failed']);
    expect(await outcome()).toEqual({ outcome: 'refused', reason: 'cancelled' });
  });

  test('after ten minutes nothing can be entered any more', async () => {
    const { page, outcome } = await open();
    await press(page, 'password', typed(card));
    now += 600 * SECOND_MS;
    expect((await fetch(page)).status).toBe(410);
    expect((await press(page, 'pay', { ...typed(card), dynamicPassword: '1' })).status).toBe(303);
    expect(await outcome()).toEqual({ outcome: 'timed-out' });
  });
});
