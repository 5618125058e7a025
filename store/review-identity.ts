/** How the identity of a file stands, and what this member of staff can do about it in person. */
import type { DeclineReason, IdentityDocument, InPersonReason } from '../domain/identity-proof.ts';
import { decide } from '../domain/registration.ts';
import type { RefusalCode } from '../domain/refusals.ts';
import type { CommandState } from './commands/command.ts';
import type { Database } from './database.ts';
import { proposalNotePlace, type ProposalState } from './identity-proposals.ts';
import { stateOf, type RegistrationRow } from './registration-row.ts';
import type { Staff } from './staff.ts';

export interface ReviewProposal {
  readonly id: string;
  readonly document: IdentityDocument;
  readonly reason: InPersonReason;
  readonly note: string | null;
  /** A proposal that can be settled no more because its time or the need for it is over is `expired`. */
  readonly state: ProposalState;
  /** Names as far as the reader may know them: headquarters is unknown to a reviewer. */
  readonly proposedBy: string | null;
  readonly proposedAt: string;
  readonly expiresAt: string;
  readonly settledBy: string | null;
  readonly settledAt: string | null;
  readonly declineReason: DeclineReason | null;
  /** Of a confirmed one: whether it has taken effect; `refused` when something came in between. */
  readonly outcome: 'pending' | 'done' | 'refused' | null;
  /** Whether the reader has proposed it. */
  readonly own: boolean;
}

export interface ReviewIdentity extends Pick<RegistrationRow, 'line' | 'person' | 'card'> {
  /** How often the number has changed since the opening; the line is that of the number now. */
  readonly mobileChanges: number;
  readonly way: RegistrationRow['identity_way'];
  readonly lineReason: RegistrationRow['line_reason'];
  readonly personReason: RegistrationRow['person_reason'];
  readonly cardReason: RegistrationRow['card_reason'];
  /** Oldest first; at most one of them is `proposed`. */
  readonly proposals: readonly ReviewProposal[];
  /** Whether the reader may propose now: a reviewer, and nothing in the way. */
  readonly mayPropose: boolean;
  /** Whether the reader may confirm or decline the open proposal: anybody in scope but its proposer. */
  readonly maySettle: boolean;
  /** Why the law allows no proof in person; null when it does. */
  readonly obstacle: RefusalCode | null;
}

interface ProposalRow {
  id: string;
  document: IdentityDocument;
  reason: InPersonReason;
  note_sealed: Buffer | null;
  state: ProposalState;
  proposed_by: string;
  proposed_at: Date;
  expires_at: Date;
  settled_at: Date | null;
  decline_reason: DeclineReason | null;
  command_state: CommandState | null;
  proposer: string | null;
  settler: string | null;
}

/** The caller has seen to the scope. */
export async function readIdentity(db: Database, staff: Staff, id: string): Promise<ReviewIdentity> {
  const row = await db.knex<RegistrationRow>('registrations').where({ id }).first();
  if (row === undefined) throw new Error('The registration is not in the database');
  const now = Date.now();
  // Which proposal and which document does not matter to the law.
  const proof = { kind: 'identityProof', proposalId: id, document: 'passport' } as const;
  const obstacle = decide(stateOf(row), proof, now).refusal;
  const proposals = (await listProposals(db, id)).map((one) => shown(db, one, { staff, obstacle, now }));
  const open = proposals.find(({ state }) => state === 'proposed');
  // Confirmed, and on its way to the workflow.
  const underWay = proposals.some(({ outcome }) => outcome === 'pending');
  return {
    ...{ line: row.line, person: row.person, card: row.card, way: row.identity_way },
    mobileChanges: row.mobile_changes,
    ...{ lineReason: row.line_reason, personReason: row.person_reason, cardReason: row.card_reason },
    proposals,
    mayPropose: staff.role === 'reviewer' && obstacle === null && open === undefined && !underWay,
    maySettle: open !== undefined && !open.own,
    obstacle,
  };
}

function listProposals({ knex }: Database, registrationId: string): Promise<ProposalRow[]> {
  return knex('identity_proposals as p')
    .leftJoin('staff as a', 'a.id', 'p.proposed_by')
    .leftJoin('staff as b', 'b.id', 'p.settled_by')
    .leftJoin('commands as c', 'c.id', 'p.command_id')
    .where('p.registration_id', registrationId)
    .orderBy('p.proposed_at')
    .select<ProposalRow[]>('p.*', 'a.name as proposer', 'b.name as settler', 'c.state as command_state');
}

interface Reading {
  readonly staff: Staff;
  readonly obstacle: RefusalCode | null;
  readonly now: number;
}

function shown({ sealing }: Database, row: ProposalRow, { staff, obstacle, now }: Reading): ReviewProposal {
  const moot = row.state === 'proposed' && (row.expires_at.getTime() <= now || obstacle !== null);
  const { id, document, reason, note_sealed: note } = row;
  return {
    ...{ id, document, reason },
    note: note && sealing.open(proposalNotePlace(id), note).toString('utf8'),
    state: moot ? 'expired' : row.state,
    proposedBy: row.proposer,
    proposedAt: row.proposed_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    settledBy: row.settler,
    settledAt: row.settled_at?.toISOString() ?? null,
    declineReason: row.decline_reason,
    outcome: outcomeOf(row.command_state),
    own: row.proposed_by === staff.id,
  };
}

function outcomeOf(state: CommandState | null): ReviewProposal['outcome'] {
  return state === 'accepted' || state === 'delivered' ? 'pending' : state;
}
