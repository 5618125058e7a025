/** The engine with everything that is ours for real (PostgreSQL, Temporal, worker); only the outside world is played. */
import type { WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Dependencies } from '../../activities/dependencies.ts';
import { createActivities } from '../../activities/activities.ts';
import { sdkLogger } from '../../activities/sdk-log.ts';
import { createWorkers, type Workers } from '../../activities/workers.ts';
import { randomToken } from '../../platform/secret.ts';
import { connectTemporal, type TemporalClient } from '../../platform/temporal-client.ts';
import type { CommandView } from '../../store/commands.ts';
import { isDecided, type CommandRow } from '../../store/commands/command.ts';
import { createDelivery, type CommandToSend, type Delivery } from '../../store/delivery.ts';
import { createDesk } from '../../store/desk.ts';
import { createOutcomes, type Outcomes } from '../../store/outcomes.ts';
import { commandSender, registrationWorkflowId } from '../../workflows/protocol.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { testTemporal, workflowBundle } from '../support/engine.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { quietLog } from '../support/quiet-log.ts';
import { createOutsideWorld, type OutsideWorld } from './outside-world.ts';

export interface Stage {
  readonly fresh: FreshDatabase;
  /** Of the worker's activities. */
  readonly dependencies: Dependencies;
  readonly temporal: TemporalClient;
  readonly world: OutsideWorld;
  readonly delivery: Delivery;
  readonly outcomes: Outcomes;
  readonly queueSuffix: string;
  /** Delivers until the engine has what is undelivered of a registration. */
  handOver(registrationId: string): Promise<void>;
  /** Hands the command over and waits for its outcome, longer than a door would. */
  settle(command: CommandView): Promise<CommandView>;
  /** Sends every command of a registration to its workflow once more, as a sender would that forgot it had. */
  repeatAll(registrationId: string): Promise<void>;
  /** Ends the worker and starts another one: what it had in memory is gone. */
  restartWorkers(): Promise<void>;
  stopWorkers(): Promise<void>;
  startWorkers(): Promise<void>;
  /** Resolves when the workflow has nothing under way: no task, no activity. */
  idle(registrationId: string): Promise<void>;
  /** The histories of all runs of a workflow, oldest first. */
  histories(workflowId: string): Promise<History[]>;
  /** Events of all runs of a registration, by run. */
  countEvents(registrationId: string): Promise<number[]>;
  close(): Promise<void>;
}

interface StageOptions {
  readonly continueAfter?: number;
  /** In the place of the ones in this process. */
  readonly gateways?: Partial<Dependencies['gateways']>;
  readonly lineClosed?: Dependencies['lineClosed'];
}

const DELIVERY_WAIT_MS = 5_000;
const DELIVERY_PAUSE_MS = 200;
const OUTCOME_WAIT_MS = 90_000;

let quiet = false;

/** Failures that a test provokes on purpose are no news. */
function silence(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({
    logger: sdkLogger(quietLog()),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
    shutdownSignals: [],
  });
}

