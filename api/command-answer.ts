/** How every command is answered: done, refused, or accepted and still under way (API.md §1). */
import { Refusal } from '../domain/refusal.ts';
import type { CommandView } from '../store/commands.ts';
import type { Settled } from '../store/desk.ts';
import { BASE_PATH } from './policy.ts';
import type { Answer } from './route.ts';

interface Outcome<Done extends number> {
  /** The status of success, and what the command's own result is then. */
  readonly done: Done;
  readonly result?: () => Promise<object> | object;
  /** What is certain from the moment of acceptance on. */
  readonly certain?: object;
  readonly location?: string;
}

/**
 * `Server-Timing` tells how much of the time was the wait for the outcome: the rest was the acceptance.
 * @throws Refusal with the code with which the command was refused.
 */
export async function commandAnswer<Done extends number>(
  command: CommandView & Settled,
  { done, result, certain = {}, location }: Outcome<Done>,
): Promise<Answer<Done | 202>> {
  if (command.state === 'refused') throw new Refusal(command.code ?? 'not-your-move');
  const { id: commandId, receivedAt, waitedMs } = command;
  const timing = { 'Server-Timing': `outcome;dur=${waitedMs.toFixed(1)}` };
  if (command.state !== 'done') {
    return {
      status: 202,
      headers: { ...timing, Location: `${BASE_PATH}/commands/${commandId}` },
      body: { ...certain, commandId, state: 'accepted', receivedAt },
    };
  }
  return {
    status: done,
    headers: { ...timing, ...(location === undefined ? {} : { Location: location }) },
    body: { ...certain, ...(await result?.()), commandId, state: 'done', receivedAt },
  };
}
