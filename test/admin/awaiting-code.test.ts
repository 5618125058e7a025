/** Files that wait for the code of their candidate: the governorate sees them, since when, and whom to call. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readParticulars } from '../../store/particulars.ts';
import { DAMGHAN, GARMSAR, putFile } from './files.ts';
import { api, signIn, startPanel, type TestPanel } from './panel.ts';

interface Listed {
  readonly records: readonly { readonly id: string; readonly params: Readonly<Record<string, string>> }[];
  readonly meta: { readonly total: number };
}

let panel: TestPanel;
let ids: readonly string[];
/** As the list of the panel asks for them (admin/components/worklist.tsx). */
const TAB = 'filters.status=under-review&filters.awaitsCode=true&sortBy=waitingSince&direction=asc';

beforeAll(async () => {
  panel = await startPanel();
  const { db, owner } = panel.fresh;
  const put = (governorate: string, waitingMinutes: number) => putFile(db, { governorate, waitingMinutes });
  const [short, long, confirmed, elsewhere] = await Promise.all([
    put(DAMGHAN, 90),
    put(DAMGHAN, 9_000),
    put(DAMGHAN, 99_000),
    put(GARMSAR, 90),
  ]);
  ids = [long, short, confirmed];
  await owner('registrations').whereIn('id', [short, long, elsewhere]).update({ confirmation: 'awaited' });
});
afterAll(() => panel.stop());

const read = async <Body>(who: string, path: string): Promise<Body> => {
  const visitor = await signIn(panel.url, who);
  return (await (await visitor.get(api(path))).json()) as Body;
};

describe('SES-5, ADM-5: files that wait for the candidate’s code', () => {
  test('are a list of their own, the longest waiting first, with since when, within the scope', async () => {
    const list = await read<Listed>('reviewer.damghan', `/resources/registrations/actions/list?${TAB}`);
    expect(list.records.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(list.meta.total).toBe(2);
    for (const { id, params } of list.records) {
      const row = await panel.fresh.owner('registrations').where({ id }).first<{ waiting_since: Date }>();
      expect(params['waitingSince']).toBe(row.waiting_since.toISOString());
    }
  });

  test('show the governorate whom to call, and that it was shown; no other file does', async () => {
    const [awaited = '', , confirmed = ''] = ids;
    const fileOf = async (who: string, id: string) => {
      const path = `/resources/registrations/records/${id}/review`;
      return (await read<{ review: { mobile: string | null } }>(who, path)).review;
    };
    const { mobile } = await readParticulars(panel.fresh.db, awaited);
    expect((await fileOf('reviewer.damghan', awaited)).mobile).toBe(mobile.replace('+98', '0'));
    expect((await fileOf('reviewer.damghan', confirmed)).mobile).toBeNull();
    expect((await fileOf('headquarters', awaited)).mobile).toBeNull();
    const audit = panel.fresh.owner('audit').where({ action: 'registration-viewed' }).orderBy('at');
    const details = (await audit.pluck('detail')) as { shown?: string }[];
    expect(details.map(({ shown }) => shown)).toEqual(['mobile', undefined, undefined]);
    expect(JSON.stringify(details)).not.toContain(mobile.slice(3));
  });
});
