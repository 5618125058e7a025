import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payWith, press, typed } from '../test/support/bank-browser.ts';
import { e164, startSandbox, type RunningSandbox, type SandboxCard } from '../test/support/sandbox.ts';

let directory: string;
let sandbox: RunningSandbox;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
  sandbox = await startSandbox({ directory });
});
afterEach(async () => {
  await sandbox.stop();
  rmSync(directory, { recursive: true });
});

async function restart(): Promise<void> {
  await sandbox.stop();
  sandbox = await startSandbox({ directory });
}

async function startFor(attemptId: string): Promise<{ page: string; card: SandboxCard; mobile: string }> {
  const { mobile, nationalId, cards } = await sandbox.person(null);
  const returnUrl = 'https://portal.example/back';
  const { redirectUrl } = await sandbox.gateways.bank.start({
    attemptId,
    mobile: e164(mobile),
    nationalId,
    returnUrl,
  });
  // The port changes with a restart, the path stays.
  return { page: new URL(redirectUrl).pathname, card: cards[0] as SandboxCard, mobile };
}

describe('a restart keeps', () => {
  test('people, also those who were added', async () => {
    await fetch(`${sandbox.url}/people`, { method: 'POST', body: new URLSearchParams({ count: '3' }) });
    const before = await sandbox.people();
    await restart();
    expect(await sandbox.people()).toEqual(before);
  });

  test('the inbox, and which notice was sent under which reference', async () => {
    const notice = { kind: 'notice', to: '+989060000001', text: 'متن', reference: randomUUID() } as const;
    const sent = await sandbox.gateways.sms.send(notice);
    const before = await sandbox.inbox();
    await restart();
    expect(await sandbox.inbox()).toEqual(before);
    expect(await sandbox.gateways.sms.send(notice)).toEqual(sent);
    expect(await sandbox.inbox('09060000001')).toHaveLength(1);
  });

  test('transactions: one that is over stays over, an open one goes on', async () => {
    const [over, open] = [randomUUID(), randomUUID()];
    await press(sandbox.url + (await startFor(over)).page, 'cancel');
    const { page, card, mobile } = await startFor(open);
    await restart();
    expect(await sandbox.gateways.bank.inquire({ attemptId: over, bankReference: null })).toMatchObject({
      reason: 'cancelled',
    });
    await payWith(sandbox, { pageUrl: sandbox.url + page, card, mobile });
    expect(await sandbox.gateways.bank.inquire({ attemptId: open, bankReference: null })).toMatchObject({
      outcome: 'confirmed',
    });
  });

  test('the count of wrong entries of a card', async () => {
    for (let entry = 1; entry <= 3; entry += 1) {
      const { page, card } = await startFor(randomUUID());
      await press(sandbox.url + page, 'pay', { ...typed(card), dynamicPassword: '1' });
      await restart();
    }
    const attemptId = randomUUID();
    const { page, card } = await startFor(attemptId);
    await press(sandbox.url + page, 'password', typed(card));
    expect(await sandbox.gateways.bank.inquire({ attemptId, bankReference: null })).toMatchObject({
      reason: 'card-blocked',
    });
  });

  test('all before a line that was cut off in the middle of writing', async () => {
    const before = await sandbox.people();
    appendFileSync(join(directory, 'world.jsonl'), '{"kind":"person","value":{"nationalId":"99');
    await restart();
    expect(await sandbox.people()).toEqual(before);
    await restart();
    expect(await sandbox.people()).toEqual(before);
  });
});
