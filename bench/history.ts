/** How many events the histories of our workflows have, and of which kind. */
import proto from '@temporalio/proto';
import type { Client } from '@temporalio/client';

const EVENT_TYPES = proto.temporal.api.enums.v1.EventType;
const NAMES = new Map(Object.entries(EVENT_TYPES).map(([name, value]) => [Number(value), name]));

export interface History {
  readonly events: number;
  readonly signals: number;
  readonly localActivities: number;
  readonly activities: number;
}

/** Counts the events of one workflow over all of its runs. */
export async function historyOf(client: Client, workflowId: string): Promise<History> {
  const counts = new Map<string, number>();
  let runId: string | undefined;
  let events = 0;
  do {
    const handle = client.workflow.getHandle(workflowId, runId);
    const history = (await handle.fetchHistory()).events ?? [];
    for (const event of history) {
      const name = NAMES.get(event.eventType ?? 0) ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    events += history.length;
    runId = history.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  } while (runId);
  const count = (name: string): number => counts.get(`EVENT_TYPE_${name}`) ?? 0;
  return {
    events,
    signals: count('WORKFLOW_EXECUTION_SIGNALED'),
    localActivities: count('MARKER_RECORDED'),
    activities: count('ACTIVITY_TASK_SCHEDULED'),
  };
}

/** The average number of events of the workflows of a type that a query finds; NaN for none. */
export async function averageEvents(client: Client, query: string): Promise<number> {
  let [workflows, events] = [0, 0];
  for await (const { historyLength } of client.workflow.list({ query })) {
    workflows += 1;
    events += historyLength;
  }
  return events / workflows;
}
