/**
 * Proposals to prove an identity in person: what one member of staff has seen, until a second one confirms or declines
 * it, the first takes it back, or its time is over. Each step locks the registration's row first, as every door does;
 * that nobody confirms their own is a constraint of the table too.
 */
import { v7 as newId } from 'uuid';
import {
  isDeclineReason,
  isIdentityDocument,
  isInPersonReason,
  PROPOSAL_LIFE_HOURS,
  type DeclineReason,
  type IdentityDocument,
  type InPersonReason,
} from '../domain/identity-proof.ts';
import { deadline, decide, type Instant } from '../domain/registration.ts';
import { Refusal, type RefusalItem } from '../domain/refusal.ts';
import { writeAudit } from './audit.ts';
import { readClock } from './commands/door.ts';
import { inTransaction, type Database } from './database.ts';
import { tellOfDecline } from './proposal-declined.ts';
import { stateOf, type RegistrationRow } from './registration-row.ts';
import { holdWindow } from './window-lock.ts';
import { isUuid } from './worklist.ts';

const HOUR_MS = 3_600_000;

export const proposalNotePlace = (row: string) => ({
  table: 'identity_proposals',
  column: 'note_sealed',
  row,
});

export type ProposalState = 'proposed' | 'confirmed' | 'declined' | 'taken-back' | 'expired';

interface ProposalRow {
  id: string;
  registration_id: string;
  document: IdentityDocument;
  reason: InPersonReason;
  note_sealed: Buffer | null;
  state: ProposalState;
  proposed_by: string;
  proposed_at: Date;
  expires_at: Date;
  settled_by: string | null;
  settled_at: Date | null;
  decline_reason: DeclineReason | null;
  command_id: string | null;
}

const proposals = (db: Database) => db.knex<ProposalRow>('identity_proposals');

type Place = Pick<RegistrationRow, 'id' | 'governorate'>;

/** Who may do what, as the table of staff says at this moment (ADM-6); another governorate's file is not there. */
async function requireStaff(
  db: Database,
  staffId: string,
  { governorate }: Place,
): Promise<'reviewer' | 'headquarters'> {
  const staff = await db
    .knex('staff')
    .where({ id: staffId, disabled_at: null })
    .first<{ role: 'reviewer' | 'headquarters'; governorate: string | null } | undefined>(
      'role',
      'governorate',
    );
  if (staff === undefined) throw new Refusal('forbidden');
  if (staff.role === 'reviewer' && staff.governorate !== governorate) throw new Refusal('not-found');
  return staff.role;
}

async function lockRegistration(db: Database, id: string): Promise<RegistrationRow> {
  const row = await db.knex<RegistrationRow>('registrations').where({ id }).forUpdate().first();
  if (row === undefined) throw new Refusal('not-found');
  return row;
}

/** The row, locked, and the end of its election's window as it is now; what the row says of it may be older. */
async function lockInWindow(
  db: Database,
  id: string,
): Promise<{ readonly row: RegistrationRow; readonly closesAt: Instant }> {
  const known = await db.knex<RegistrationRow>('registrations').where({ id }).first('election_id');
  const held = known && (await holdWindow(db, known.election_id));
  if (held === undefined) throw new Refusal('not-found');
  return { row: await lockRegistration(db, id), closesAt: held.window.closesAt };
}

interface NewProposal {
  readonly registrationId: string;
  readonly staffId: string;
  readonly document: string;
  readonly reason: string;
  /** For the second member of staff; cleaned. May say anything, so it is sealed. */
  readonly note: string | null;
}

function requireListed({ document, reason }: NewProposal): {
  document: IdentityDocument;
  reason: InPersonReason;
} {
  const errors: RefusalItem[] = [];
  if (!isIdentityDocument(document)) {
    errors.push({ pointer: '/document', code: 'not-an-option', message: 'مدرکی را که دیدید برگزینید.' });
  }
  if (!isInPersonReason(reason)) {
    errors.push({
      pointer: '/reason',
      code: 'reason-unknown',
      message: 'دلیل احراز هویت حضوری را برگزینید.',
    });
  }
  if (isIdentityDocument(document) && isInPersonReason(reason)) return { document, reason };
  throw new Refusal('request-invalid', { errors });
}

