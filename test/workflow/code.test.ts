/** The SMS with a one-time code: sent while it lives, and in no payload. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GatewayError } from '../../activities/gateways/gateway-error.ts';
import { forgetCode, requestCode, wipeEndedCodes } from '../../store/one-time-codes.ts';
import { CODE_WORKFLOW, codeStartOf } from '../../workflows/protocol.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { idempotency } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

let mobiles = 0;

async function newCode() {
  mobiles += 1;
  const mobile = `+98935${String(mobiles).padStart(7, '0')}`;
  const binding = { purpose: 'sign-in', deviceId: 'device', sessionId: null, registrationId: null } as const;
  const request = { mobile, lifeSeconds: 120, codeKey: TEST_KEYS.code, now: Date.now() };
  const code = await requestCode(stage.fresh.db, {
    ...binding,
    ...request,
    idempotency: idempotency('device:1'),
  });
  return { ...code, mobile };
}

function send(codeId: string, expiresAt: number): Promise<unknown> {
  const options = codeStartOf({ codeId, expiresAt }, { queueSuffix: stage.queueSuffix });
  return stage.temporal.client.workflow.execute(CODE_WORKFLOW, options);
}

const sentTo = (mobile: string) => stage.world.sent.filter(({ to }) => to === mobile);

test('goes out once, with the code in its text, and the sealed copy is wiped', async () => {
  const { id, mobile, expiresAt } = await newCode();
  expect(await send(id, expiresAt.getTime())).toBe('sent');
  expect(sentTo(mobile)).toMatchObject([{ kind: 'code', reference: id }]);
  const row = await stage.fresh.db.knex('one_time_codes').where({ id }).first('code_sealed', 'sent_at');
  expect(row).toMatchObject({ code_sealed: null, sent_at: expect.any(Date) });
  await expect(send(id, expiresAt.getTime())).rejects.toThrow('already started');
  expect(sentTo(mobile)).toHaveLength(1);
});

test('WF-6: a gateway that fails is asked again, until it works or the code has ended', async () => {
  const gateway = stage.world.gateways.sms['sms-a'];
  const honest = gateway.send;
  let refusals = 2;
  gateway.send = (sms) => {
    refusals -= 1;
    if (refusals < 0) return honest(sms);
    throw new GatewayError('unavailable', 'sms: away', { retryable: true });
  };
  const patient = await newCode();
  expect(await send(patient.id, patient.expiresAt.getTime())).toBe('sent');
  expect(sentTo(patient.mobile)).toHaveLength(1);
  refusals = Infinity;
  const late = await newCode();
  expect(await send(late.id, Date.now() + 1_500)).toBe('unsent');
  gateway.send = honest;
});

test('a code that has been replaced or has ended is not sent', async () => {
  const { id, mobile } = await newCode();
  await stage.fresh.db.knex('one_time_codes').where({ id }).update({ superseded_at: new Date() });
  expect(await send(id, Date.now() + 60_000)).toBe('unsent');
  expect(await send('01990000-0000-7000-8000-0000000000ff', Date.now() - 1)).toBe('unsent');
  expect(sentTo(mobile)).toHaveLength(0);
});

const sealedOf = async (id: string) =>
  (
    await stage.fresh.db
      .knex('one_time_codes')
      .where({ id })
      .first<{ code_sealed: Buffer | null }>('code_sealed')
  ).code_sealed;

test('the sealed copy of a code that ends unsent is wiped: expired, replaced, used', async () => {
  const [expired, replaced, used, alive] = [
    await newCode(),
    await newCode(),
    await newCode(),
    await newCode(),
  ];
  const change = (id: string, columns: object) =>
    stage.fresh.db.knex('one_time_codes').where({ id }).update(columns);
  const now = Date.now();
  await change(expired.id, { expires_at: new Date(now - 1) });
  await change(replaced.id, { superseded_at: new Date(now - 10_000) });
  await change(used.id, { consumed_at: new Date(now) });
  expect(await wipeEndedCodes(stage.fresh.db, now)).toBeGreaterThanOrEqual(3);
  expect(await Promise.all([expired, replaced, used].map(({ id }) => sealedOf(id)))).toEqual([
    null,
    null,
    null,
  ]);
  expect(await sealedOf(alive.id)).toBeInstanceOf(Buffer);
  expect(await wipeEndedCodes(stage.fresh.db, now)).toBe(0);
});

test('a code whose successor could not be sent lives on, and is still there to be sent', async () => {
  const binding = { purpose: 'sign-in', deviceId: 'device', sessionId: null, registrationId: null } as const;
  const at = Date.now();
  const request = (now: number) => ({
    ...{ ...binding, mobile: '+989361111111', lifeSeconds: 120, codeKey: TEST_KEYS.code, now },
    idempotency: idempotency('device:1'),
  });
  const first = await requestCode(stage.fresh.db, request(at - 61_000));
  const next = request(at);
  const second = await requestCode(stage.fresh.db, next);
  await wipeEndedCodes(stage.fresh.db, at + 1_000);
  expect(await forgetCode(stage.fresh.db, second.id, next.idempotency)).toBe(true);
  expect(await send(first.id, first.expiresAt.getTime())).toBe('sent');
});
