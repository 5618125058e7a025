/** What the API asks of the engine directly: to send a code, and whether it is there. */
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { TemporalClient } from '../platform/temporal-client.ts';
import { CODE_WORKFLOW, codeStartOf } from '../workflows/protocol.ts';
import type { CodeSender } from './services.ts';

/** A candidate waits for this answer, so it is a short wait. */
const CODE_START_MS = 800;
const HEALTH_MS = 500;

/** Rejects when `work` takes longer; the call itself ends by its own deadline. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const abort = new AbortController();
  const late = delay(ms, undefined, { signal: abort.signal }).then(() => {
    throw new Error('The engine did not answer in time');
  });
  // The loser of the race must not become an unhandled rejection.
  late.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    abort.abort();
  }
}

/** Starts the workflow that sends a code; that one is under way already is as good. */
export function createCodeSender(
  { client }: TemporalClient,
  options: { readonly queueSuffix: string },
): CodeSender {
  return {
    async start(code) {
      const started = client.withDeadline(Date.now() + CODE_START_MS, async () => {
        await client.workflow.start(CODE_WORKFLOW, codeStartOf(code, options));
      });
      try {
        await within(CODE_START_MS, started);
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}

export async function isEngineThere({ client }: TemporalClient): Promise<boolean> {
  const asked = client.withDeadline(Date.now() + HEALTH_MS, () =>
    client.connection.workflowService.getSystemInfo({}),
  );
  return within(HEALTH_MS, asked).then(
    () => true,
    () => false,
  );
}
