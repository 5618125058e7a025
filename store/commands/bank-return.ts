import type { Database } from '../database.ts';
import { findEffect } from '../idempotency.ts';
import { findCommand, type CommandView } from './command.ts';
import { COMMAND_EFFECT, enter } from './door.ts';

interface AttemptRow {
  id: string;
  reference: string;
  registration_id: string;
  state: string;
}

/**
 * The bank has sent the browser back. One command per attempt, however often the page is opened, also at the same
 * time: the attempt itself is the key. Undefined for an unknown reference and for an attempt that is not at the bank.
 */
export async function acceptBankReturn(
  db: Database,
  { reference }: { readonly reference: string },
): Promise<CommandView | undefined> {
  const attempt = await db
    .knex<AttemptRow>('card_verifications')
    .where({ reference })
    .first('id', 'registration_id', 'state');
  if (attempt === undefined) return undefined;
  const idempotency = { scope: 'bank', key: attempt.id, bodyHash: Buffer.from(attempt.id) };
  const earlier = await findEffect(db, idempotency, COMMAND_EFFECT);
  if (earlier !== undefined) return findCommand(db, earlier, null);
  if (attempt.state !== 'started') return undefined;
  const command = { kind: 'bankReturn', attemptId: attempt.id } as const;
  const actor = { kind: 'bank', id: null } as const;
  const visit = { registrationId: attempt.registration_id, candidateId: null, actor, idempotency };
  return enter(db, visit, () => Promise.resolve({ command }));
}
