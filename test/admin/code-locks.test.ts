/** OTP-5: a number that wrong codes have closed, and who at the panel opens it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listForgotten } from '../../store/sms-rounds.ts';
import type { NumberLock } from '../../store/code-lock-lifts.ts';
import { DAMGHAN, putFile } from './files.ts';
import { api, signIn, startPanel, type TestPanel, type Visitor } from './panel.ts';

interface Answer {
  readonly notice: { readonly type: string; readonly code?: string; readonly message: string };
  readonly lock?: NumberLock | null;
}

let panel: TestPanel;
const staff = {} as Record<'headquarters' | 'damghan' | 'garmsar', Visitor>;
beforeAll(async () => {
  panel = await startPanel();
  staff.headquarters = await signIn(panel.url, 'headquarters');
  staff.damghan = await signIn(panel.url, 'reviewer.damghan');
  staff.garmsar = await signIn(panel.url, 'reviewer.garmsar');
});
afterAll(() => panel.stop());

type Who = keyof typeof staff;
const FIND = api('/resources/code-locks/actions/findLock');
const LIFT = api('/resources/code-locks/actions/liftLock');
const REASON = 'با همین شماره تماس گرفتم و خودش پاسخ داد.';
const NOTHING = { notice: { type: 'success', message: '' }, lock: null };

async function send(who: Who, path: string, form: Record<string, string>): Promise<Answer> {
  return (await (await staff[who].post(path, form)).json()) as Answer;
}
const find = (who: Who, mobile: string) => send(who, FIND, { mobile });
const lift = (who: Who, mobile: string, reason = REASON) => send(who, LIFT, { mobile, reason });

let people = 0;
/** A number with so many wrong codes in a row, as it is kept and as a caller says it. */
async function lockedNumber(failures: number, lane = 'strangers'): Promise<{ mobile: string; said: string }> {
  people += 1;
  const mobile = `+98938${String(people).padStart(7, '0')}`;
  const row = { mobile_hmac: hmacOf(mobile), lane, failures, last_failed_at: new Date() };
  await panel.fresh.owner('code_failures').insert(row);
  return { mobile, said: mobile.replace('+98', '0') };
}
const hmacOf = (mobile: string) => panel.fresh.db.sealing.fingerprint('mobile', mobile);
const failuresOf = (mobile: string) =>
  panel.fresh.owner('code_failures').where({ mobile_hmac: hmacOf(mobile) });
const liftsOf = (mobile: string) =>
  panel.fresh.owner('code_lock_lifts').where({ mobile_hmac: hmacOf(mobile) });
const rowsOf = async (who: Who): Promise<Record<string, unknown>[]> => {
  const list = api('/resources/code-locks/actions/list?perPage=100');
  const body = (await (await staff[who].get(list)).json()) as {
    records: { params: Record<string, unknown> }[];
  };
  return body.records.map(({ params }) => params);
};

