/** The engine's side of the worker: each queue with slots of its own, so that codes wait behind nothing else. */
import { Worker, type NativeConnection } from '@temporalio/worker';
import { dataConverter } from '../platform/temporal-client.ts';
import { CODE_QUEUE, NOTICE_QUEUE, REGISTRATION_QUEUE } from '../workflows/protocol.ts';
import type { Activities } from './activities.ts';

/** Measured on two cores; more slots only make more transactions wait for the same database connections. */
const REGISTRATION_SLOTS = {
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentWorkflowTaskPolls: 10,
  maxConcurrentLocalActivityExecutions: 25,
  maxConcurrentActivityTaskExecutions: 60,
} as const;
const CODE_SLOTS = {
  maxConcurrentWorkflowTaskExecutions: 20,
  maxConcurrentWorkflowTaskPolls: 4,
  maxConcurrentActivityTaskExecutions: 40,
} as const;
const NOTICE_SLOTS = {
  maxConcurrentWorkflowTaskExecutions: 4,
  maxConcurrentWorkflowTaskPolls: 2,
  maxConcurrentActivityTaskExecutions: 40,
} as const;

/** A cached workflow is about 1 MB; a miss costs a whole replay. */
const CACHED_REGISTRATIONS = 600;
const CACHED_CODES = 100;
const CACHED_NOTICES = 20;
/** Running activities may finish; what does not is made again elsewhere. */
const SHUTDOWN_GRACE = '5s';

interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly queueSuffix: string;
  readonly payloadKey: Buffer;
  readonly workflowBundle: { readonly code: string };
  readonly activities: Activities;
  /** Of all workers together: as many as the providers' lines take. */
  readonly noticesPerSecond: number;
}

export interface Workers {
  /** Ends when all have been shut down; throws when one fails for good. */
  run(): Promise<void>;
  shutdown(): void;
}

export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const { connection, namespace, queueSuffix, workflowBundle, activities } = options;
  const common = {
    ...{ connection, namespace, workflowBundle, activities },
    dataConverter: dataConverter(options.payloadKey),
    shutdownGraceTime: SHUTDOWN_GRACE,
  } as const;
  const workers = await Promise.all([
    Worker.create({
      ...common,
      ...REGISTRATION_SLOTS,
      taskQueue: REGISTRATION_QUEUE + queueSuffix,
      maxCachedWorkflows: CACHED_REGISTRATIONS,
    }),
    Worker.create({
      ...common,
      ...CODE_SLOTS,
      taskQueue: CODE_QUEUE + queueSuffix,
      maxCachedWorkflows: CACHED_CODES,
    }),
    Worker.create({
      ...common,
      ...NOTICE_SLOTS,
      taskQueue: NOTICE_QUEUE + queueSuffix,
      maxCachedWorkflows: CACHED_NOTICES,
      maxTaskQueueActivitiesPerSecond: options.noticesPerSecond,
    }),
  ]);
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    shutdown,
    async run() {
      try {
        await Promise.all(workers.map((worker) => worker.run()));
      } finally {
        shutdown();
      }
    },
  };
}