/**
 * A reviewer of the governorate has seen the candidate and the document. Returns the proposal's id; the same proposal
 * sent again by the same reviewer gives the same. Refuses `request-invalid`, `proposal-open`, what the law refuses of
 * `identityProof`, `forbidden` (also for headquarters: nobody comes there), `not-found`.
 */
export function proposeIdentity(db: Database, proposal: NewProposal): Promise<string> {
  const listed = requireListed(proposal);
  const { registrationId, staffId, note } = proposal;
  return inTransaction(db, async (tx) => {
    const { row, closesAt } = await lockInWindow(tx, registrationId);
    if ((await requireStaff(tx, staffId, row)) !== 'reviewer') throw new Refusal('forbidden');
    const id = newId();
    const at = await readClock(tx);
    const command = { kind: 'identityProof', proposalId: id, document: listed.document } as const;
    const { refusal } = decide(stateOf(row), command, at);
    if (refusal !== null) throw new Refusal(refusal);
    // The engine may not have said so yet; the confirmation would be refused for it.
    const until = deadline({ ...stateOf(row), closesAt });
    if (until === null || at >= until) throw new Refusal('window-closed');
    if (await isUnderWay(tx, registrationId)) throw new Refusal('already-verified');
    const open = await proposals(tx).where({ registration_id: registrationId, state: 'proposed' }).first();
    if (open !== undefined && open.expires_at.getTime() > at) {
      const same =
        open.proposed_by === staffId && open.document === listed.document && open.reason === listed.reason;
      if (same) return open.id;
      throw new Refusal('proposal-open');
    }
    if (open !== undefined) await settle(tx, open.id, { state: 'expired', settled_at: open.expires_at });
    await proposals(tx).insert({
      ...{ id, registration_id: registrationId, ...listed, state: 'proposed', proposed_by: staffId },
      note_sealed: note === null ? null : tx.sealing.seal(proposalNotePlace(id), note),
      proposed_at: new Date(at),
      expires_at: new Date(at + PROPOSAL_LIFE_HOURS * HOUR_MS),
    });
    await audit(tx, row, { staffId, action: 'identity-proposed', detail: { proposalId: id, ...listed } });
    return id;
  });
}

/** Confirmed already, and not yet decided by the workflow: the projection does not know of it. */
async function isUnderWay(db: Database, registrationId: string): Promise<boolean> {
  const proof = { registration_id: registrationId, kind: 'identityProof' };
  const undecided = db.knex('commands').where(proof).whereIn('state', ['accepted', 'delivered']);
  return (await undecided.first('id')) !== undefined;
}

interface Settling {
  readonly proposalId: string;
  readonly staffId: string;
  readonly row: RegistrationRow;
  readonly at: Instant;
}

/**
 * The open proposal of a registration whose row the caller holds, to be confirmed by somebody else than its proposer,
 * whose word must still count; returns the document.
 * @throws Refusal `proposer-gone`, and what `lockForAnother` throws
 */
export async function lockProposal(db: Database, settling: Settling): Promise<IdentityDocument> {
  const { proposed_by: proposer, document } = await lockForAnother(db, settling);
  const { governorate } = settling.row;
  const standing = { id: proposer, role: 'reviewer', governorate, disabled_at: null };
  if ((await db.knex('staff').where(standing).first('id')) === undefined) throw new Refusal('proposer-gone');
  return document;
}

/** @throws Refusal `proposal-own`, `proposal-over`, `proposal-expired`, `forbidden`, `not-found` */
async function lockForAnother(db: Database, settling: Settling): Promise<ProposalRow> {
  const { staffId, row } = settling;
  await requireStaff(db, staffId, row);
  const proposal = await openProposal(db, settling);
  if (proposal.proposed_by === staffId) throw new Refusal('proposal-own');
  return proposal;
}

