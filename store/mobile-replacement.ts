/**
 * Another number for a candidate who has lost the line, and so cannot confirm the change with a code: the help line has
 * seen who it is (docs/operations.md). Every open registration asks anew whose the line is, as after every change.
 */
import { v7 as newId } from 'uuid';
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import { inTransaction, type Database } from './database.ts';
import { hasToLose, lockCandidates, moveNumber } from './mobile-move.ts';
import type { SessionRow } from './sessions.ts';

interface Replacement {
  /** Both `+989…` */
  readonly old: string;
  readonly mobile: string;
  readonly now: Instant;
}

/**
 * Replaces the number and ends the candidate's session; the worker's rounds tell the registrations.
 * @throws Refusal `not-found` when nobody has the old number, `mobile-unchanged`, `mobile-taken`
 */
export function replaceMobile(db: Database, { old, mobile, now }: Replacement): Promise<void> {
  const [oldHmac, mobileHmac] = [old, mobile].map((one) => db.sealing.fingerprint('mobile', one)) as [
    Buffer,
    Buffer,
  ];
  return inTransaction(db, async (tx) => {
    const found = await tx
      .knex('candidates')
      .where({ mobile_hmac: oldHmac })
      .first<{ id: string } | undefined>('id');
    if (found === undefined) throw new Refusal('not-found');
    const { own, other } = await lockCandidates(tx, found.id, mobileHmac);
    if (own?.mobile_sealed == null || !own.mobile_hmac?.equals(oldHmac)) throw new Refusal('not-found');
    if (other?.id === own.id) throw new Refusal('mobile-unchanged');
    if (other !== undefined && (await hasToLose(tx, other.id))) throw new Refusal('mobile-taken');
    await moveNumber(tx, {
      ...{
        id: newId(),
        own: { ...own, mobile_sealed: own.mobile_sealed },
        other,
        mobile,
        mobileHmac,
        at: now,
      },
      actor: { kind: 'system', id: null },
    });
    await tx
      .knex<SessionRow>('sessions')
      .where({ candidate_id: own.id, ended_at: null })
      .update({ ended_at: new Date(now), ended_by: 'sign-out' });
  });
}
