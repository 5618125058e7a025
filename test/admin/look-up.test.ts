/** The file of a person who has come to the office, by the national id on the document. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAMGHAN, putFile } from './files.ts';
import { api, signIn, startPanel, type TestPanel } from './panel.ts';

interface LookedUp {
  readonly notice: { readonly code?: string };
  readonly found: readonly { readonly id: string }[];
}

let panel: TestPanel;
beforeAll(async () => {
  panel = await startPanel();
});
afterAll(() => panel.stop());

describe('the file of whoever stands at the desk', () => {
  const lookUp = async (who: string, nationalId: string) => {
    const visitor = await signIn(panel.url, who);
    const response = await visitor.post(api('/resources/registrations/actions/lookUp'), { nationalId });
    return (await response.json()) as LookedUp;
  };

  test('is found by the national id, in Persian digits too, within the scope only', async () => {
    const id = await putFile(panel.fresh.db, {
      governorate: DAMGHAN,
      unproven: true,
      person: { nationalId: '0499370899' },
    });
    expect((await lookUp('second.damghan', '۰۴۹۹۳۷۰۸۹۹')).found).toMatchObject([{ id }]);
    expect((await lookUp('headquarters', '0499370899')).found).toMatchObject([{ id }]);
    expect((await lookUp('reviewer.garmsar', '0499370899')).found).toEqual([]);
    expect((await lookUp('second.damghan', '0499370898')).notice.code).toBe('national-id-invalid');
    const rows = await panel.fresh.owner('audit').where({ action: 'registration-looked-up' });
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toContain('0499370899');
  });
});
