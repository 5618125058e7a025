/** What headquarters decides outside a file: providers that are off, notices, and the table of banks. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listBankPrefixes } from '../../store/bank-prefixes.ts';
import { listNotices } from '../../store/notices.ts';
import { isOff } from '../../store/provider-switches.ts';
import { DEMO_ELECTION_ID } from '../../scripts/demo-data.ts';
import { DAMGHAN, putFile } from './files.ts';
import { api, recordPath, signIn, startPanel, type TestPanel, type Visitor } from './panel.ts';

interface Answer {
  readonly notice: { readonly type: string; readonly code?: string; readonly message: string };
}

/** A day that is still to come, as a date. */
const LATER = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);

let panel: TestPanel;
let headquarters: Visitor;
let reviewer: Visitor;
beforeAll(async () => {
  panel = await startPanel();
  headquarters = await signIn(panel.url, 'headquarters');
  reviewer = await signIn(panel.url, 'damghan');
});
afterAll(() => panel.stop());

const on = (resource: string, action: string): string => api(`/resources/${resource}/actions/${action}`);
const send = async (path: string, form: Record<string, string>, who = headquarters): Promise<Answer> =>
  (await (await who.post(path, form)).json()) as Answer;
const rowsOf = async (resource: string, query = ''): Promise<Record<string, unknown>[]> => {
  const body = (await (await headquarters.get(`${on(resource, 'list')}?perPage=100${query}`)).json()) as {
    records: { params: Record<string, unknown> }[];
  };
  return body.records.map(({ params }) => params);
};
const audit = async (action: string): Promise<Record<string, unknown>[]> =>
  panel.fresh.owner('audit').where({ action }).orderBy('at');

const ACTIONS = [
  ['notices', 'list'],
  ['notices', 'writeNotice'],
  ['provider-switches', 'list'],
  ['provider-switches', 'turnOff'],
  ['provider-switches', 'turnOn'],
  ['bank-prefixes', 'list'],
  ['bank-prefixes', 'setPrefix'],
  ['bank-prefixes', 'endPrefix'],
] as const;

test.each(ACTIONS)('%s, %s: not for a reviewer', async (resource, action) => {
  const path = on(resource, action);
  const response = await (action === 'list' ? reviewer.get(path) : reviewer.post(path, { provider: 'bank' }));
  expect(response.status).toBe(403);
  expect(await isOff(panel.fresh.db, 'bank')).toBe(false);
});

describe('a provider', () => {
  const turn = (which: 'Off' | 'On', form: Record<string, string>): Promise<Answer> =>
    send(on('provider-switches', `turn${which}`), form);
  const text = 'بانک تا ساعت ۱۶ پاسخ نمی‌دهد. ثبت‌نام شما ذخیره است؛ پس از آن دوباره تلاش کنید.';

  test('is off with a text that candidates read before the step, until it is on again', async () => {
    const { db } = panel.fresh;
    expect((await turn('Off', { provider: 'bank', text })).notice.type).toBe('success');
    expect(await isOff(db, 'bank')).toBe(true);
    expect(await isOff(db, 'line-owner')).toBe(false);
    expect(await listNotices(db)).toMatchObject([{ step: 'identity', text }]);
    expect((await turn('Off', { provider: 'bank', text })).notice.code).toBe('provider-off');
    expect(await rowsOf('provider-switches')).toMatchObject([{ provider: 'bank', text, onAgainAt: null }]);
    expect((await turn('On', { provider: 'bank' })).notice.type).toBe('success');
    expect((await turn('On', { provider: 'bank' })).notice.code).toBe('provider-on');
    expect(await isOff(db, 'bank')).toBe(false);
    expect(await listNotices(db)).toEqual([]);
    expect(await audit('provider-turned-off')).toMatchObject([{ subject_id: 'bank', actor_kind: 'staff' }]);
    expect(await audit('provider-turned-on')).toHaveLength(1);
  });

  test.each([
    ['a name that we do not know', { provider: 'pigeons', text }],
    ['no text', { provider: 'civil-registry', text: ' ' }],
    ['a text that nobody would read', { provider: 'civil-registry', text: 'آ'.repeat(600) }],
  ])('with %s stays on', async (_what, form) => {
    expect((await turn('Off', form)).notice.code).toBe('request-invalid');
    expect(await isOff(panel.fresh.db, 'civil-registry')).toBe(false);
  });

  test('of SMS may be off without a word, but not both: nobody could sign in', async () => {
    const answers = await Promise.all([
      turn('Off', { provider: 'sms-a' }),
      turn('Off', { provider: 'sms-b', text }),
    ]);
    expect(answers.map(({ notice }) => notice.code ?? notice.type).sort()).toEqual([
      'last-sms-provider',
      'success',
    ]);
    const off = (await isOff(panel.fresh.db, 'sms-a')) ? 'sms-a' : 'sms-b';
    expect(await listNotices(panel.fresh.db)).toHaveLength(off === 'sms-a' ? 0 : 1);
    await turn('On', { provider: off });
  });
});

