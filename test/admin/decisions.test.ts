/** Decisions through the panel's door: what is asked for, what is refused, and where a request may come from. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isLegal, STATUSES } from '../../domain/lifecycle.ts';
import { CHANGING_ACTIONS } from '../../admin/routes.ts';
import { DEMO_ELECTION_ID } from '../../scripts/demo-data.ts';
import { DAMGHAN, putFile } from './files.ts';
import { api, recordPath, signIn, startPanel, visit, type TestPanel, type Visitor } from './panel.ts';

interface Answer {
  readonly notice: { readonly type: string; readonly code?: string; readonly message: string };
  readonly command?: { readonly id: string; readonly state: string };
  readonly next?: string | null;
}

interface ReviewBody {
  readonly record: { readonly id: string };
  readonly review: {
    readonly revision: number;
    readonly answers: Record<string, Record<string, unknown>>;
    readonly documents: readonly { readonly kind: string; readonly url: string }[];
    readonly history: readonly { readonly fact: string }[];
    readonly openDefects: readonly unknown[];
    readonly pastDefects: readonly { readonly target: string; readonly note: string | null }[];
    readonly changedAnswers: readonly string[];
    readonly offered: readonly string[];
    readonly workflowUrl: string | null;
  };
}

let panel: TestPanel;
let reviewer: Visitor;
beforeAll(async () => {
  panel = await startPanel();
  reviewer = await signIn(panel.url, 'damghan');
});
afterAll(() => panel.stop());

const aFile = (wish: Partial<Parameters<typeof putFile>[1]> = {}): Promise<string> =>
  putFile(panel.fresh.db, { governorate: DAMGHAN, ...wish });
const decide = async (
  id: string,
  action: string,
  form: Record<string, string>,
  who = reviewer,
): Promise<Answer> =>
  (await (await who.post(recordPath('registrations', id, action), form)).json()) as Answer;
const review = async (id: string, who = reviewer): Promise<ReviewBody> =>
  (await (await who.get(recordPath('registrations', id, 'review'))).json()) as ReviewBody;
const commandsOf = (id: string) =>
  panel.fresh.owner('commands').where({ registration_id: id, actor_kind: 'staff' });

describe('the file', () => {
  test('holds what a decision needs, with the revision to decide on', async () => {
    const defect = {
      target: '/answers/residence/postalCode',
      reason: 'residence-mismatch',
      note: 'با نشانی نمی‌خواند',
    };
    const id = await aFile({ answered: [defect] });
    const { record, review: file } = await review(id);
    expect(record.id).toBe(id);
    expect(file.revision).toBe(2);
    expect(file.answers['residence']).toMatchObject({ place: 'تویه' });
    expect(file.documents.map(({ kind }) => kind)).toContain('birth-certificate');
    expect(file.history.map(({ fact }) => fact)).toContain('returned');
    expect(file.openDefects).toEqual([]);
    expect(file.pastDefects).toMatchObject([{ target: defect.target, note: defect.note }]);
    expect(file.workflowUrl).toBeNull();
    expect((await reviewer.get(file.documents[0]?.url ?? '')).status).toBe(200);
  });

  test('says which answers changed since the round before', async () => {
    const formerAnswers = { residence: { postalCode: '1111111111' } };
    const answers = { residence: { postalCode: '2222222222' } };
    const id = await aFile({ answered: [], formerAnswers, answers });
    expect((await review(id)).review.changedAnswers).toEqual(['/answers/residence/postalCode']);
  });

  test.each(STATUSES)('in %s it offers what the law allows', async (status) => {
    const id = await aFile({ status });
    const { offered } = (await review(id)).review;
    const legal = (['approval', 'corrections', 'rejection'] as const).filter((kind) => isLegal(status, kind));
    expect([...offered].sort()).toEqual([...legal].sort());
  });

  test('headquarters looks, and is offered no decision but the way to the history', async () => {
    const id = await aFile();
    const headquarters = await signIn(panel.url, 'headquarters');
    const { review: file } = await review(id, headquarters);
    expect(file.offered).toEqual([]);
    expect(file.workflowUrl).toContain(`/namespaces/default/workflows/registration-${id}`);
    expect((await decide(id, 'approve', { revision: '1' }, headquarters)).notice).toMatchObject({
      code: 'forbidden',
    });
  });

  test('each look at it stands in the audit', async () => {
    const id = await aFile();
    await review(id);
    const rows = await panel.fresh.owner('audit').where({ subject_id: id, action: 'registration-viewed' });
    expect(rows).toMatchObject([{ actor_kind: 'staff', governorate: DAMGHAN }]);
  });
});

describe('a decision', () => {
  test('is one command, and names the file that is next', async () => {
    const [oldest, id] = [await aFile({ waitingMinutes: 50_000 }), await aFile()];
    const answer = await decide(id, 'approve', { revision: '1' });
    expect(answer).toMatchObject({ notice: { type: 'info' }, command: { state: 'accepted' }, next: oldest });
    expect(await commandsOf(id)).toMatchObject([{ kind: 'approval', state: 'accepted' }]);
  });

  test('does not lead on to a file that waits for the code of its candidate', async () => {
    const [awaited, id] = [await aFile({ waitingMinutes: 90_000 }), await aFile()];
    const { owner } = panel.fresh;
    await owner('registrations').where({ id: awaited }).update({ confirmation: 'awaited' });
    expect((await decide(id, 'approve', { revision: '1' })).next).not.toBe(awaited);
    const desk = (await (await reviewer.get(api('/dashboard'))).json()) as {
      queue: { oldest: { id: string } };
    };
    expect(desk.queue.oldest.id).not.toBe(awaited);
    expect((await decide(awaited, 'approve', { revision: '1' })).notice.code).toBe('awaiting-code');
  });

  test('sent twice is still one command', async () => {
    const id = await aFile();
    const [first, second] = [
      await decide(id, 'approve', { revision: '1' }),
      await decide(id, 'approve', { revision: '1' }),
    ];
    expect(second.command?.id).toBe(first.command?.id);
    expect(await commandsOf(id)).toHaveLength(1);
  });

  test('with defects keeps them sealed, item by item', async () => {
    const id = await aFile();
    const defects = JSON.stringify([
      { target: '/answers/residence/postalCode', reason: 'residence-mismatch', note: 'با نشانی نمی‌خواند' },
      { target: '/documents/photo', reason: 'document-unreadable', note: null },
    ]);
    expect((await decide(id, 'return', { revision: '1', defects })).notice.type).toBe('info');
    const rows = (await panel.fresh.owner('defects').where({ registration_id: id })) as {
      note_sealed: Buffer | null;
    }[];
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('نشانی');
  });

  test('ADM-7: on a revision that is not the present one is stale', async () => {
    const id = await aFile({ answered: [] });
    expect((await decide(id, 'approve', { revision: '1' })).notice).toMatchObject({
      type: 'error',
      code: 'stale-revision',
    });
    expect(await commandsOf(id)).toEqual([]);
  });

  test('ADM-7: of two reviewers at the same instant one wins, and the other is told', async () => {
    const id = await aFile();
    await panel.fresh.owner('staff').where('email', 'like', '%garmsar%').update({ governorate: DAMGHAN });
    const colleague = await signIn(panel.url, 'garmsar');
    const answers = await Promise.all([
      decide(id, 'approve', { revision: '1' }),
      decide(id, 'reject', { revision: '1', reason: 'legal-bar' }, colleague),
    ]);
    const refused = answers.filter(({ notice }) => notice.type === 'error');
    expect(refused).toMatchObject([{ notice: { code: 'stale-revision' } }]);
    expect(await commandsOf(id)).toHaveLength(1);
    await panel.fresh.owner('staff').where('email', 'like', '%garmsar%').update({ governorate: '2004' });
  });

  test.each([
    ['no revision', 'approve', {}, 'request-invalid'],
    ['a revision of letters', 'approve', { revision: 'یک' }, 'request-invalid'],
    ['defects that are no JSON', 'return', { revision: '1', defects: '{' }, 'defects-invalid'],
    ['no defect', 'return', { revision: '1', defects: '[]' }, 'defects-invalid'],
    ['a defect of another shape', 'return', { revision: '1', defects: '[{"target":1}]' }, 'defects-invalid'],
    [
      'a target that the questionnaire has not',
      'return',
      { revision: '1', defects: '[{"target":"/answers/a/b","reason":"answer-incorrect"}]' },
      'request-invalid',
    ],
    [
      'a reason that is not in the library',
      'return',
      { revision: '1', defects: '[{"target":"/documents/photo","reason":"ugly"}]' },
      'request-invalid',
    ],
    ['a rejection without a reason', 'reject', { revision: '1' }, 'request-invalid'],
    [
      'a note that cannot be kept',
      'reject',
      { revision: '1', reason: 'legal-bar', note: 'a\u0000b' },
      'request-invalid',
    ],
  ])('with %s is refused and writes nothing', async (_name, action, form, code) => {
    const id = await aFile();
    const { notice } = await decide(id, action, form as unknown as Record<string, string>);
    expect(notice).toMatchObject({ type: 'error', code });
    expect(notice.message).toMatch(/[؀-ۿ]/u);
    expect(await commandsOf(id)).toEqual([]);
  });

  test('takes the digits of a Persian keyboard', async () => {
    expect((await decide(await aFile(), 'approve', { revision: '۱' })).notice.type).toBe('info');
  });
});

/** Where an action is called: on a file unless it belongs to another section. */
function placeOf(action: string, id: string): string {
  const sections: Readonly<Record<string, string>> = {
    lookUp: api('/resources/registrations/actions/lookUp'),
    window: recordPath('elections', DEMO_ELECTION_ID, 'window'),
    writeNotice: api('/resources/notices/actions/writeNotice'),
    endNotice: recordPath('notices', DEMO_ELECTION_ID, 'endNotice'),
    turnOff: api('/resources/provider-switches/actions/turnOff'),
    turnOn: api('/resources/provider-switches/actions/turnOn'),
    setPrefix: api('/resources/bank-prefixes/actions/setPrefix'),
    endPrefix: api('/resources/bank-prefixes/actions/endPrefix'),
    findLock: api('/resources/code-locks/actions/findLock'),
    liftLock: api('/resources/code-locks/actions/liftLock'),
  };
  return sections[action] ?? recordPath('registrations', id, action);
}