async function openProposal(db: Database, { proposalId, row, at }: Settling): Promise<ProposalRow> {
  const known = { id: proposalId, registration_id: row.id };
  const proposal = await proposals(db).where(known).forUpdate().first();
  if (proposal === undefined) throw new Refusal('not-found');
  if (proposal.state !== 'proposed') throw new Refusal('proposal-over');
  if (proposal.expires_at.getTime() <= at) throw new Refusal('proposal-expired');
  return proposal;
}

/** Written with the command that it becomes, in its transaction. */
export async function confirmProposal(
  db: Database,
  { proposalId, staffId, row, at, commandId }: Settling & { readonly commandId: string },
): Promise<void> {
  const settled = { settled_by: staffId, settled_at: new Date(at), command_id: commandId };
  await settle(db, proposalId, { state: 'confirmed', ...settled });
  await audit(db, row, { staffId, action: 'identity-proposal-confirmed', detail: { proposalId } });
}

interface Step {
  readonly registrationId: string;
  readonly proposalId: string;
  readonly staffId: string;
}

/** Runs one step of an open proposal under the lock of its registration. */
function stepOn(
  db: Database,
  { registrationId, proposalId, staffId }: Step,
  work: (tx: Database, settling: Settling) => Promise<void>,
): Promise<void> {
  if (!isUuid(proposalId)) return Promise.reject(new Refusal('not-found'));
  return inTransaction(db, async (tx) => {
    const row = await lockRegistration(tx, registrationId);
    const at = await readClock(tx);
    await work(tx, { proposalId, staffId, row, at });
    await tx.knex.raw(`select pg_notify('registration_changed', ?)`, [registrationId]);
  });
}

/**
 * The second member of staff says no, for a reason of the list; the candidate, who has left the governorate, is told by
 * SMS to read it in «پیام‌ها».
 * @throws Refusal `request-invalid`, and what `lockForAnother` throws
 */
export function declineIdentity(db: Database, { reason, ...step }: Step & { reason: string }): Promise<void> {
  if (!isDeclineReason(reason)) {
    const message = 'دلیل نپذیرفتن را برگزینید.';
    const errors = [{ pointer: '/reason', code: 'reason-unknown', message }] as const;
    return Promise.reject(new Refusal('request-invalid', { errors }));
  }
  return stepOn(db, step, async (tx, settling) => {
    const { proposalId, staffId, row, at } = settling;
    await lockForAnother(tx, settling);
    const settled = { settled_by: staffId, settled_at: new Date(at), decline_reason: reason };
    await settle(tx, proposalId, { state: 'declined', ...settled });
    await tellOfDecline(tx, { row, cause: proposalId, reason, at });
    await audit(tx, row, { staffId, action: 'identity-proposal-declined', detail: { proposalId, reason } });
  });
}

/** The proposer takes it back. @throws Refusal `forbidden` for anybody else, `proposal-over`, `proposal-expired`, `not-found` */
export function takeBackIdentity(db: Database, step: Step): Promise<void> {
  return stepOn(db, step, async (tx, settling) => {
    const { proposalId, staffId, row, at } = settling;
    await requireStaff(tx, staffId, row);
    const proposal = await openProposal(tx, settling);
    if (proposal.proposed_by !== staffId) throw new Refusal('forbidden');
    await settle(tx, proposalId, { state: 'taken-back', settled_by: staffId, settled_at: new Date(at) });
    await audit(tx, row, { staffId, action: 'identity-proposal-taken-back', detail: { proposalId } });
  });
}

async function settle(db: Database, id: string, changes: Partial<ProposalRow>): Promise<void> {
  await proposals(db).where({ id, state: 'proposed' }).update(changes);
}

interface Deed {
  readonly staffId: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function audit(db: Database, { id, governorate }: Place, { staffId, action, detail }: Deed): Promise<void> {
  return writeAudit(db, {
    ...{ action, governorate, detail },
    actor: { kind: 'staff', id: staffId },
    subject: { kind: 'registration', id },
  });
}
