/** Opening a registration: who may, when, and once. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO_CONSTITUENCIES, DEMO_ELECTION_ID } from '../../scripts/demo-data.ts';
import { newNationalId, openRegistration, registrationBody, until } from './candidate.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { openRealOffice, soon, type RealOffice } from './office.ts';

let office: RealOffice;
beforeAll(async () => {
  office = await openRealOffice();
});
afterAll(() => office.close());

const DAY_MS = 86_400_000;
const open = (me: ApiClient, changes: object = {}) =>
  me.post<{ id: string }>('/registrations', registrationBody(changes));

/** The day (ISO) on which somebody was born who is this old today, in years and days. */
function bornYearsAgo(years: number, days: number): string {
  const today = new Date(Date.now() + 3.5 * 3_600_000);
  today.setUTCFullYear(today.getUTCFullYear() - years);
  return new Date(today.getTime() - days * DAY_MS).toISOString().slice(0, 10);
}

describe('bad input: opening a registration', () => {
  let me: ApiClient;
  beforeAll(async () => {
    me = await office.signIn();
  });
  afterAll(async () => {
    const kept = await office.fresh.owner('registrations').select('id');
    expect(kept).toHaveLength(0);
  });

  test.each(['0499370898', '1111111111', '049937089', 'abcdefghij'])(
    'the national id %s is national-id-invalid',
    async (nationalId) => {
      expectRefusal(await open(me, { nationalId }), 'national-id-invalid');
    },
  );

  test.each(['2001-02-30', '1380/01/01', '۱۳۸۰-۰۱-۰۱', 'yesterday', ''])(
    'the birth date %p is request-invalid',
    async (birthDate) => {
      expectRefusal(await open(me, { birthDate }), 'request-invalid');
    },
  );

  test('24 years and 364 days are under-age', async () => {
    expectRefusal(await open(me, { birthDate: bornYearsAgo(25, -2) }), 'under-age');
    expectRefusal(await open(me, { birthDate: '2015-01-01' }), 'under-age');
  });

  test('a constituency of another election is constituency-unknown', async () => {
    const other = DEMO_CONSTITUENCIES.find(({ electionId }) => electionId !== DEMO_ELECTION_ID);
    expectRefusal(await open(me, { constituencyId: other?.id }), 'constituency-unknown');
    const nobody = '01990000-0000-7000-8000-0000000000ff';
    expectRefusal(await open(me, { constituencyId: nobody }), 'constituency-unknown');
  });

  test('an election that is not there is not-found', async () => {
    expectRefusal(await open(me, { electionId: '01990000-0000-7000-8000-0000000000ff' }), 'not-found');
  });

  test('DL-1: the day before opening and the second after closing are window-closed, and the key stays free', async () => {
    const windows = () => office.fresh.owner('election_windows').where({ election_id: DEMO_ELECTION_ID });
    const usual = (await windows().first()) as { opens_at: Date; closes_at: Date };
    const key = { 'idempotency-key': 'window' };
    const body = registrationBody();
    await windows().update({ opens_at: new Date(Date.now() + DAY_MS) });
    expectRefusal(await me.post('/registrations', body, key), 'window-closed');
    await windows().update({ opens_at: usual.opens_at, closes_at: new Date(Date.now() - 1000) });
    expectRefusal(await me.post('/registrations', body, key), 'window-closed');
    await windows().update({ opens_at: usual.opens_at, closes_at: usual.closes_at });
  });
});

