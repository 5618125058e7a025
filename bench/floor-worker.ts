/** The floor's own worker process, with the slots of ours. Tells its parent when a step is over, as our outcome does. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

export interface FloorStep {
  readonly local: number;
  readonly ordinary: number;
  /** Whether the step is over only when its ordinary activities are. */
  readonly waits: boolean;
}

export interface FloorInput {
  readonly journey: string;
  readonly steps: readonly FloorStep[];
}

interface Recorded {
  readonly journey: string;
  readonly step: number;
  readonly last: boolean;
}

const activities = {
  async nothing(): Promise<void> {},
  async recordNothing(recorded: Recorded): Promise<void> {
    if (recorded.last) process.send?.(recorded);
  },
};
export type FloorActivities = typeof activities;

const [address = '', namespace = '', taskQueue = ''] = process.argv.slice(2);
const workflowsPath = fileURLToPath(new URL('./floor-workflow.ts', import.meta.url));
Runtime.install({ logger: new DefaultLogger('WARN') });
const quiet = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, log() {} };
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue,
  activities,
  workflowBundle: await bundleWorkflowCode({ workflowsPath, logger: quiet }),
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentWorkflowTaskPolls: 10,
  maxConcurrentLocalActivityExecutions: 25,
  maxConcurrentActivityTaskExecutions: 60,
  maxCachedWorkflows: 600,
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
await worker.run();