export async function openStage({ continueAfter, gateways, lineClosed }: StageOptions = {}): Promise<Stage> {
  silence();
  const { address, namespace } = testTemporal();
  const queueSuffix = `-${randomToken(6)}`;
  const payloadKey = TEST_KEYS.payload;
  const [fresh, bundle, temporal, connection] = await Promise.all([
    freshDatabase(),
    workflowBundle(),
    connectTemporal({ address, namespace, payloadKey }),
    NativeConnection.connect({ address }),
  ]);
  const world = createOutsideWorld();
  const dependencies: Dependencies = {
    db: fresh.db,
    log: quietLog(),
    gateways: { ...world.gateways, ...gateways },
    lineClosed: lineClosed ?? world.lineClosed,
    publicApiUrl: 'https://api.example',
    failpoint: () => Promise.resolve(),
  };
  const activities = createActivities(dependencies);
  const sender = commandSender(temporal.client, { queueSuffix, continueAfter });
  const delivery = createDelivery(fresh.db, sender);
  const outcomes = createOutcomes(fresh.url, fresh.db);
  const desk = createDesk({ db: fresh.db, delivery, outcomes });

  let workers: Workers | undefined;
  let running: Promise<void> = Promise.resolve();
  const startWorkers = async (): Promise<void> => {
    workers = await createWorkers({
      noticesPerSecond: 1_000,
      ...{ connection, namespace, queueSuffix, payloadKey, activities, workflowBundle: bundle },
    });
    running = workers.run();
  };
  const stopWorkers = async (): Promise<void> => {
    world.line.open();
    world.sms.open();
    workers?.shutdown();
    await running;
  };
  await startWorkers();
  // On a busy machine the engine may not answer in time; the worker's rounds, which would try again, are not here.
  const handOver = async (registrationId: string): Promise<void> => {
    while (!(await delivery.deliver(registrationId, { deadlineMs: DELIVERY_WAIT_MS }))) {
      await new Promise((go) => setTimeout(go, DELIVERY_PAUSE_MS));
    }
  };

  return {
    handOver,
    ...{ fresh, dependencies, temporal, world, delivery, outcomes, queueSuffix, startWorkers, stopWorkers },
    async settle(command) {
      const early = await desk.settle(command);
      if (isDecided(early)) return early;
      await handOver(early.registrationId);
      const settled = await outcomes.waitFor(early.id, OUTCOME_WAIT_MS);
      if (!isDecided(settled)) throw new Error(`The ${settled.kind} has no outcome: it is ${settled.state}`);
      return settled;
    },
    async repeatAll(registrationId) {
      for (const command of await listCommands(fresh, registrationId)) {
        while ((await sender.send(command, AbortSignal.timeout(5_000))) === 'busy') {
          await new Promise((go) => setTimeout(go, DELIVERY_PAUSE_MS));
        }
      }
    },
    async restartWorkers() {
      await stopWorkers();
      await startWorkers();
    },
    idle: (registrationId) => idle(temporal, registrationId),
    histories: (workflowId) => histories(temporal, workflowId),
    async countEvents(registrationId) {
      const runs = await histories(temporal, registrationWorkflowId(registrationId));
      return runs.map(({ events }) => events?.length ?? 0);
    },
    async close() {
      await stopWorkers();
      await outcomes.close();
      await temporal.close();
      await connection.close();
      await fresh.drop();
    },
  };
}

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

async function histories({ client }: TemporalClient, workflowId: string): Promise<History[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const found: History[] = [];
  let runId = raw.workflowExecutionInfo?.firstRunId ?? undefined;
  while (runId !== undefined && runId !== '') {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    found.push(history);
    const last = history.events?.at(-1);
    runId = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return found;
}

async function listCommands({ db }: FreshDatabase, registrationId: string): Promise<CommandToSend[]> {
  const rows = (await db
    .knex('commands')
    .join('registrations', 'registrations.id', 'commands.registration_id')
    .join('divisions', 'divisions.code', 'registrations.governorate')
    .where({ registration_id: registrationId, state: 'done' })
    .orderBy('number')
    .select(
      'commands.*',
      'governorate',
      'divisions.name as governorate_name',
      'election_id',
    )) as (CommandRow & {
    governorate: string;
    governorate_name: string;
    election_id: string;
  })[];
  return rows.map((row) => ({
    ...{ id: row.id, registrationId, number: row.number, command: row.payload as CommandToSend['command'] },
    ...{ receivedAt: row.received_at.getTime(), electionId: row.election_id },
    ...{ governorate: row.governorate, governorateName: row.governorate_name },
  }));
}

const IDLE_POLL_MS = 50;

async function idle(temporal: TemporalClient, registrationId: string): Promise<void> {
  const handle = temporal.client.workflow.getHandle(registrationWorkflowId(registrationId));
  for (;;) {
    const { raw } = await handle.describe();
    if (raw.pendingWorkflowTask == null && (raw.pendingActivities ?? []).length === 0) return;
    await new Promise((go) => setTimeout(go, IDLE_POLL_MS));
  }
}