describe('one registration per person and election', () => {
  test('25 full years today are enough, and Persian digits are', async () => {
    const me = await office.signIn();
    const persian = newNationalId().replace(/\d/gu, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '');
    const opened = await open(me, { nationalId: persian, birthDate: bornYearsAgo(25, 2) });
    expect(opened.status).toBe(201);
  });

  test('a second one of the same candidate is already-registered, also at the same instant', async () => {
    const me = await office.signIn();
    const replies = await Promise.all(Array.from({ length: 5 }, () => open(me)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const reply of replies) if (reply.status !== 201) expectRefusal(reply, 'already-registered');
    expectRefusal(await open(me), 'already-registered');
  });

  test('the national id is taken once the line is confirmed, for everybody else', async () => {
    const nationalId = newNationalId();
    const owner = await office.signIn();
    const id = await openRegistration(owner, { nationalId });
    await until(owner, id, ({ identity }) => identity.line === 'confirmed');
    const squatter = await office.signIn();
    expectRefusal(await open(squatter, { nationalId }), 'already-registered');
  });

  test('at the same instant, by the owner of the line and by somebody else: the line decides', async () => {
    const nationalId = newNationalId();
    const people = [await office.signIn(), await office.signIn()];
    const ids = await Promise.all(people.map((me) => openRegistration(me, { nationalId })));
    const settled = await Promise.all(
      people.map((me, index) => until(me, ids[index] ?? '', ({ identity }) => identity.line !== 'pending')),
    );
    expect(new Set(settled.map((view) => view?.identity.line))).toEqual(new Set(['confirmed', 'refused']));
  });

  test('after a withdrawal a new one is possible', async () => {
    const me = await office.signIn();
    const nationalId = newNationalId();
    const id = await openRegistration(me, { nationalId });
    expect((await me.post(`/registrations/${id}/withdrawal`, { reason: 'سفر' })).status).toBe(200);
    const again = await open(me, { nationalId });
    expect(again.status).toBe(201);
    const list = await me.get<{ items: { id: string }[] }>('/registrations');
    expect(list.body.items.map((item) => item.id)).toEqual([again.body.id, id]);
  });
});

describe('an own registration', () => {
  test('API-2: somebody else’s answers as one that is not there does, on every route', async () => {
    const me = await office.signIn();
    const other = await office.signIn();
    const id = await openRegistration(me);
    const nobody = '01990000-0000-7000-8000-0000000000ff';
    for (const path of ['', '/draft', '/documents', '/messages', '/history', '/events']) {
      const foreign = await other.get(`/registrations/${id}${path}`);
      const missing = await other.get(`/registrations/${nobody}${path}`);
      expectRefusal(foreign, 'not-found');
      const { instance: _i, requestId: _r, ...rest } = foreign.body;
      expect(missing.body).toMatchObject(rest);
    }
    const opened = (await office.fresh.owner('commands').where({ registration_id: id }).first()) as {
      id: string;
    };
    expectRefusal(await other.get(`/commands/${opened.id}`), 'not-found');
    expect((await me.get(`/commands/${opened.id}`)).status).toBe(200);
  });

  test('has an ETag that spares a second reading', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    await until(me, id, ({ identity }) => identity.line === 'confirmed');
    const spared = await soon(async () => {
      const first = await me.get(`/registrations/${id}`);
      const known = { 'if-none-match': first.headers.get('etag') ?? '' };
      const again = await me.get(`/registrations/${id}`, known);
      // What is learnt of the person in between is a change.
      return again.status === 304 && again;
    });
    expect(spared).toMatchObject({ status: 304, body: undefined });
  });

  test('an ETag does not outlive what it stood for: a try that a new day gives back is seen', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    await until(me, id, ({ identity }) => identity.line === 'confirmed');
    // What is learnt of the person makes a new version.
    await office.stage.idle(id);
    await me.post(`/registrations/${id}/card-verifications`, { cardPrefix: '603799', cardSuffix: '1234' });
    const tries = () => office.fresh.owner('card_verifications').where({ registration_id: id });
    const version = async () =>
      (await office.fresh.owner('registrations').where({ id }).first('version')) as { version: number };
    await tries().update({ reason: 'wrong-entry', entered_at: new Date() });
    const before = await version();
    const spent = await me.get(`/registrations/${id}`);
    expect(spent.body['identity']).toMatchObject({ triesLeft: 2 });
    await tries().update({ entered_at: new Date(Date.now() - DAY_MS) });
    expect(await version()).toEqual(before);
    const known = { 'if-none-match': spent.headers.get('etag') ?? '' };
    const next = await me.get(`/registrations/${id}`, known);
    expect([next.status, next.body]).toMatchObject([200, { identity: { triesLeft: 3 } }]);
  });
});
