/** An activity of a careless programmer: its errors quote what they should not. Our data converter has to keep it. */
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { sdkLogger } from '../../activities/sdk-log.ts';
import { workflowBundle } from '../../activities/workflow-bundle.ts';
import { createLogger } from '../../platform/log.ts';
import { connectTemporal, dataConverter } from '../../platform/temporal-client.ts';
import { CODE_QUEUE, CODE_WORKFLOW, codeStartOf } from '../../workflows/protocol.ts';
import { TEST_KEYS } from '../support/keys.ts';
import type { System } from '../support/system.ts';

const QUEUE_SUFFIX = '-careless';
const CODE_LIFE_MS = 10_000;

/** Throws in each way that there is: with a cause, then with details and for good. */
function thrower(message: string): () => Promise<never> {
  let attempts = 0;
  return () => {
    attempts += 1;
    const cause = new TypeError(`because of ${message}`);
    const error = new Error(message, { cause });
    if (attempts === 1) return Promise.reject(error);
    return Promise.reject(
      ApplicationFailure.create({ message, cause, details: [{ message }], nonRetryable: true }),
    );
  };
}

/** Runs the code workflow with such a sender; gives its id and what the SDK has logged of it, as our worker logs. */
export async function runThrowing(system: System, message: string) {
  const lines: string[] = [];
  const log = createLogger('worker', {
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  Runtime.install({ logger: sdkLogger(log) });
  const { address, namespace } = system.running.temporal;
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    ...{ connection, namespace, taskQueue: CODE_QUEUE + QUEUE_SUFFIX },
    workflowBundle: await workflowBundle(),
    dataConverter: dataConverter(TEST_KEYS.payload),
    activities: { sendCode: thrower(message) },
  });
  const temporal = await connectTemporal({ address, namespace, payloadKey: TEST_KEYS.payload });
  const input = { codeId: crypto.randomUUID(), expiresAt: Date.now() + CODE_LIFE_MS };
  const options = codeStartOf(input, { queueSuffix: QUEUE_SUFFIX });
  const result = temporal.client.workflow.execute(CODE_WORKFLOW, options);
  // However the workflow takes it; what matters is what is left of it.
  await worker.runUntil(
    result.then(
      () => {},
      () => {},
    ),
  );
  await Promise.all([temporal.close(), connection.close()]);
  return { workflowId: options.workflowId, lines };
}