describe('a request that may change something', () => {
  let headquarters: Visitor;
  beforeAll(async () => {
    headquarters = await signIn(panel.url, 'headquarters');
  });

  test.each(CHANGING_ACTIONS)('ADM-3: %s by GET is refused, and does nothing', async (action) => {
    const id = await aFile();
    const response = await headquarters.get(`${placeOf(action, id)}?revision=1&reason=legal-bar`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await commandsOf(id)).toEqual([]);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['no origin', { origin: '' }],
    ['the origin null', { origin: 'null' }],
    ['a page of a sister site', { 'sec-fetch-site': 'same-site' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
  ])('ADM-3: from %s is refused', async (_name, headers) => {
    const id = await aFile();
    const response = await reviewer.post(
      recordPath('registrations', id, 'approve'),
      { revision: '1' },
      headers,
    );
    expect(response.status).toBe(403);
    expect(await commandsOf(id)).toEqual([]);
  });

  test('by the configured public address is accepted behind a proxy', async () => {
    const headers = { origin: 'http://panel.example' };
    const response = await reviewer.post(
      recordPath('registrations', await aFile(), 'approve'),
      { revision: '1' },
      headers,
    );
    expect(response.status).toBe(200);
  });

  test('ADM-4: without a session is refused before its body is read', async () => {
    const response = await visit(panel.url).post(recordPath('registrations', await aFile(), 'approve'), {
      revision: '1',
    });
    expect(response.status).toBe(401);
  });

  test('ADM-4: with a body beyond the limit is refused', async () => {
    const form = { revision: '1', reason: 'legal-bar', note: 'a'.repeat(300_000) };
    const response = await reviewer.post(recordPath('registrations', await aFile(), 'reject'), form);
    expect(response.status).toBe(413);
  });

  test.each(['new', 'edit', 'delete', 'bulkDelete'])(
    'ADM-10: AdminJS’s own %s does not exist',
    async (action) => {
      const id = await aFile();
      const paths = [
        recordPath('registrations', id, action),
        api(`/resources/registrations/actions/${action}`),
        api(`/resources/registrations/bulk/${action}?recordIds=${id}`),
      ];
      for (const path of paths) {
        const response = await reviewer.post(path, { status: 'approved', governorate: '2004' });
        expect([403, 404, 405]).toContain(response.status);
      }
      expect(await panel.fresh.owner('registrations').where({ id }).first()).toMatchObject({
        status: 'under-review',
      });
    },
  );
});
