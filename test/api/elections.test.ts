/** What anybody may read. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO_CONSTITUENCIES, DEMO_ELECTION_ID, DEMO_STAFF } from '../../scripts/demo-data.ts';
import { switchOff, switchOn } from '../../store/provider-switches.ts';
import { openOffice, type Office } from './office.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

interface Page {
  readonly items: readonly { readonly id: string; readonly title: string; readonly county: string }[];
  readonly next: string | null;
}

const page = async (query: string) =>
  (await office.client.get<Page>(`/elections/${DEMO_ELECTION_ID}/constituencies${query}`)).body;

const OURS = DEMO_CONSTITUENCIES.filter(({ electionId }) => electionId === DEMO_ELECTION_ID);

describe('elections', () => {
  test('are listed with everything that a client needs to fill in and submit', async () => {
    const list = await office.client.get<{ items: { id: string }[] }>('/elections');
    expect(list.body.items.map(({ id }) => id)).toContain(DEMO_ELECTION_ID);
    const one = await office.client.get(`/elections/${DEMO_ELECTION_ID}`);
    expect(one.body).toEqual(list.body.items.find(({ id }) => id === DEMO_ELECTION_ID));
  });

  test('API-10: name their constituencies, a page at a time, each once', async () => {
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const body: Page = await page(`?limit=2${after}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map(({ id }) => id));
      next = body.next;
    }
    expect(seen.toSorted()).toEqual(OURS.map(({ id }) => id).toSorted());
  });

  test('are searched in any spelling, and by kind and place', async () => {
    const [first] = OURS;
    const arabic = (first?.title ?? '').replaceAll('ی', 'ي').replaceAll('ک', 'ك');
    const found = await page(`?search=${encodeURIComponent(arabic)}`);
    expect(found.items.map(({ id }) => id)).toContain(first?.id);
    const villages = await page('?kind=village&limit=100');
    expect(villages.items).toHaveLength(OURS.filter(({ kind }) => kind === 'village').length);
    const county = villages.items[0]?.county ?? '';
    const there = await page(`?county=${encodeURIComponent(county)}&limit=100`);
    expect(new Set(there.items.map((item) => item.county))).toEqual(new Set([county]));
    expect((await page(`?search=${encodeURIComponent('%')}`)).items).toEqual([]);
  });

  test('notices say what to know before a step', async () => {
    await office.fresh.owner('notices').insert({
      id: '01990000-0000-7000-8000-00000000aaaa',
      step: 'identity',
      text: 'بانک‌ها امروز کند هستند.',
    });
    const { body } = await office.client.get<{ items: unknown[] }>('/notices');
    expect(body.items).toEqual([expect.objectContaining({ step: 'identity' })]);
  });

  test('notices have the text of a provider that is off, at its own step, until it is on again', async () => {
    const { db } = office.fresh;
    const staffId = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
    const text = 'پیامک‌ها امروز دیر می‌رسند.';
    const steps = async (): Promise<unknown[]> =>
      (await office.client.get<{ items: { text: string; step: string }[] }>('/notices')).body.items
        .filter((item) => item.text === text)
        .map(({ step }) => step);
    await switchOff(db, { provider: 'sms-a', text, staffId });
    expect(await steps()).toEqual(['sign-in']);
    await switchOn(db, { provider: 'sms-a', staffId });
    expect(await steps()).toEqual([]);
  });
});