describe('OTP-5: headquarters', () => {
  test('OTP-5: finds a closed number as the caller says it, since when and after how many tries', async () => {
    const { said } = await lockedNumber(100);
    const persian = said.replace(/\d/gu, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
    const { notice, lock } = await find('headquarters', persian);
    expect(notice.type).toBe('success');
    const since = expect.stringMatching(/^\d{4}-.*Z$/u);
    expect(lock).toEqual({
      lanes: [{ lane: 'strangers', failures: 100, since, until: null }],
      earlier: [],
    });
    expect(await find('headquarters', '09389999999')).toEqual(NOTHING);
    expect((await find('headquarters', '0938')).notice.code).toBe('mobile-invalid');
  });

  test('OTP-5: opens it for ten tries with a reason that is kept sealed, and tells the number', async () => {
    const { mobile, said } = await lockedNumber(100);
    expect((await lift('headquarters', said)).notice.type).toBe('success');
    expect(await failuresOf(mobile)).toMatchObject([{ failures: 90, last_failed_at: null }]);
    const [row] = await liftsOf(mobile);
    expect(row).toMatchObject({ failures: 100, governorate: null, lifted_by: expect.any(String) });
    expect((row as { reason_sealed: Buffer }).reason_sealed.includes(REASON)).toBe(false);
    const [audit, ...others] = await panel.fresh
      .owner('audit')
      .whereRaw(`detail->>'lift' = ?`, [(row as { id: string }).id]);
    expect(audit).toMatchObject({
      ...{ action: 'code-lock-lifted', actor_kind: 'staff', actor_id: row.lifted_by },
      ...{ subject_kind: 'mobile', subject_id: null, governorate: null },
    });
    expect(others).toEqual([]);
    const sms = await panel.fresh.owner('sms').where({ cause: row.id });
    expect(sms).toMatchObject([{ template: 'lock-lifted', state: 'pending', registration_id: null }]);
    const place = { table: 'sms', column: 'mobile_sealed', row: sms[0].id };
    expect(panel.fresh.db.sealing.open(place, sms[0].mobile_sealed).toString()).toBe(mobile);
    expect(await listForgotten(panel.fresh.db)).toContain(sms[0].id);
    const [listed] = await rowsOf('headquarters');
    expect(listed).toMatchObject({ reason: REASON, failures: 100, liftedBy: 'کارشناس ستاد انتخابات' });
    expect(JSON.stringify(await rowsOf('headquarters'))).not.toContain(mobile.slice(3));
  });

  test('OTP-5: sees of a number that is closed again who opened it before, and why', async () => {
    const { mobile, said } = await lockedNumber(100);
    await lift('headquarters', said);
    expect((await find('headquarters', said)).lock).toBeNull();
    await failuresOf(mobile).update({ failures: 100, last_failed_at: new Date() });
    const { lock } = await find('headquarters', said);
    expect(lock?.earlier).toMatchObject([{ by: 'کارشناس ستاد انتخابات', reason: REASON }]);
  });

  test('OTP-5: ends the wait of a lock that lasts, and forgives none of its tries', async () => {
    const { mobile, said } = await lockedNumber(80, 'own');
    const { lock } = await find('headquarters', said);
    expect(lock?.lanes).toMatchObject([{ lane: 'own', failures: 80, until: expect.any(String) }]);
    expect((await lift('headquarters', said)).notice.type).toBe('success');
    expect(await failuresOf(mobile)).toMatchObject([{ failures: 80, last_failed_at: null }]);
    const open = await lockedNumber(95);
    expect((await lift('headquarters', open.said)).notice.code).toBe('number-not-locked');
    expect(await failuresOf(open.mobile)).toMatchObject([{ failures: 95 }]);
  });

  test('OTP-5: opens it once, however many do it at once', async () => {
    const { mobile, said } = await lockedNumber(100);
    const answers = await Promise.all(Array.from({ length: 5 }, () => lift('headquarters', said)));
    const codes = answers.map(({ notice }) => notice.code ?? notice.type).toSorted();
    expect(codes).toEqual([...Array.from({ length: 4 }, () => 'number-not-locked'), 'success']);
    expect(await liftsOf(mobile)).toHaveLength(1);
  });

  test.each([
    ['no reason', { reason: ' ' }, 'request-invalid'],
    ['a reason that nobody would read', { reason: 'آ'.repeat(501) }, 'request-invalid'],
    ['a number that is none', { mobile: '۱۲' }, 'mobile-invalid'],
  ])('OTP-5: opens nothing with %s', async (_what, form, code) => {
    const { mobile, said } = await lockedNumber(100);
    expect((await send('headquarters', LIFT, { mobile: said, reason: REASON, ...form })).notice.code).toBe(
      code,
    );
    expect(await failuresOf(mobile)).toMatchObject([{ failures: 100 }]);
  });
});

describe('OTP-5: a reviewer', () => {
  test('OTP-5: opens the number of whoever has a registration in the own governorate', async () => {
    const { mobile, said } = await lockedNumber(100);
    const id = await putFile(panel.fresh.db, { governorate: DAMGHAN, unproven: true, mobile });
    const { candidate_id: candidate } = await panel.fresh.owner('registrations').where({ id }).first();
    expect((await find('damghan', said)).lock?.lanes).toMatchObject([{ failures: 100 }]);
    expect((await lift('damghan', said)).notice.type).toBe('success');
    expect(await failuresOf(mobile)).toMatchObject([{ failures: 90 }]);
    const audit = await panel.fresh.owner('audit').where({ subject_id: candidate }).orderBy('at');
    expect(audit).toMatchObject([
      { action: 'code-lock-looked-up', subject_kind: 'candidate', governorate: DAMGHAN },
      { action: 'code-lock-lifted', subject_kind: 'candidate', governorate: DAMGHAN },
    ]);
    expect(await rowsOf('damghan')).toMatchObject([{ reason: REASON, governorate: DAMGHAN }]);
    expect(await rowsOf('garmsar')).toEqual([]);
  });

  test('OTP-5: neither sees nor opens another governorate’s, and hears what is heard of an open number', async () => {
    const { mobile, said } = await lockedNumber(100);
    const person = { nationalId: '0067749828' };
    await putFile(panel.fresh.db, { governorate: DAMGHAN, unproven: true, mobile, person });
    expect(await find('garmsar', said)).toEqual(NOTHING);
    expect(await lift('garmsar', said)).toEqual(await lift('garmsar', '09389999998'));
    expect(await failuresOf(mobile)).toMatchObject([{ failures: 100 }]);
    expect(await liftsOf(mobile)).toEqual([]);
  });

  test('OTP-5: nor one whose owner has not begun to register: that is for headquarters', async () => {
    const { mobile, said } = await lockedNumber(100);
    expect(await find('damghan', said)).toEqual(NOTHING);
    expect((await lift('damghan', said)).notice.code).toBe('number-not-locked');
    expect(await failuresOf(mobile)).toMatchObject([{ failures: 100 }]);
    expect((await lift('headquarters', said)).notice.type).toBe('success');
  });
});

test('OTP-5: the number comes in a POST from a page of ours, or nothing is found or opened', async () => {
  const { mobile, said } = await lockedNumber(100);
  for (const path of [FIND, LIFT]) {
    const query = new URLSearchParams({ mobile: said, reason: REASON }).toString();
    expect((await staff.headquarters.get(`${path}?${query}`)).status).toBe(405);
    const origin = { origin: 'https://elsewhere.example' };
    const form = { mobile: said, reason: REASON };
    expect((await staff.headquarters.post(path, form, origin)).status).toBe(403);
  }
  expect(await failuresOf(mobile)).toMatchObject([{ failures: 100 }]);
});

test('OTP-5: the audit says that a number was looked for and opened, and never which', async () => {
  const { mobile, said } = await lockedNumber(100);
  await find('headquarters', said);
  await lift('headquarters', said);
  const rows = await panel.fresh.owner('audit').where('action', 'like', 'code-lock-%');
  expect(rows.length).toBeGreaterThan(1);
  const text = JSON.stringify(rows);
  for (const form of [mobile.slice(3), hmacOf(mobile).toString('hex'), REASON]) {
    expect(text).not.toContain(form);
  }
});
