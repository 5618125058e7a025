/** SES-5: which codes change a number, what happens then to sessions and registrations, and what nobody learns by it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isFinal, STATUSES } from '../../domain/lifecycle.ts';
import { HELP_LINE } from '../../domain/messages.ts';
import { listForgotten } from '../../store/sms-rounds.ts';
import { openRegistration } from '../api/candidate.ts';
import { expectRefusal, type ApiClient, type Reply } from '../api/client.ts';
import { DEVICE, openOffice, type Office } from '../api/office.ts';
import { mobileChanges, whoIs, type Candidate, type MobileChanges } from './mobile-changes.ts';
import { deskOfCodes, HOUR_MS, MINUTE_MS, somebody, wrong } from './office.ts';

let office: Office;
let desk: ReturnType<typeof deskOfCodes>;
let numbers: MobileChanges;
beforeAll(async () => {
  office = await openOffice();
  desk = deskOfCodes(office);
  numbers = mobileChanges(office);
});
afterAll(() => office.close());

type Old =
  'nothing' | 'the right code' | 'a wrong code' | 'the code of a withdrawal' | 'the new number’s code';
type New =
  'the right code' | 'a wrong code' | 'a code to sign in' | 'the present number’s code' | 'a late code';

async function ofOld(one: Candidate, what: Old, given: { newMobileCodeId: string; newMobileCode: string }) {
  if (what === 'nothing') return {};
  if (what === 'the new number’s code') return { codeId: given.newMobileCodeId, code: given.newMobileCode };
  if (what === 'the code of a withdrawal') {
    return numbers.codeOf(one, 'withdrawal', { registrationId: await openRegistration(one.me) });
  }
  const { codeId, code } = await numbers.codeOf(one);
  return { codeId, code: what === 'a wrong code' ? wrong(code) : code };
}

async function ofNew(one: Candidate, what: New) {
  if (what === 'a code to sign in') {
    const sent = await desk.ask(one.next);
    return { newMobileCodeId: sent.body.id, newMobileCode: office.codeFor(one.next) };
  }
  if (what === 'the present number’s code') {
    const { codeId, code } = await numbers.codeOf(one);
    office.wait(MINUTE_MS);
    return { newMobileCodeId: codeId, newMobileCode: code };
  }
  const sent = await numbers.newCodeOf(one);
  if (what === 'a late code') office.wait(2 * MINUTE_MS);
  return what === 'a wrong code' ? { ...sent, newMobileCode: wrong(sent.newMobileCode) } : sent;
}

const MATRIX: readonly (readonly [number, Old, New, string | null])[] = [
  [9.9, 'nothing', 'the right code', null],
  [10, 'nothing', 'the right code', 'fresh-code-required'],
  [10, 'the right code', 'the right code', null],
  [10, 'a wrong code', 'the right code', 'code-wrong'],
  [10, 'the code of a withdrawal', 'the right code', 'code-wrong'],
  [10, 'the new number’s code', 'the right code', 'code-wrong'],
  [10, 'the right code', 'a wrong code', 'code-wrong'],
  [10, 'the right code', 'a code to sign in', 'code-wrong'],
  [8, 'nothing', 'the present number’s code', 'code-wrong'],
  [5, 'nothing', 'a wrong code', 'code-wrong'],
  [5, 'nothing', 'a late code', 'code-expired'],
];

describe('SES-5: a change of the number', () => {
  test.each(MATRIX)(
    'SES-5: %d minutes after the last code, with %s of the old number and %s of the new',
    async (minutes, old, fresh, refusal) => {
      const one = await numbers.candidate();
      office.wait(minutes * MINUTE_MS);
      const given = await ofNew(one, fresh);
      const reply = await numbers.change(one, { ...given, ...(await ofOld(one, old, given as never)) });
      if (refusal !== null) {
        expectRefusal(reply, refusal as never);
        expect(await whoIs(one.me)).toBe(one.old);
        return;
      }
      expect(reply.body).toMatchObject({ mobile: one.next });
      expect(await whoIs(one.me.as(reply.body.token))).toBe(one.next);
    },
  );

  test('SES-5: it asks for both codes, and says where to go when the old line is lost', async () => {
    const one = await numbers.candidate();
    office.wait(10 * MINUTE_MS);
    expectRefusal(await numbers.change(one, {}), 'request-invalid');
    expectRefusal(await numbers.change(one, await numbers.codeOf(one)), 'request-invalid');
    const refused = await numbers.change(one, await numbers.newCodeOf(one));
    expectRefusal(refused, 'fresh-code-required');
    expect(refused.body.detail).toContain('سیم‌کارت المثنی');
    expect(refused.body.detail).toContain(HELP_LINE);
  });

  test.each(STATUSES)('SES-5: a registration that is %s hears of it, unless it is closed', async (status) => {
    const one = await numbers.candidate();
    const id = await openRegistration(one.me);
    const { owner } = office.fresh;
    await owner('registrations').where({ id }).update({ status });
    expect((await numbers.change(one, await numbers.newCodeOf(one))).status).toBe(200);
    const commands = (await owner('commands')
      .where({ registration_id: id, kind: 'mobileChange' })
      .select('payload', 'actor_kind')) as unknown[];
    const told = { payload: { kind: 'mobileChange' }, actor_kind: 'candidate' };
    expect(commands).toEqual(isFinal(status) ? [] : [told]);
  });

  test('SES-5: nothing is submitted on the strength of the old line from that moment on', async () => {
    const one = await numbers.candidate();
    const id = await openRegistration(one.me);
    await office.fresh.owner('registrations').where({ id }).update({
      status: 'awaiting-submission',
      line: 'confirmed',
      person: 'confirmed',
      identity_way: 'card',
    });
    const submit = (me: ApiClient) =>
      me.post(`/registrations/${id}/submission`, { declaration: true }, { 'if-match': '0' });
    expectRefusal(await submit(one.me), 'incomplete');
    const { body } = await numbers.change(one, await numbers.newCodeOf(one));
    expectRefusal(await submit(one.me.as(body.token)), 'not-verified');
  });

  test('SES-5: the old number is told by SMS with the help line, which is taken up by itself', async () => {
    const one = await numbers.candidate();
    await numbers.change(one, await numbers.newCodeOf(one));
    const told = await desk.smsTo(one.old, 'mobile-changed');
    expect(told).toMatchObject([{ text_version: 1 }]);
    expect(await listForgotten(office.fresh.db)).toContain(told[0]?.id);
  });

  test('SES-5: three changes in a day, and no fourth', async () => {
    let one = await numbers.candidate();
    for (let turn = 0; turn < 3; turn += 1) {
      const { body } = await numbers.change(one, await numbers.newCodeOf(one));
      one = { me: one.me.as(body.token), old: one.next, next: somebody() };
    }
    // No code is sent for a change that would be refused, and none is used up by it.
    const before = office.codesSent();
    const unsent = await one.me.post('/mobile-codes', { mobile: one.next });
    expectRefusal(unsent, 'mobile-changed-lately');
    expect(office.codesSent()).toBe(before);
    office.wait(10 * MINUTE_MS);
    const own = await numbers.codeOf(one);
    const given = { newMobileCodeId: randomUUID(), newMobileCode: '123456', ...own };
    const refused = await numbers.change(one, given);
    expectRefusal(refused, 'mobile-changed-lately');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(23 * 3600);
    expect(await desk.rowOf(own.codeId)).toMatchObject({ attempts: 0, consumed_at: null });
  });

  test('SES-5: a code is for one change, and that number is the present one now', async () => {
    const one = await numbers.candidate();
    const given = await numbers.newCodeOf(one);
    const { body } = await numbers.change(one, given);
    const after = { ...one, me: one.me.as(body.token) };
    // Bound to the session that asked for it, which is no more.
    expectRefusal(await numbers.change(after, given), 'code-wrong');
    expectRefusal(await after.me.post('/mobile-codes', { mobile: one.next }), 'mobile-unchanged');
    expectRefusal(await after.me.post('/mobile-codes', { mobile: '02188776655' }), 'mobile-invalid');
  });
});

describe('SES-6: the session that changes the number', () => {
  test('SES-6: goes on under a new token, and the old one opens nothing', async () => {
    const one = await numbers.candidate();
    const id = await openRegistration(one.me);
    const { body } = await numbers.change(one, await numbers.newCodeOf(one));
    expect(body.token).not.toBe(one.me.token);
    expectRefusal(await one.me.get('/sessions/current'), 'session-expired');
    expectRefusal(await one.me.get(`/registrations/${id}`), 'session-expired');
    expectRefusal(await one.me.post('/mobile-codes', { mobile: somebody() }), 'session-expired');
    const me = one.me.as(body.token);
    expect((await me.get(`/registrations/${id}`)).status).toBe(200);
    const live = await office.fresh
      .owner('sessions as s')
      .join('sessions as before', 'before.replaced_by', 's.id')
      .whereNull('s.ended_at')
      .where('before.token_hash', '<>', '')
      .where('s.device_id', office.fresh.db.sealing.fingerprint('device', DEVICE.id).toString('base64url'))
      .orderBy('s.created_at', 'desc')
      .first('s.expires_at as after', 'before.expires_at as before', 'before.ended_by');
    expect(live).toMatchObject({ ended_by: 'mobile-change' });
    expect(live.after).toEqual(live.before);
  });

  test('SES-6: a repeat whose answer was lost gets the same token by the old one, and nothing else does', async () => {
    const one = await numbers.candidate();
    const [given, key] = [await numbers.newCodeOf(one), randomUUID()];
    const first = await numbers.change(one, given, key);
    expect((await numbers.change(one, given, key)).body).toEqual(first.body);
    expectRefusal(await numbers.change(one, given), 'session-expired');
    expectRefusal(
      await numbers.change(one, { ...given, newMobileCode: '000000' }, key),
      'idempotency-key-reused',
    );
    office.wait(10 * MINUTE_MS);
    expectRefusal(await numbers.change(one, given, key), 'session-expired');
    expect(await desk.smsTo(one.old, 'mobile-changed')).toHaveLength(1);
  });

  test('SES-6: of parallel requests with one key and one code all get the same token', async () => {
    const one = await numbers.candidate();
    const [given, key] = [await numbers.newCodeOf(one), randomUUID()];
    const replies = await Promise.all(Array.from({ length: 5 }, () => numbers.change(one, given, key)));
    expect(new Set(replies.map(({ body }) => body.token)).size).toBe(1);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('SES-5: the old number signs in as somebody new, the new one as the candidate', async () => {
    const one = await numbers.candidate();
    const id = await openRegistration(one.me);
    await numbers.change(one, await numbers.newCodeOf(one));
    office.wait(MINUTE_MS);
    const listOf = async (mobile: string) => {
      const me = await office.signIn({ mobile });
      const { body } = await me.get<{ items: { id: string }[] }>('/registrations');
      return body.items.map((item) => item.id);
    };
    expect(await listOf(one.old)).toEqual([]);
    expect(await listOf(one.next)).toEqual([id]);
  });
});

describe('OTP-9: a new number that is somebody’s', () => {
  /** All of an answer but what names it. */
  const shape = ({ status, headers, body }: Reply<object>) => ({
    status,
    headers: [...headers.keys()].toSorted(),
    body: Object.keys(body).toSorted(),
  });

  test('OTP-9: is answered like one that nobody has, before its code is typed', async () => {
    const one = await numbers.candidate();
    const theirs = await numbers.candidate();
    await openRegistration(theirs.me);
    office.wait(MINUTE_MS);
    const [known, unknown] = [
      await one.me.post('/mobile-codes', { mobile: theirs.old }),
      await one.me.post('/mobile-codes', { mobile: somebody() }),
    ];
    expect(shape(known)).toEqual(shape(unknown));
    const guess = (reply: Reply<object>, code: string) =>
      numbers.change(one, { newMobileCodeId: (reply.body as { id: string }).id, newMobileCode: code });
    const refused = await guess(known, wrong(office.codeFor(theirs.old)));
    expectRefusal(refused, 'code-wrong');
    expect(shape(await guess(unknown, '12345'))).toEqual(shape(refused));
  });

  test('OTP-9: with a registration it stays theirs, and nothing changes for either', async () => {
    const [one, theirs] = [await numbers.candidate(), await numbers.candidate()];
    const id = await openRegistration(theirs.me);
    office.wait(MINUTE_MS);
    const given = await numbers.newCodeOf(one, theirs.old);
    expectRefusal(await numbers.change(one, given), 'mobile-taken');
    expect([await whoIs(one.me), await whoIs(theirs.me)]).toEqual([one.old, theirs.old]);
    // The proof is used up: the answer is given once.
    expectRefusal(await numbers.change(one, given), 'code-used');
    // Somebody who has left again has nothing to lose with the number.
    await office.fresh.owner('registrations').where({ id }).update({ status: 'withdrawn' });
    office.wait(MINUTE_MS);
    expect((await numbers.change(one, await numbers.newCodeOf(one, theirs.old))).status).toBe(200);
  });

  test('OTP-9: without one it comes with its owner, and the session there ends', async () => {
    const [one, theirs] = [await numbers.candidate(), await numbers.candidate()];
    office.wait(MINUTE_MS);
    const { body } = await numbers.change(one, await numbers.newCodeOf(one, theirs.old));
    expect(body.mobile).toBe(theirs.old);
    expectRefusal(await theirs.me.get('/sessions/current'), 'session-expired');
    const left = await office.fresh
      .owner('candidates')
      .whereNull('mobile_hmac')
      .whereNotNull('mobile_sealed');
    expect(left).toEqual([]);
  });

  test('OTP-9: a code to a stranger’s number is counted as a stranger’s, whatever session asks', async () => {
    const one = await numbers.candidate();
    const { newMobileCodeId } = await numbers.newCodeOf(one);
    expect(await desk.rowOf(newMobileCodeId)).toMatchObject({ lane: 'strangers', purpose: 'new-mobile' });
    office.wait(HOUR_MS / 60);
    const own = await numbers.codeOf(one);
    expect(await desk.rowOf(own.codeId)).toMatchObject({ lane: 'own', purpose: 'mobile-change' });
  });

  test('OTP-8: a code to a new number is of no use to another session or device', async () => {
    const [one, other] = [await numbers.candidate(), await numbers.candidate()];
    const given = await numbers.newCodeOf(one);
    expectRefusal(await numbers.change(other, given), 'code-wrong');
    expect(await desk.rowOf(given.newMobileCodeId)).toMatchObject({ attempts: 0, consumed_at: null });
    expect((await desk.open(given.newMobileCodeId, given.newMobileCode)).status).toBe(401);
    expect((await numbers.change(one, given)).status).toBe(200);
  });
});
