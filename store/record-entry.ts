/** What the workflow has recorded, and what it hears back. */
import type { Fact, Instant } from '../domain/registration.ts';
import type { RefusalCode } from '../domain/refusals.ts';
import type { Particulars } from './announcements.ts';
import type { CommandRow } from './commands/command.ts';

export interface Entry {
  readonly registrationId: string;
  /** How many facts the workflow knows. The database may know more, never less. */
  readonly sequence: number;
  /** The command's id, or the id of the work whose end this records. */
  readonly cause: string;
  readonly facts: readonly Fact[];
  readonly outcome: { readonly commandId: string; readonly refusal: RefusalCode | null } | null;
}

export interface Recorded {
  /** What was really recorded, each with its number. */
  readonly facts: readonly { readonly sequence: number; readonly fact: Fact }[];
  /** Ids of the SMS to be sent because of it. */
  readonly sms: readonly string[];
  readonly at: Instant;
  /** Nothing was recorded, because a command that came in time has to be decided first, or there is more time. */
  readonly deferred: boolean;
  /**
   * Nothing was recorded, because the database knows facts that the workflow does not: a worker died between a commit
   * and the engine's note of it, and a signal that came since has changed the order. `facts` are the missed ones; the
   * message is to be judged anew after them.
   */
  readonly behind: boolean;
}

/** What a record needs to know beside the locked row. */
export interface RecordGround extends Particulars {
  /** By the database's clock, under the lock. */
  readonly at: Instant;
  /** Whether this cause has its facts already. */
  readonly known: boolean;
  /** Of the command that this decides; null for a command that was never accepted here. */
  readonly state: CommandRow['state'] | null;
  readonly kind: CommandRow['kind'] | null;
  readonly actor_kind: CommandRow['actor_kind'] | null;
  readonly actor_id: string | null;
}
