/** One command of the log: a row is the moment of acceptance, and its outcome is written to it. */
import type { CommandKind } from '../../domain/lifecycle.ts';
import type { RefusalCode } from '../../domain/refusals.ts';
import type { Database } from '../database.ts';

export type { Idempotency } from '../idempotency.ts';

export type CommandState = 'accepted' | 'delivered' | 'done' | 'refused';

export type Actor =
  | { readonly kind: 'candidate' | 'staff'; readonly id: string }
  | { readonly kind: 'bank' | 'system'; readonly id: null };

export interface CommandView {
  readonly id: string;
  readonly registrationId: string;
  readonly kind: CommandKind;
  readonly state: CommandState;
  /** Why it was refused; null otherwise. */
  readonly code: RefusalCode | null;
  readonly receivedAt: Date;
  readonly decidedAt: Date | null;
  /** Ids, codes and hashes that are certain since acceptance; never personal data. */
  readonly result: unknown;
}

export interface CommandRow {
  id: string;
  registration_id: string;
  number: number;
  kind: CommandKind;
  payload: unknown;
  actor_kind: Actor['kind'];
  actor_id: string | null;
  received_at: Date;
  in_time: boolean;
  state: CommandState;
  delivered_at: Date | null;
  decided_at: Date | null;
  code: RefusalCode | null;
  result: unknown;
}

export function commandView(row: CommandRow): CommandView {
  return {
    id: row.id,
    registrationId: row.registration_id,
    kind: row.kind,
    state: row.state,
    code: row.code,
    receivedAt: row.received_at,
    decidedAt: row.decided_at,
    result: row.result,
  };
}

/** A command has its outcome: nothing about it changes any more. */
export function isDecided(command: Pick<CommandView, 'state'>): boolean {
  return command.state === 'done' || command.state === 'refused';
}

/**
 * The command as it stands, or undefined. With a candidate's id, only a command of one of their registrations;
 * null is for our own processes.
 */
export async function findCommand(
  db: Database,
  commandId: string,
  candidateId: string | null,
): Promise<CommandView | undefined> {
  const query = db.knex<CommandRow>('commands').select('commands.*').where('commands.id', commandId).first();
  if (candidateId !== null) {
    void query
      .join('registrations', 'registrations.id', 'commands.registration_id')
      .where('registrations.candidate_id', candidateId);
  }
  const row = (await query) as CommandRow | undefined;
  return row && commandView(row);
}
