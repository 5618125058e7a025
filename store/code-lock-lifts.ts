/** The desk lifts the lock of a number that wrong codes have closed (OTP-5): what it sees of it, and what it leaves. */
import { v7 as newId } from 'uuid';
import { lifted, type CodeLane } from '../domain/code-lock.ts';
import type { Instant } from '../domain/registration.ts';
import { writeAudit } from './audit.ts';
import { lockOfRow, type FailureRow } from './code-failures.ts';
import { inTransaction, type Database } from './database.ts';
import { writeSms } from './sms.ts';
import type { Staff } from './staff.ts';
import { inScope, readAs } from './worklist.ts';

export interface LockedLane {
  readonly lane: CodeLane;
  readonly failures: number;
  /** ISO time of the last wrong try; while it is locked none is counted. */
  readonly since: string | null;
  /** ISO time when it opens by itself; null when only the desk opens it. */
  readonly until: string | null;
}

export interface LockLift {
  readonly at: string;
  /** Null for the operator's command. */
  readonly by: string | null;
  readonly reason: string | null;
}

export interface NumberLock {
  readonly lanes: readonly LockedLane[];
  /** When it was lifted before, newest first. */
  readonly earlier: readonly LockLift[];
}

interface LiftRow {
  id: string;
  mobile_hmac: Buffer;
  failures: number;
  reason_sealed: Buffer | null;
  lifted_by: string | null;
  governorate: string | null;
  lifted_at: Date;
}

const EARLIER_MAX = 10;

export const liftReasonPlace = (row: string) => ({ table: 'code_lock_lifts', column: 'reason_sealed', row });

const hmacOf = (db: Database, mobile: string): Buffer => db.sealing.fingerprint('mobile', mobile);

const candidateOf = ({ knex }: Database, mobileHmac: Buffer): Promise<{ id: string } | undefined> =>
  knex('candidates').where({ mobile_hmac: mobileHmac }).first('id');

/** Strangers' lane first, as a right code locks them (`forgiveFailures`): otherwise the two could wait for each other. */
const lanesOf = ({ knex }: Database, mobileHmac: Buffer) =>
  knex<FailureRow>('code_failures').where({ mobile_hmac: mobileHmac }).orderBy('lane', 'desc').select('*');

/** The connections of a member of staff: `app` for what only it may read and change, `panel` for what is in the scope. */
interface LockDesk {
  readonly app: Database;
  readonly panel: Database;
  readonly staff: Staff;
}

/**
 * Headquarters reaches every number: whoever calls the help line may not have signed in yet, and so belongs nowhere. A
 * reviewer reaches those whose candidate has a registration in the own governorate, and no other.
 */
async function inReach({ app, panel, staff }: LockDesk, mobileHmac: Buffer): Promise<boolean> {
  if (staff.role === 'headquarters') return true;
  const candidate = await candidateOf(app, mobileHmac);
  if (candidate === undefined) return false;
  const file = await readAs(panel, staff, ({ knex }) =>
    inScope(knex('registrations'), staff)
      .where({ candidate_id: candidate.id })
      .first<{ id: string } | undefined>('id'),
  );
  return file !== undefined;
}

interface Asked {
  /** `+989…` */
  readonly mobile: string;
  readonly now: Instant;
}

/** The lock of a number; undefined when it has none, or is not in the reach of this member of staff. Audited. */
export async function findLock(desk: LockDesk, { mobile, now }: Asked): Promise<NumberLock | undefined> {
  const { app, staff } = desk;
  const mobileHmac = hmacOf(app, mobile);
  const rows = (await inReach(desk, mobileHmac)) ? await lanesOf(app, mobileHmac) : [];
  const lanes = rows.flatMap((row) => lockedLane(row, now));
  await writeAudit(app, {
    actor: { kind: 'staff', id: staff.id },
    action: 'code-lock-looked-up',
    ...(lanes.length > 0 ? await subjectOf(app, mobileHmac) : NOBODY),
    governorate: staff.governorate,
    detail: { found: lanes.length > 0 },
  });
  return lanes.length > 0 ? { lanes, earlier: await earlierLifts(app, mobileHmac) } : undefined;
}

