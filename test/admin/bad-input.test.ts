/** What no form and no list of the panel would send: refused at the door, and never an error of the database. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFECTS_MAX, NOTE_MAX_LENGTH } from '../../domain/defects.ts';
import { DAMGHAN, putFile } from './files.ts';
import { api, recordPath, signIn, startPanel, visit, type TestPanel, type Visitor } from './panel.ts';

let panel: TestPanel;
let reviewer: Visitor;
let file: string;
beforeAll(async () => {
  panel = await startPanel();
  reviewer = await signIn(panel.url, 'damghan');
  file = await putFile(panel.fresh.db, { governorate: DAMGHAN });
});
afterAll(() => panel.stop());

interface Refused {
  readonly notice: { readonly type: string; readonly code?: string };
}

const decide = (action: string, form: Record<string, string>) =>
  reviewer.post(recordPath('registrations', file, action), form);

async function expectNotice(response: Response, code: string): Promise<void> {
  expect(response.status).toBeLessThan(500);
  expect((await response.json()) as Refused).toMatchObject({ notice: { type: 'error', code } });
}

describe('bad input: characters that a database cannot hold', () => {
  test('in the sign-in form', async () => {
    const response = await visit(panel.url).post('/admin/login', { email: 'a\0b@example.ir', password: 'x' });
    expect(response.status).toBe(422);
  });

  test.each(['idempotencyKey', 'revision', 'reason', 'note'])('in %s of a decision', async (field) => {
    const form = { revision: '1', reason: 'not-eligible', [field]: 'a\0b' };
    await expectNotice(await decide('reject', form), 'request-invalid');
  });

  test.each(['filters.preliminaryCode', 'filters.status', 'sortBy', 'direction', 'a%00b'])(
    'in %s of a list',
    async (field) => {
      const list = api(`/resources/registrations/actions/list?${field}=a%00b`);
      await expectNotice(await reviewer.get(list), 'request-invalid');
    },
  );
});

describe('bad input: too much', () => {
  const target = '/answers/residence/postalCode';
  const reason = 'residence-mismatch';

  test('a key without an end', async () => {
    await expectNotice(
      await decide('approve', { revision: '1', idempotencyKey: 'k'.repeat(129) }),
      'request-invalid',
    );
  });

  test('a note that the law does not allow', async () => {
    const note = 'ا'.repeat(NOTE_MAX_LENGTH + 1);
    const defects = JSON.stringify([{ target, reason, note }]);
    await expectNotice(await decide('return', { revision: '1', defects }), 'defects-invalid');
  });

  test('more defects than the law allows', async () => {
    const defects = JSON.stringify(Array.from({ length: DEFECTS_MAX + 1 }, () => ({ target, reason })));
    await expectNotice(await decide('return', { revision: '1', defects }), 'defects-invalid');
  });

  test('leaves the file as it was', async () => {
    expect(await panel.fresh.owner('commands').where({ registration_id: file, actor_kind: 'staff' })).toEqual(
      [],
    );
  });
});
