import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { luhnValid } from '../domain/bank-card.ts';
import { isIsoDay } from '../domain/jalali-date.ts';
import { parseMobile } from '../domain/mobile-number.ts';
import { parseNationalId } from '../domain/national-id.ts';
import { REFUSED_ISSUERS } from './synthetic-person.ts';
import { startSandbox, type RunningSandbox, type SandboxPerson } from '../test/support/sandbox.ts';

/** It stands still: who is under age is born in a month that depends on today. */
const today = Date.now();
const now = () => today;

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now });
});
afterAll(() => sandbox.stop());

async function add(body: unknown): Promise<Response> {
  return fetch(`${sandbox.url}/people`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function supported({ cards }: SandboxPerson): boolean[] {
  return cards.map(({ number }) => REFUSED_ISSUERS.every(([prefix]) => !number.startsWith(prefix)));
}

describe('the people of the sandbox', () => {
  test('are the same in every new world', async () => {
    const other = await startSandbox({ now });
    expect(await other.people()).toEqual(await sandbox.people());
    await other.stop();
  });

  test('have numbers that pass every check of form, each number once', async () => {
    const people = await sandbox.people();
    const cards = people.flatMap((person) => person.cards.map(({ number }) => number));
    for (const person of people) {
      expect(parseNationalId(person.nationalId)).toBe(person.nationalId);
      expect(parseMobile(person.mobile)).toBe(`+98${person.mobile.slice(1)}`);
      expect(isIsoDay(person.birthDate)).toBe(true);
    }
    for (const number of cards) expect([number.length, luhnValid(number)]).toEqual([16, true]);
    expect(new Set(people.map(({ nationalId }) => nationalId)).size).toBe(people.length);
    expect(new Set(people.map(({ mobile }) => mobile)).size).toBe(people.length);
    expect(new Set(cards).size).toBe(cards.length);
  });

  test('have every fate, and a card of each of the six refused banks', async () => {
    const people = await sandbox.people();
    expect(new Set(people.map(({ fate }) => fate))).toEqual(
      new Set([
        null,
        'no-line',
        'other-line',
        'refused-bank',
        'other-card',
        'other-card-line',
        'blocked-card',
        'expired-card',
        'dead',
        'unknown',
        'under-age',
      ]),
    );
    const refused = people.filter(({ fate }) => fate === 'refused-bank');
    expect(new Set(refused.map(({ cards }) => cards[0]?.bank)).size).toBe(6);
    for (const person of refused) expect(supported(person)).toEqual([false, true]);
    for (const person of people)
      if (person.fate !== 'refused-bank') expect(supported(person)).toEqual([true]);
  });

  test('are old enough, but for the one who is not', async () => {
    for (const { birthDate, fate } of await sandbox.people()) {
      const years = (today - Date.parse(birthDate)) / (365.25 * 86_400_000);
      expect([fate, years > 26]).toEqual([fate, fate !== 'under-age']);
    }
  });

  test('grow by as many ordinary ones as are asked for, 500 in less than a second', async () => {
    const times = [];
    // Time of the processor, which others on the machine do not add to; and the best of several.
    for (let time = 0; time < 3; time += 1) {
      const before = await sandbox.people();
      const usedBefore = process.cpuUsage();
      const response = await add({ count: 500 });
      const { user, system } = process.cpuUsage(usedBefore);
      times.push((user + system) / 1_000);
      expect(response.status).toBe(201);
      const { items } = (await response.json()) as { items: SandboxPerson[] };
      expect(items).toHaveLength(500);
      expect(items.filter(({ fate, cards }) => fate !== null || cards.length !== 1)).toEqual([]);
      expect(await sandbox.people()).toEqual([...before, ...items]);
    }
    expect(Math.min(...times)).toBeLessThan(1_000);
  });

  test('have the names that are asked for, and everything else of their own', async () => {
    const names = { firstName: 'ققنوس', lastName: 'سیمرغی', fatherName: 'هدهد' };
    const response = await add({ count: 2, names });
    const { items } = (await response.json()) as { items: SandboxPerson[] };
    expect(items).toEqual([expect.objectContaining(names), expect.objectContaining(names)]);
    expect(new Set(items.map(({ nationalId }) => nationalId)).size).toBe(2);
    expect((await add({ count: 1, names: { firstName: '' } })).status).toBe(400);
  });

  test.each([{ count: 0 }, { count: 'many' }, { count: 1_000_000 }, {}, { count: 1, more: true }, []])(
    '%j asks for no number of people',
    async (body) => {
      const response = await add(body);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        400,
        expect.stringContaining('application/problem+json'),
      ]);
    },
  );

  test('have one more line of their own for the asking, which no other line is', async () => {
    const [person] = await sandbox.people();
    const ask = (nationalId: string) =>
      fetch(`${sandbox.url}/people/${nationalId}/lines`, { method: 'POST' });
    const [first, second] = [await ask(person?.nationalId ?? ''), await ask(person?.nationalId ?? '')];
    const mobiles = [await first.json(), await second.json()] as { mobile: string }[];
    expect([first.status, second.status]).toEqual([201, 201]);
    const all = [person?.mobile, ...mobiles.map(({ mobile }) => mobile)];
    expect(new Set(all.map((mobile) => parseMobile(mobile ?? ''))).size).toBe(3);
    expect((await ask('0000000000')).status).toBe(404);
  });
});
