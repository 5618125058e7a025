import type { Database } from '../database.ts';
import { registrationPlace, type RegistrationRow } from '../registration-row.ts';
import type { CommandView, Idempotency } from './command.ts';
import { enter, heedTheLaw } from './door.ts';

interface WithdrawalRequest {
  readonly registrationId: string;
  readonly candidateId: string;
  /** In the candidate's own words, which may say anything: sealed, for the governorate to read. */
  readonly reason?: string | undefined;
  readonly idempotency: Idempotency;
}

/** Refuses `not-your-move`, `not-found`, `idempotency-key-reused`. Never late: to leave is possible at any time. */
export function acceptWithdrawal(db: Database, request: WithdrawalRequest): Promise<CommandView> {
  const { registrationId, candidateId, reason, idempotency } = request;
  const actor = { kind: 'candidate', id: candidateId } as const;
  return enter(db, { registrationId, candidateId, actor, idempotency }, (ground, tx) => {
    const command = { kind: 'withdrawal' } as const;
    heedTheLaw(ground, command);
    const keepReason = async () => {
      if (reason === undefined || reason === '') return;
      const sealed = db.sealing.seal(registrationPlace('withdrawal_reason_sealed', registrationId), reason);
      await tx
        .knex<RegistrationRow>('registrations')
        .where({ id: registrationId })
        .update({ withdrawal_reason_sealed: sealed });
    };
    return Promise.resolve({ command, freeze: keepReason });
  });
}
