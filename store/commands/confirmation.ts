import type { Database } from '../database.ts';
import type { CommandView, Idempotency } from './command.ts';
import { enter, heedTheLaw } from './door.ts';

interface ConfirmationRequest {
  readonly registrationId: string;
  readonly candidateId: string;
  readonly idempotency: Idempotency;
}

/**
 * The candidate confirms, by a code that was checked before, what was submitted while none could be sent.
 * Refuses `already-confirmed`, `not-your-move`, `not-found`, `idempotency-key-reused`. Never late: the submission came
 * in time.
 */
export function acceptConfirmation(db: Database, request: ConfirmationRequest): Promise<CommandView> {
  const { registrationId, candidateId, idempotency } = request;
  const actor = { kind: 'candidate', id: candidateId } as const;
  return enter(db, { registrationId, candidateId, actor, idempotency }, (ground) => {
    const command = { kind: 'confirmation', revision: ground.state.revision } as const;
    heedTheLaw(ground, command);
    return Promise.resolve({ command });
  });
}
