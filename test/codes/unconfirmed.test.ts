/** Our side cannot send the code: the submission counts all the same, is stamped so, and waits for its code. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCodeSender } from '../../api/engine.ts';
import type { CodeSender, Services } from '../../api/services.ts';
import { GatewayError } from '../../activities/gateways/gateway-error.ts';
import { connectTemporal } from '../../platform/temporal-client.ts';
import { anyPort } from '../../scripts/ports.ts';
import { findReview } from '../../store/review.ts';
import { DEMO_STAFF } from '../../scripts/demo-data.ts';
import { decide, ready, submit, until, viewOf, VILLAGE, type DraftBody } from '../api/candidate.ts';
import { expectRefusal, type ApiClient } from '../api/client.ts';
import { openRealOffice, soon, type RealOffice } from '../api/office.ts';
import { refusalOf } from '../workflow/candidacy.ts';
import { HOUR_MS, MINUTE_MS, somebody } from './office.ts';

let office: RealOffice;
beforeAll(async () => {
  office = await openRealOffice({ clockStands: true });
});
afterAll(() => office.close());

interface Ready {
  readonly me: ApiClient;
  readonly mobile: string;
  readonly id: string;
}

/** All is filled in, and the last code is ten minutes old. */
async function readyForCode(): Promise<Ready> {
  const mobile = somebody();
  const me = await office.signIn({ mobile });
  const id = await ready(me, office.stage);
  office.wait(11 * MINUTE_MS);
  return { me, mobile, id };
}

interface Accepted {
  readonly confirmation: string;
  readonly notice: string;
  readonly preliminaryCode: string;
  readonly id: string;
}

async function submitWith({ me, id }: Ready, code: object = {}, headers: Record<string, string> = {}) {
  const draft = await me.get<DraftBody>(`/registrations/${id}/draft`);
  const match = { 'if-match': draft.headers.get('etag') ?? '' };
  return me.post<Accepted>(
    `/registrations/${id}/submission`,
    { declaration: true, ...code },
    { ...match, ...headers },
  );
}

function askCode({ me, id }: Ready, purpose: 'submission' | 'withdrawal' = 'submission') {
  return me.post<{ id: string }>('/confirmation-codes', { purpose, registrationId: id });
}

const confirm = ({ me, id }: Ready, code: object) =>
  me.post(`/registrations/${id}/submission-confirmation`, code);

/** The gateway takes nothing until the call that this returns. */
function refuseAllSms(): () => void {
  const gateway = office.stage.world.gateways.sms['sms-a'];
  const honest = gateway.send;
  gateway.send = () => Promise.reject(new GatewayError('unavailable', 'sms: refuses', { retryable: true }));
  return () => void (gateway.send = honest);
}

/** Temporal cannot be reached by the API: a real client in front of a port that nobody listens on. */
async function engineAway(): Promise<() => Promise<void>> {
  const services = office.services as { -readonly [Name in keyof Services]: Services[Name] };
  const real: CodeSender = services.codes;
  const payloadKey = Buffer.alloc(32, 7);
  const nowhere = await connectTemporal({
    ...{ address: `127.0.0.1:${await anyPort()}`, namespace: 'default', payloadKey },
  });
  services.codes = createCodeSender(nowhere, office.stage);
  return async () => {
    services.codes = real;
    await nowhere.close();
  };
}

const codesOf = ({ mobile }: Pick<Ready, 'mobile'>): number =>
  office.stage.world.sent.filter(({ kind, to }) => kind === 'code' && to === mobile.replace(/^0/u, '+98'))
    .length;

/** Asks for a code and waits until it has arrived, and until it is known here that it was sent. */
async function codeOnPhone(
  one: Pick<Ready, 'mobile'>,
  ask: () => Promise<{ readonly body: { readonly id: string } }>,
): Promise<{ codeId: string; code: string }> {
  const before = codesOf(one);
  const { body } = await ask();
  await soon(() => codesOf(one) > before);
  const row = office.fresh.owner('one_time_codes').where({ id: body.id }).whereNotNull('sent_at');
  expect(await soon(() => row.clone().first())).toBeDefined();
  return { codeId: body.id, code: office.codeFor(one.mobile) };
}

