/** Delivery reports of the SMS provider: from the sandbox over HTTP to the row, and what nobody can do with them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { markSent } from '../../store/sms-reports.ts';
import { beginTry } from '../../store/sms-tries.ts';
import { writeSms } from '../../store/sms.ts';
import { startSandbox, type RunningSandbox } from '../support/sandbox.ts';
import { expectRefusal, type Reply } from './client.ts';
import { openOffice, SMS_REPORT_KEY, soon, type Office } from './office.ts';

const PATH = '/sms-reports/kavenegar';
const FORM = 'application/x-www-form-urlencoded';
/** So long the sandbox waits, that the number of the message is written by then. */
const AFTER_MS = 400;

let office: Office;
let sandbox: RunningSandbox;
beforeAll(async () => {
  office = await openOffice();
  const url = `${office.client.url}/api/v1${PATH}`;
  sandbox = await startSandbox({ smsReports: { url, key: SMS_REPORT_KEY, afterMs: AFTER_MS } });
});
afterAll(async () => {
  await sandbox.stop();
  await office.close();
});

const authorization = (user: string, key: string) =>
  `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
const OURS = { authorization: authorization('kavenegar', SMS_REPORT_KEY), 'content-type': FORM };

function report(form: Record<string, string>, headers: Record<string, string> = OURS): Promise<Reply> {
  return office.client.ask('POST', PATH, { raw: new URLSearchParams(form).toString(), headers });
}

const mobile = '+989120000001';
let number = 100;

/** An SMS that the provider has taken. */
async function sentSms(reference = String((number += 1))): Promise<{ id: string; reference: string }> {
  const { db, owner } = office.fresh;
  const id = await writeSms(db, {
    ...{ registrationId: null, cause: 'test', at: Date.now(), mobile },
    ...{ template: 'approved', parameters: {} },
  });
  const tryId = await beginTry(db, id, 'sms-a');
  await markSent(db, { smsId: id, tryId, provider: 'sms-a', references: [reference] });
  expect(await owner('sms').where({ id }).first('state')).toEqual({ state: 'sent' });
  return { id, reference };
}

const fate = (id: string) =>
  office.fresh.owner('sms').where({ id }).first<{ state: string; settled_at: Date | null }>();

describe('WF-8: delivery reports', () => {
  test('of the sandbox arrive, a moment after it took the message', async () => {
    const sms = {
      kind: 'notice',
      to: mobile,
      text: 'متن',
      reference: '01990000-0000-7000-8000-000000000001',
    } as const;
    const { references } = await sandbox.gateways.sms.send(sms);
    const { id } = await sentSms(references[0]);
    await soon(async () => (await fate(id)).settled_at);
    expect(await fate(id)).toMatchObject({ state: 'delivered', settled_at: expect.any(Date) });
  });

  test('count once, in any order: nothing moves an SMS back', async () => {
    const { id, reference } = await sentSms();
    for (const status of ['10', '10', '5', '11', '1']) {
      expect((await report({ messageid: reference, status })).status).toBe(204);
    }
    expect(await fate(id)).toMatchObject({ state: 'delivered' });
    const before = await fate(id);
    await report({ messageid: reference, status: '10' });
    expect((await fate(id)).settled_at).toEqual(before.settled_at);
  });

  test('say also that it failed, and leave open what is open', async () => {
    const { id, reference } = await sentSms();
    await report({ messageid: reference, status: '5', statustext: 'ارسال به مخابرات', sender: '2000500666' });
    expect(await fate(id)).toMatchObject({ state: 'sent', settled_at: null });
    await report({ messageid: reference, status: '14' });
    expect(await fate(id)).toMatchObject({ state: 'failed', settled_at: expect.any(Date) });
  });

  test('five times the same one count once', async () => {
    const { id, reference } = await sentSms();
    for (let time = 0; time < 5; time += 1) {
      expect((await report({ messageid: reference, status: '10' })).status).toBe(204);
    }
    expect(await fate(id)).toMatchObject({ state: 'delivered' });
  });

  test('before the number of the message is written are not found, and count when they come again', async () => {
    const reference = String((number += 1));
    expectRefusal(await report({ messageid: reference, status: '10' }), 'not-found');
    const { id } = await sentSms(reference);
    expect((await report({ messageid: reference, status: '10' })).status).toBe(204);
    expect(await fate(id)).toMatchObject({ state: 'delivered' });
  });

  test('of a message that is not ours are not found', async () => {
    expectRefusal(await report({ messageid: '9999999999', status: '10' }), 'not-found');
  });
});

describe('WF-8: bad input: delivery reports', () => {
  test.each([
    ['nobody', undefined],
    ['another key', authorization('kavenegar', `${SMS_REPORT_KEY}x`)],
    ['another name', authorization('melipayamak', SMS_REPORT_KEY)],
    ['a session', `Bearer ${'A'.repeat(43)}`],
    ['no Basic', 'Basic ???'],
  ])('of %s are refused, and change nothing', async (_who, shown) => {
    const { id, reference } = await sentSms();
    const headers = { 'content-type': FORM, ...(shown === undefined ? {} : { authorization: shown }) };
    const reply = await report({ messageid: reference, status: '10' }, headers);
    expectRefusal(reply, 'provider-unknown');
    expect(reply.headers.get('www-authenticate')).toBe('Basic realm="reports"');
    expect(await fate(id)).toMatchObject({ state: 'sent', settled_at: null });
  });

  test.each([
    ['no number', { status: '10' }],
    ['no status', { messageid: '101' }],
    ['a number with a NUL', { messageid: '101\0', status: '10' }],
    ['a status in words', { messageid: '101', status: 'delivered' }],
    ['a number without an end', { messageid: '1'.repeat(40), status: '10' }],
  ] as [string, Record<string, string>][])('with %s are invalid', async (_what, form) => {
    expectRefusal(await report(form), 'request-invalid');
  });

  test('in JSON or without an end are refused', async () => {
    const json = { ...OURS, 'content-type': 'application/json' };
    expectRefusal(await office.client.ask('POST', PATH, { raw: '{}', headers: json }), 'media-type');
    const endless = `messageid=1&status=10&x=${'x'.repeat(70_000)}`;
    expectRefusal(await office.client.ask('POST', PATH, { raw: endless, headers: OURS }), 'body-too-large');
  });
});
