/** What the doors do with an accepted command: hand it on, and wait a little for its outcome. */
import { isDecided, type CommandView } from './commands/command.ts';
import type { Database } from './database.ts';
import type { Delivery } from './delivery.ts';
import type { Outcomes } from './outcomes.ts';

export const DELIVERY_DEADLINE_MS = 500;
export const OUTCOME_WAIT_MS = 2_000;

/** How long the outcome was waited for; what came before it was the acceptance. */
export interface Settled {
  readonly waitedMs: number;
}

export interface Desk {
  /** The command with its outcome, or as it stands when the outcome takes longer (the caller answers 202). */
  settle<Accepted extends CommandView>(command: Accepted): Promise<Accepted & Settled>;
}

interface DeskOptions {
  readonly db: Database;
  readonly delivery: Delivery;
  readonly outcomes: Outcomes;
}

export function createDesk({ delivery, outcomes }: DeskOptions): Desk {
  return {
    async settle(command) {
      if (isDecided(command)) return { ...command, waitedMs: 0 };
      const began = performance.now();
      const outcome = outcomes.expect(command.id);
      const sent = await delivery.deliver(command.registrationId, { deadlineMs: DELIVERY_DEADLINE_MS });
      // What the engine has not got has no outcome soon: the receipt is due at once.
      const settled = await outcome.within(sent ? OUTCOME_WAIT_MS : 0);
      return { ...command, ...settled, waitedMs: performance.now() - began };
    },
  };
}
