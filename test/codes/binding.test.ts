/** OTP-8: a code is good for what it was asked for, where it was asked for, and for nothing else. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Refusal } from '../../domain/refusal.ts';
import { confirmSession, getSession, type Session } from '../../store/sessions.ts';
import { registrationBody } from '../api/candidate.ts';
import { DEVICE, openOffice, type Office } from '../api/office.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { deskOfCodes, somebody } from './office.ts';

let office: Office;
let desk: ReturnType<typeof deskOfCodes>;
beforeAll(async () => {
  office = await openOffice();
  desk = deskOfCodes(office);
});
afterAll(() => office.close());

interface Situation {
  readonly session: Session;
  readonly purpose: 'submission' | 'withdrawal';
  readonly registrationId: string;
  readonly codeId: string;
}

/** A candidate with a registration and a code to submit it; the code is on their phone. */
async function withCode() {
  const mobile = somebody();
  const me = await office.signIn({ mobile });
  const opened = await me.post<{ id: string }>('/registrations', registrationBody());
  office.wait(61_000);
  const body = { purpose: 'submission', registrationId: opened.body.id };
  const sent = await me.post<{ id: string }>('/confirmation-codes', body);
  const session = await getSession(office.fresh.db, me.token ?? '', office.services.now());
  const right: Situation = {
    ...{ session, purpose: 'submission', registrationId: opened.body.id, codeId: sent.body.id },
  };
  return { mobile, me, right, code: office.codeFor(mobile) };
}

async function attempt(situation: Situation, code: string): Promise<string> {
  const now = office.services.now();
  try {
    await confirmSession(office.fresh.db, { ...situation, code, codeKey: TEST_KEYS.code, now });
    return 'confirmed';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

type Owner = Awaited<ReturnType<typeof withCode>>;
type Change = (owner: Owner, other: Owner) => Situation;

/** One binding changed, everything else as it was asked for. */
const CHANGED: readonly (readonly [string, Change])[] = [
  [
    'session',
    ({ right }, other) => ({ ...right, session: { ...right.session, id: other.right.session.id } }),
  ],
  [
    'device',
    ({ right }) => ({ ...right, session: { ...right.session, device: { ...DEVICE, id: 'another' } } }),
  ],
  ['purpose', ({ right }) => ({ ...right, purpose: 'withdrawal' })],
  ['registration', ({ right }, other) => ({ ...right, registrationId: other.right.registrationId })],
  ['code', ({ right }, other) => ({ ...right, codeId: other.right.codeId })],
  ['code that never was', ({ right }) => ({ ...right, codeId: randomUUID() })],
];

describe('OTP-8', () => {
  let owner: Owner;
  let other: Owner;
  beforeAll(async () => {
    owner = await withCode();
    other = await withCode();
  });

  test.each(CHANGED)(
    'OTP-8: with another %s it is refused, and costs its owner no try',
    async (_what, change) => {
      expect(await attempt(change(owner, other), owner.code)).toBe('code-wrong');
      for (const { right, mobile } of [owner, other]) {
        expect(await desk.rowOf(right.codeId)).toMatchObject({ attempts: 0, consumed_at: null });
        expect(await desk.failuresOf(mobile).where({ lane: 'own' }).andWhere('failures', '>', 0)).toEqual([]);
      }
    },
  );

  test('OTP-8: with another number it is refused, and costs its owner no try', async () => {
    const candidate = { id: owner.right.session.candidateId };
    const [before] = (await office.fresh.owner('candidates').where(candidate)) as { mobile_hmac: Buffer }[];
    const moved = office.fresh.db.sealing.fingerprint('mobile', '+989000000000');
    await office.fresh.owner('candidates').where(candidate).update({ mobile_hmac: moved });
    expect(await attempt(owner.right, owner.code)).toBe('code-wrong');
    expect(await desk.rowOf(owner.right.codeId)).toMatchObject({ attempts: 0 });
    await office.fresh.owner('candidates').where(candidate).update({ mobile_hmac: before?.mobile_hmac });
  });

  test('OTP-8: it opens no session, and the code of a sign-in confirms nothing', async () => {
    expect((await desk.open(owner.right.codeId, owner.code)).status).toBe(401);
    const mobile = somebody();
    const sent = await desk.ask(mobile);
    const elsewhere = { ...owner.right, codeId: sent.body.id };
    expect(await attempt(elsewhere, office.codeFor(mobile))).toBe('code-wrong');
    for (const id of [sent.body.id, owner.right.codeId]) {
      expect(await desk.rowOf(id)).toMatchObject({ attempts: 0 });
    }
  });

  test('OTP-8: after all of that its owner uses it, once', async () => {
    expect(await attempt(owner.right, owner.code)).toBe('confirmed');
    expect(await attempt(owner.right, owner.code)).toBe('code-used');
  });
});
