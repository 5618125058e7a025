/** A change of the number by the store alone: a session and the code to a new number, without the API. */
import { createHash, randomUUID } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { Database } from '../../store/database.ts';
import { changeMobile, type ChangedMobile } from '../../store/mobile-change.ts';
import { requestCode, takeCodeToSend } from '../../store/one-time-codes.ts';
import { signIn } from '../../store/sign-in.ts';
import { getSession } from '../../store/sessions.ts';
import { TEST_KEYS } from './keys.ts';

const KEYS = { codeKey: TEST_KEYS.code, sessionKey: TEST_KEYS.session };

let numbers = 0;
/** The token by which a candidate's session goes on. */
const tokens = new Map<string, string>();

const keyOf = (scope: string) => ({
  ...{ scope, key: randomUUID() },
  bodyHash: createHash('sha256').update('body').digest(),
});

/** Gives the new number (`+989…`) and the commands that are to be handed on. */
export async function newNumber(
  db: Database,
  { candidateId }: { readonly candidateId: string },
): Promise<ChangedMobile & { readonly mobile: string }> {
  numbers += 1;
  const mobile = `+98934${String((Date.now() % 10_000) * 1_000 + numbers).padStart(7, '0')}`;
  const session = await sessionOf(db, candidateId);
  const binding = { purpose: 'new-mobile', deviceId: session.device.id, sessionId: session.id } as const;
  const code = await codeTo(db, { ...binding, mobile });
  const changed = await changeMobile(db, {
    ...{ session, ...code, ...KEYS, now: Date.now() },
    idempotency: keyOf(`candidate:${candidateId}`),
  });
  tokens.set(candidateId, changed.token);
  return { ...changed, mobile };
}

interface Wish {
  readonly purpose: 'sign-in' | 'new-mobile';
  readonly deviceId: string;
  readonly sessionId: string | null;
  readonly mobile: string;
}

async function codeTo(db: Database, wish: Wish): Promise<{ codeId: string; code: string }> {
  const { id } = await requestCode(db, {
    ...{ ...wish, registrationId: null, lifeSeconds: 120, codeKey: TEST_KEYS.code, now: Date.now() },
    idempotency: keyOf(`device:${wish.deviceId}`),
  });
  return { codeId: id, code: (await takeCodeToSend(db, id, Date.now()))?.code ?? '' };
}

/** The candidate signs in, or goes on after an earlier change. */
async function sessionOf(db: Database, candidateId: string) {
  const going = tokens.get(candidateId);
  if (going !== undefined) return getSession(db, going, Date.now());
  const row = await db.knex('candidates').where({ id: candidateId }).first<{ mobile_sealed: Buffer }>();
  const place = { table: 'candidates', column: 'mobile_sealed', row: candidateId };
  const mobile = db.sealing.open(place, row.mobile_sealed).toString();
  const device = { id: newId(), kind: 'api', name: 'Test' } as const;
  const code = await codeTo(db, { purpose: 'sign-in', deviceId: device.id, sessionId: null, mobile });
  const { token } = await signIn(db, {
    ...{ ...code, ...KEYS, device, now: Date.now() },
    idempotency: keyOf(`device:${device.id}`),
  });
  return getSession(db, token, Date.now());
}
