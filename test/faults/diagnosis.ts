/** What a registration that went astray looks like: for whoever reads a failed test. Ids and codes only. */
import proto from '@temporalio/proto';
import pg from 'pg';
import type { TemporalClient } from '../../platform/temporal-client.ts';
import { registrationWorkflowId } from '../../workflows/protocol.ts';
import type { System } from '../support/system.ts';

const LISTS = {
  commands: `select number, kind, state, code, to_char(received_at, 'HH24:MI:SS.MS') as received,
    to_char(decided_at, 'HH24:MI:SS.MS') as decided from commands where registration_id = $1 order by number`,
  facts: `select sequence, type, to_char(recorded_at, 'HH24:MI:SS.MS') as at from registration_facts
    where registration_id = $1 order by sequence`,
  attempts: `select state, reason, to_char(start_called_at, 'HH24:MI:SS.MS') as called,
    to_char(updated_at, 'HH24:MI:SS.MS') as updated from card_verifications where registration_id = $1`,
  sms: 'select template, state, attempts from sms where registration_id = $1',
} as const;

const EVENT_TYPES = new Map(
  Object.entries(proto.temporal.api.enums.v1.EventType).map(([name, value]) => [Number(value), name]),
);
const EVENTS_SHOWN = 40;

async function eventsOf({ client }: TemporalClient, registrationId: string): Promise<string[]> {
  const handle = client.workflow.getHandle(registrationWorkflowId(registrationId));
  const { events = [] } = await handle.fetchHistory();
  const { raw } = await handle.describe();
  const pending = (raw.pendingActivities ?? []).map(
    ({ activityType, attempt, state, lastFailure }) =>
      `pending ${activityType?.name ?? ''}: attempt ${attempt ?? 0}, state ${state ?? 0}, ${lastFailure?.message ?? ''}`,
  );
  const told = (events ?? []).slice(-EVENTS_SHOWN).map(({ eventId, eventType, eventTime }) => {
    const at = new Date(Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6);
    const name = EVENT_TYPES.get(eventType ?? 0)?.replace('EVENT_TYPE_', '') ?? '';
    return `${String(eventId)} ${at.toISOString().slice(11, 23)} ${name}`;
  });
  return [...told, ...pending];
}

export async function diagnose(
  system: System,
  engine: TemporalClient,
  registrationId: string,
): Promise<string> {
  const client = new pg.Client({ connectionString: system.running.databaseUrl });
  await client.connect();
  const lines: string[] = [`registration ${registrationId}`];
  try {
    for (const [name, sql] of Object.entries(LISTS)) {
      const { rows } = await client.query<object>(sql, [registrationId]);
      lines.push(...rows.map((row) => `  ${name}: ${Object.values(row).join(' · ')}`));
    }
    lines.push(...(await eventsOf(engine, registrationId)).map((line) => `  ${line}`));
  } catch (error) {
    lines.push(`  ${String(error)}`);
  } finally {
    await client.end();
  }
  const deaths = system.deaths.map(({ part, at, hit }) => `${new Date(at).toISOString().slice(11, 23)} ${part} ${hit?.failpoint ?? ''}`); // prettier-ignore
  return [...lines, ...deaths.map((line) => `  death: ${line}`), ''].join('\n');
}
