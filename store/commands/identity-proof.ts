import type { IdentityDocument } from '../../domain/identity-proof.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../database.ts';
import { confirmProposal, lockProposal } from '../identity-proposals.ts';
import { isUuid } from '../worklist.ts';
import type { CommandView, Idempotency } from './command.ts';
import { enter, heedTheLaw } from './door.ts';

interface ProofRequest {
  readonly registrationId: string;
  /** Who confirms: another one than the proposer, of the same governorate or of headquarters. */
  readonly staffId: string;
  readonly proposalId: string;
  readonly idempotency: Idempotency;
}

/**
 * The second member of staff confirms: the identity is proven in person, as a command like every other. Refuses
 * `proposal-own`, `proposal-over`, `proposal-expired`, `proposer-gone`, `already-verified`, `line-not-own`,
 * `person-not-found`, `person-not-alive`, `already-registered`, `window-closed`, `not-your-move`, `forbidden`,
 * `not-found`, `idempotency-key-reused`.
 */
export function acceptIdentityProof(db: Database, request: ProofRequest): Promise<CommandView> {
  const { registrationId, staffId, proposalId, idempotency } = request;
  if (!isUuid(proposalId)) return Promise.reject(new Refusal('not-found'));
  const actor = { kind: 'staff', id: staffId } as const;
  return enter(db, { registrationId, candidateId: null, actor, idempotency }, async (ground, tx) => {
    const settling = { proposalId, staffId, row: ground.row, at: ground.receivedAt };
    const document: IdentityDocument = await lockProposal(tx, settling);
    const command = { kind: 'identityProof', proposalId, document } as const;
    heedTheLaw(ground, command);
    // The engine may not have said so yet; nothing would come of it for the candidate.
    if (ground.deadline === null || ground.receivedAt >= ground.deadline) throw new Refusal('window-closed');
    const { commandId } = ground;
    return { command, freeze: () => confirmProposal(tx, { ...settling, commandId }) };
  });
}