function lockedLane(row: FailureRow, now: Instant): LockedLane[] {
  const lock = lockOfRow(row, now);
  if (lock.state === 'open') return [];
  const until = lock.state === 'locked' ? new Date(now + lock.seconds * 1_000).toISOString() : null;
  const { lane, failures, last_failed_at: since } = row;
  return [{ lane, failures, since: since?.toISOString() ?? null, until }];
}

async function earlierLifts(db: Database, mobileHmac: Buffer): Promise<LockLift[]> {
  const rows = await db
    .knex<LiftRow>('code_lock_lifts as l')
    .leftJoin('staff as s', 's.id', 'l.lifted_by')
    .where({ mobile_hmac: mobileHmac })
    .orderBy('l.lifted_at', 'desc')
    .limit(EARLIER_MAX)
    .select<(Pick<LiftRow, 'id' | 'lifted_at' | 'reason_sealed'> & { name: string | null })[]>(
      'l.id',
      'l.lifted_at',
      'l.reason_sealed',
      's.name',
    );
  return rows.map(({ id, lifted_at: at, reason_sealed: sealed, name: by }) => ({
    at: at.toISOString(),
    by,
    reason: sealed && db.sealing.open(liftReasonPlace(id), sealed).toString(),
  }));
}

/** Whose number it is stands nowhere in the audit; of a candidate our own id does. */
const NOBODY = { subject: { kind: 'mobile', id: null } } as const;

async function subjectOf(db: Database, mobileHmac: Buffer) {
  const candidate = await candidateOf(db, mobileHmac);
  return candidate === undefined ? NOBODY : { subject: { kind: 'candidate', id: candidate.id } };
}

interface Lift extends Asked {
  /** Null for the operator, who is asked for no reason. */
  readonly by: { readonly staff: Pick<Staff, 'id' | 'governorate'>; readonly reason: string } | null;
}

/**
 * Lifts the lock of a number as domain/code-lock.ts has it, notes who did it and why, and tells the number by SMS: its
 * owner asks for a new code, or hears that somebody else called. Returns false when nothing was locked.
 */
export function liftLock(db: Database, { mobile, now, by }: Lift): Promise<boolean> {
  const mobileHmac = hmacOf(db, mobile);
  return inTransaction(db, async (tx) => {
    const rows = await lanesOf(tx, mobileHmac).forUpdate();
    const locked = rows.filter((row) => lockOfRow(row, now).state !== 'open');
    if (locked.length === 0) return false;
    for (const { lane, failures } of locked) {
      const { count } = lifted({ count: failures, lastAt: null });
      await tx
        .knex<FailureRow>('code_failures')
        .where({ mobile_hmac: mobileHmac, lane })
        .update({ failures: count, last_failed_at: null });
    }
    const failures = Math.max(...locked.map((row) => row.failures));
    const id = newId();
    await tx.knex<LiftRow>('code_lock_lifts').insert({
      ...{ id, mobile_hmac: mobileHmac, failures, lifted_at: new Date(now) },
      reason_sealed: by && tx.sealing.seal(liftReasonPlace(id), by.reason),
      lifted_by: by && by.staff.id,
      governorate: by && by.staff.governorate,
    });
    await writeAudit(tx, {
      actor: by ? { kind: 'staff', id: by.staff.id } : { kind: 'system', id: null },
      action: 'code-lock-lifted',
      ...(await subjectOf(tx, mobileHmac)),
      governorate: by?.staff.governorate ?? null,
      detail: { failures, lift: id },
    });
    await writeSms(tx, {
      ...{ registrationId: null, cause: id, template: 'lock-lifted', parameters: {} },
      ...{ mobile, at: now },
    });
    return true;
  });
}

/** The same, for a member of staff who has to be able to reach the number; false when it is not theirs to lift, too. */
export async function liftLockAs(
  desk: LockDesk,
  asked: Asked & { readonly reason: string },
): Promise<boolean> {
  const { app, staff } = desk;
  const { reason, ...which } = asked;
  if (!(await inReach(desk, hmacOf(app, which.mobile)))) return false;
  return liftLock(app, { ...which, by: { staff, reason } });
}