describe('a notice', () => {
  test('is read from now on, and no more when it was ended', async () => {
    const text = 'امروز پس از ساعت ۲۰ سامانه یک ساعت آهسته است.';
    const written = await send(on('notices', 'writeNotice'), { step: 'documents', text });
    expect(written.notice.type).toBe('success');
    expect(await listNotices(panel.fresh.db)).toMatchObject([{ step: 'documents', text }]);
    const [row] = await rowsOf('notices');
    expect(row).toMatchObject({ step: 'documents', text, endedAt: null, writtenBy: 'کارشناس ستاد انتخابات' });
    const end = recordPath('notices', String(row?.['id']), 'endNotice');
    expect((await reviewer.post(end, {})).status).toBe(403);
    for (let times = 0; times < 2; times += 1) expect((await send(end, {})).notice.type).toBe('success');
    expect(await listNotices(panel.fresh.db)).toEqual([]);
    expect(await audit('notice-written')).toHaveLength(1);
    expect(await audit('notice-ended')).toHaveLength(1);
  });

  test.each([
    ['a step that is none', { step: 'lunch', text: 'متن' }],
    ['no text', { step: 'identity', text: '' }],
  ])('with %s is refused', async (_what, form) => {
    expect((await send(on('notices', 'writeNotice'), form)).notice.code).toBe('request-invalid');
    expect(await listNotices(panel.fresh.db)).toEqual([]);
  });
});

describe('the table of banks', () => {
  const set = (form: Record<string, string>): Promise<Answer> => send(on('bank-prefixes', 'setPrefix'), form);
  const NEW = { prefix: '۹۹۹۸۸۸', bank: 'نمونه', supported: 'true', source: 'نامه ۱۲' };
  const now = async (prefix: string) =>
    (await listBankPrefixes(panel.fresh.db, Date.now())).find((row) => row.prefix === prefix);

  test('takes a prefix, another word on it, one for later, and its end', async () => {
    expect((await set(NEW)).notice.type).toBe('success');
    expect(await now('999888')).toMatchObject({ bank: 'نمونه', supported: true, validTo: null });
    expect((await set({ ...NEW, supported: 'false', mergedInto: 'سپه' })).notice.type).toBe('success');
    expect(await now('999888')).toMatchObject({ supported: false, mergedInto: 'سپه' });
    const from = new Date(Date.now() + 86_400_000).toISOString();
    expect((await set({ ...NEW, from })).notice.type).toBe('success');
    expect(await now('999888')).toMatchObject({ supported: false });
    const rows = await rowsOf('bank-prefixes', '&filters.prefix=999888');
    expect(rows.map(({ state }) => String(state)).toSorted()).toEqual(['ended', 'planned', 'valid']);
    const end = await send(on('bank-prefixes', 'endPrefix'), { prefix: '999888' });
    expect(end.notice.type).toBe('success');
    expect(await now('999888')).toBeUndefined();
    expect(await audit('bank-prefix-set')).toHaveLength(3);
    expect(await audit('bank-prefix-ended')).toMatchObject([{ subject_id: '999888' }]);
  });

  test.each([
    ['five digits', { ...NEW, prefix: '99988' }],
    ['no bank', { ...NEW, bank: ' ' }],
    ['no source', { ...NEW, source: '' }],
    ['no word on whether it is supported', { ...NEW, supported: '' }],
    ['a time without its zone', { ...NEW, from: `${LATER}T18:00` }],
  ])('refuses %s', async (_what, form) => {
    expect((await set(form)).notice).toMatchObject({ type: 'error', code: 'request-invalid' });
  });
});

describe('headquarters moves a window', () => {
  const move = async (who: Visitor, form: Record<string, string>): Promise<Response> =>
    who.post(recordPath('elections', DEMO_ELECTION_ID, 'window'), form);
  const closing = async (): Promise<Date> =>
    (
      await panel.fresh
        .owner('election_windows')
        .where({ election_id: DEMO_ELECTION_ID })
        .first<{ closes_at: Date }>()
    ).closes_at;

  test('and every open registration is told', async () => {
    const [open, closed] = [
      await putFile(panel.fresh.db, { governorate: DAMGHAN }),
      await putFile(panel.fresh.db, { governorate: DAMGHAN, status: 'approved' }),
    ];
    const closesAt = `${LATER}T18:00:00+03:30`;
    const answer = (await (await move(headquarters, { closesAt, reason: 'دستور ۱۲' })).json()) as Answer;
    expect(answer.notice.type).toBe('success');
    expect((await closing()).toISOString()).toBe(`${LATER}T14:30:00.000Z`);
    const told = await panel.fresh.owner('commands').where({ kind: 'windowChange' });
    expect(told.map((row: { registration_id: string }) => row.registration_id)).toContain(open);
    expect(told.map((row: { registration_id: string }) => row.registration_id)).not.toContain(closed);
    const audit = await panel.fresh.owner('audit').where({ action: 'window-changed' });
    expect(audit).toMatchObject([{ subject_id: DEMO_ELECTION_ID, detail: { reason: 'دستور ۱۲' } }]);
  });

  test.each([
    ['a time without its zone', { closesAt: `${LATER}T18:00`, reason: 'دستور' }],
    ['no reason', { closesAt: `${LATER}T18:00:00Z`, reason: ' ' }],
    ['an end before the beginning', { closesAt: '2020-01-20T18:00:00Z', reason: 'دستور' }],
  ])('but not with %s', async (_name, form) => {
    const before = await closing();
    expect((await (await move(headquarters, form)).json()) as Answer).toMatchObject({
      notice: { type: 'error', code: 'request-invalid' },
    });
    expect(await closing()).toEqual(before);
  });

  test('a reviewer cannot', async () => {
    const before = await closing();
    expect((await move(reviewer, { closesAt: `${LATER}T18:00:00Z`, reason: 'دستور' })).status).toBe(403);
    expect(await closing()).toEqual(before);
  });
});
