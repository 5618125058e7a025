/** Drives the floor: each journey sends its next signal when the step before is over. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { FloorInput, FloorStep } from './floor-worker.ts';

/**
 * The steps of a registration with one round of corrections, by its commands. Three records and two registries for
 * the first; card, documents and SMS behind the others.
 */
export const STEPS: readonly FloorStep[] = [
  { local: 3, ordinary: 2, waits: true }, // registration
  { local: 1, ordinary: 1, waits: true }, // verification
  { local: 2, ordinary: 2, waits: true }, // bank's return
  { local: 1, ordinary: 2, waits: false }, // submission
  { local: 1, ordinary: 1, waits: false }, // corrections
  { local: 1, ordinary: 2, waits: false }, // submission
  { local: 1, ordinary: 1, waits: false }, // approval
];

export interface Floor {
  readonly pid: number;
  /** One journey from its first signal to its end. */
  journey(): Promise<void>;
  /** Events of the last journey's history. */
  events(): Promise<number>;
  stop(): Promise<void>;
}

const TASK_QUEUE = 'floor';
const LOADER = new URL('../scripts/typescript-loader.mjs', import.meta.url).href;
const ID_LENGTH = 8;

function isOver(message: unknown): message is { journey: string; step: number } {
  return typeof message === 'object' && message !== null && 'journey' in message && 'step' in message;
}

async function startWorker(temporal: { address: string; namespace: string }): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./floor-worker.ts', import.meta.url));
  const worker = fork(script, [temporal.address, temporal.namespace, TASK_QUEUE], {
    execArgv: ['--import', LOADER],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await Promise.race([once(worker, 'message'), once(worker, 'exit')])) as [unknown];
  if (message !== 'ready') throw new Error("The floor's worker did not start");
  return worker;
}

export async function startFloor(temporal: { address: string; namespace: string }): Promise<Floor> {
  const worker = await startWorker(temporal);
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const waiting = new Map<string, () => void>();
  worker.on('message', (message) => {
    if (isOver(message)) waiting.get(`${message.journey} ${message.step}`)?.();
  });
  let last = '';

  return {
    pid: worker.pid ?? 0,
    async journey() {
      const journey = crypto.randomUUID().slice(-ID_LENGTH);
      const workflowId = `floor-${journey}`;
      const input: FloorInput = { journey, steps: STEPS };
      for (const step of STEPS.keys()) {
        const over = new Promise<void>((resolve) => waiting.set(`${journey} ${step}`, resolve));
        if (step > 0) await client.workflow.getHandle(workflowId).signal('command');
        else {
          await client.workflow.signalWithStart('floor', {
            ...{ workflowId, taskQueue: TASK_QUEUE, args: [input], signal: 'command', signalArgs: [] },
          });
        }
        await over;
        waiting.delete(`${journey} ${step}`);
      }
      last = workflowId;
    },
    async events() {
      const handle = client.workflow.getHandle(last);
      await handle.result();
      return (await handle.fetchHistory()).events?.length ?? 0;
    },
    async stop() {
      worker.disconnect();
      if (worker.exitCode === null) await once(worker, 'exit');
      await connection.close();
    },
  };
}
