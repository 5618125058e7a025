import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { passwordFor, press, typed } from '../test/support/bank-browser.ts';
import { e164, startSandbox, type RunningSandbox, type SandboxPerson } from '../test/support/sandbox.ts';

interface Seen {
  readonly faults: readonly object[];
  readonly registry: { readonly lines: readonly object[]; readonly people: readonly object[] };
  readonly bank: Readonly<Record<'starts' | 'entries' | 'transactions', readonly object[]>>;
}

let sandbox: RunningSandbox;
let person: SandboxPerson;
beforeEach(async () => {
  sandbox = await startSandbox();
  person = await sandbox.person(null);
});
afterEach(() => sandbox.stop());

const seen = async () => (await (await fetch(`${sandbox.url}/evidence.json`)).json()) as Seen;

function start(attemptId: string) {
  const { mobile, nationalId } = person;
  const returnUrl = 'https://portal.example/back';
  return sandbox.gateways.bank.start({ attemptId, mobile: e164(mobile), nationalId, returnUrl });
}

test('tells whose line it is and who lives', async () => {
  const dead = await sandbox.person('dead');
  const { lines, people } = (await seen()).registry;
  expect(lines).toContainEqual({ mobile: person.mobile, owner: person.nationalId });
  const { nationalId, birthDate } = dead;
  expect(people).toContainEqual({ nationalId, birthDate, known: true, alive: false });
});

test('tells every start, also the one that a fault met', async () => {
  await sandbox.fault('bank', { mode: 'error-500', for: 1 });
  const attemptId = randomUUID();
  await expect(start(attemptId)).rejects.toThrow();
  await start(attemptId);
  const { bank, faults } = await seen();
  expect(bank.starts).toHaveLength(2);
  expect(faults).toEqual([{ provider: 'bank', mode: 'error-500', times: 1 }]);
});

test('tells every password that was typed, also after the end, and whose card it was', async () => {
  const { redirectUrl } = await start(randomUUID());
  const card = person.cards[0] as SandboxPerson['cards'][number];
  await press(redirectUrl, 'password', typed(card));
  const filled = { ...typed(card), dynamicPassword: await passwordFor(sandbox, person.mobile) };
  await press(redirectUrl, 'pay', filled);
  await press(redirectUrl, 'pay', filled);
  const { bank } = await seen();
  expect(bank.entries).toHaveLength(2);
  expect(new Set(bank.entries.map((entry) => JSON.stringify({ ...entry, at: 0 }))).size).toBe(1);
  expect(bank.transactions).toMatchObject([
    { authenticated: true, card: { holder: person.nationalId, mobile: person.mobile } },
  ]);
});