const REVIEWER = DEMO_STAFF.find(({ governorate }) => governorate === VILLAGE?.governorate);

async function reviewOf(id: string) {
  const staff = await office.fresh
    .owner('staff')
    .where({ id: REVIEWER?.id ?? '' })
    .first();
  return findReview(office.fresh.panel(), staff as never, id);
}

describe('a code that our side could not send', () => {
  test('SES-5: the engine is away: accepted at once and stamped, not decided on, confirmed afterwards', async () => {
    const one = await readyForCode();
    const back = await engineAway();
    expectRefusal(await submitWith(one), 'fresh-code-required');
    const unsent = await askCode(one);
    expectRefusal(unsent, 'codes-unavailable');
    expect(unsent.body).toMatchObject({ detail: expect.stringContaining('بدون کد بفرستید') });
    const receipt = await submitWith(one);
    expect(receipt.status).toBe(200);
    expect(receipt.body).toMatchObject({
      confirmation: 'awaited',
      notice: expect.stringContaining('کد تازه بگیرید'),
      preliminaryCode: expect.stringMatching(/^\d{4}-/u),
    });
    const view = await until(one.me, one.id, ({ status }) => status === 'under-review');
    expect(view).toMatchObject({ confirmation: 'awaited', whoseMove: 'candidate', revision: 1 });
    await back();

    for (const kind of ['approval', 'rejection', 'corrections'] as const) {
      const defects = [{ target: '/documents/photo', reason: 'document-unreadable' }];
      const decision = { kind, revision: 1, reason: 'legal-bar', defects };
      expect(await refusalOf(decide(office.stage, one.id, decision))).toBe('awaiting-code');
    }
    expect(await reviewOf(one.id)).toMatchObject({ confirmation: 'awaited', offered: [] });

    // Confirmed with a code that was asked for when our side could send again.
    const code = await codeOnPhone(one, () => askCode(one));
    expect((await confirm(one, code)).status).toBe(200);
    expect(await viewOf(one.me, one.id)).toMatchObject({ confirmation: 'given', whoseMove: 'governorate' });
    expectRefusal(await confirm(one, {}), 'already-confirmed');
    expect((await reviewOf(one.id))?.offered).toContain('approval');
    await decide(office.stage, one.id, { kind: 'approval', revision: 1 });
    expect((await viewOf(one.me, one.id)).status).toBe('approved');
    const [revision] = (await office.fresh
      .owner('revisions')
      .where({ registration_id: one.id })) as unknown[];
    expect(revision).toMatchObject({
      confirmation: 'given',
      code_asked_at: expect.any(Date),
      confirmed_at: expect.any(Date),
    });
  });

  test('SES-5: the gateway refuses: accepted ten seconds after the code was asked for; told when it takes SMS again', async () => {
    const one = await readyForCode();
    const open = refuseAllSms();
    const asked = await askCode(one);
    expect(asked.status).toBe(202);
    expectRefusal(await submitWith(one), 'fresh-code-required');
    office.wait(10_000);
    const receipt = await submitWith(one);
    expect(receipt.body).toMatchObject({ confirmation: 'awaited' });
    const to = one.mobile.replace(/^0/u, '+98');
    const told = () => office.stage.world.sent.filter((sms) => sms.to === to && sms.kind === 'notice');
    const before = told().length;
    open();
    await soon(() => told().length > before);
    expect(told().at(-1)?.text).toContain('تأیید ارسال');
    const { body } = await one.me.get<{ items: { text: string }[] }>(`/registrations/${one.id}/messages`);
    expect(body.items.at(-1)?.text).toContain('کد تازه بگیرید');
  });

  test('SES-5: the provider reports that the code did not arrive: it counts as one that we could not send', async () => {
    const one = await readyForCode();
    const { codeId } = await codeOnPhone(one, () => askCode(one));
    office.wait(10_000);
    expectRefusal(await submitWith(one), 'fresh-code-required');
    const sms = office.fresh.owner('sms').where({ id: codeId });
    await soon(async () => ((await sms.clone()) as { state: string }[])[0]?.state === 'sent');
    await sms.clone().update({ state: 'failed' });
    expect((await submitWith(one)).body).toMatchObject({ confirmation: 'awaited' });
  });

  test('SES-5: nobody can claim it: what was sent has to be typed, and a refused request proves nothing twice', async () => {
    const one = await readyForCode();
    // Sent, and lying on the owner's phone: a thief with the token has no use of it.
    await codeOnPhone(one, () => askCode(one));
    office.wait(30_000);
    expectRefusal(await submitWith(one), 'fresh-code-required');
    office.wait(3 * MINUTE_MS);
    expectRefusal(await submitWith(one), 'fresh-code-required');
    // Too many requests are the caller's doing, not our outage.
    await codeOnPhone(one, () => askCode(one));
    expectRefusal(await askCode(one), 'too-many-codes');
    office.wait(30_000);
    expectRefusal(await submitWith(one), 'fresh-code-required');
    expect((await viewOf(one.me, one.id)).status).toBe('awaiting-submission');

    // An outage of ten minutes ago counts no more.
    const other = await readyForCode();
    const back = await engineAway();
    expectRefusal(await askCode(other), 'codes-unavailable');
    await back();
    office.wait(10 * MINUTE_MS);
    expectRefusal(await submitWith(other), 'fresh-code-required');
  });

  test('SES-5: an outage that another session met helps nobody', async () => {
    const one = await readyForCode();
    const back = await engineAway();
    expectRefusal(await askCode(one), 'codes-unavailable');
    await back();
    office.wait(2 * MINUTE_MS);
    const device = { id: 'elsewhere', kind: 'api', name: 'Elsewhere' };
    const code = await codeOnPhone(one, () =>
      office.client.post<{ id: string }>('/sign-in-codes', { mobile: one.mobile, device: { id: device.id } }),
    );
    const { body } = await office.client.post<{ token: string }>('/sessions', { ...code, device });
    // As if that sign-in were ten minutes old, while the outage is not.
    const confirmedAt = new Date(office.services.now() - 10 * MINUTE_MS);
    await office.fresh.owner('sessions').whereNull('ended_at').update({ confirmed_at: confirmedAt });
    expectRefusal(await submitWith({ ...one, me: office.client.as(body.token) }), 'fresh-code-required');
  });

  test('SES-5, OTP-10: the limits of sending cannot be asked: no code, and the submission is accepted', async () => {
    const one = await readyForCode();
    await office.fresh.owner.raw('alter table rate_limits rename to rate_limits_away');
    expectRefusal(await askCode(one), 'codes-unavailable');
    const receipt = await submitWith(one);
    await office.fresh.owner.raw('alter table rate_limits_away rename to rate_limits');
    expect(receipt.body).toMatchObject({ confirmation: 'awaited' });
    await until(one.me, one.id, ({ status }) => status === 'under-review');
  });

  test('SES-5: a withdrawal waits until a code can be sent', async () => {
    const one = await readyForCode();
    const back = await engineAway();
    expectRefusal(await askCode(one, 'withdrawal'), 'codes-unavailable');
    expectRefusal(await one.me.post(`/registrations/${one.id}/withdrawal`, {}), 'fresh-code-required');
    // Nor does it prove anything for a submission.
    expectRefusal(await submitWith(one), 'fresh-code-required');
    await back();
  });

  test('a submission with its code is confirmed, and needs no further one', async () => {
    const one = await readyForCode();
    office.wait(HOUR_MS / 4);
    const receipt = await submitWith(one, await codeOnPhone(one, () => askCode(one)));
    expect(receipt.body).toMatchObject({ confirmation: 'given' });
    await until(one.me, one.id, ({ status }) => status === 'under-review');
    expectRefusal(await confirm(one, {}), 'already-confirmed');
    expectRefusal(await submit(one.me, one.id), 'not-your-move');
  });
});
