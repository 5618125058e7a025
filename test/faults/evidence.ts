/** What a kill hit: the command that was under way, and the last event of its workflow's history. */
import proto from '@temporalio/proto';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { TemporalClient } from '../../platform/temporal-client.ts';
import { codeWorkflowId, registrationWorkflowId } from '../../workflows/protocol.ts';
import type { Death } from '../support/part.ts';
import type { System } from '../support/system.ts';

export interface Struck {
  /** Kind and id of the command, or what else was under way. */
  readonly command: string;
  /** Number and type of the last event before the kill, or that there was none. */
  readonly event: string;
}

interface CommandRow {
  readonly id: string;
  readonly kind: string;
  readonly registration_id: string;
}

/** Received before the kill and decided after it: the kill stood between the two. */
const UNDER_WAY = `
select id, kind, registration_id from commands
where received_at <= $1 and (decided_at is null or decided_at > $1) and ($2::uuid is null or registration_id = $2)
order by received_at desc limit 1`;

const LAST_OF = `
select id, kind, registration_id from commands where registration_id = $2 and received_at <= $1
order by received_at desc limit 1`;

const TYPE_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(proto.temporal.api.enums.v1.EventType).map(([name, value]) => [
    Number(value),
    name.replace('EVENT_TYPE_', '').toLowerCase(),
  ]),
);

interface Moment {
  readonly at: number;
  readonly subject: string | null;
}

async function query(system: System, sql: string, { at, subject }: Moment): Promise<CommandRow | undefined> {
  const client = new pg.Client({ connectionString: system.running.databaseUrl });
  await client.connect();
  try {
    return (await client.query<CommandRow>(sql, [new Date(at), subject])).rows[0];
  } finally {
    await client.end();
  }
}

/** Reads histories as they are kept, without our key; waits for the server when it is just back. */
export function openEngine({ running }: System): TemporalClient {
  const { address, namespace } = running.temporal;
  const connection = Connection.lazy({ address });
  return { client: new Client({ connection, namespace }), close: () => connection.close() };
}

/** The last event before a moment in the workflow's present run. */
async function eventBefore({ client }: TemporalClient, workflowId: string, at: number): Promise<string> {
  try {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const last = events?.findLast(({ eventTime }) => millisOf(eventTime) <= at);
    if (last === undefined) return 'before the first event of the run';
    return `event ${String(last.eventId)} ${TYPE_NAMES[last.eventType ?? 0] ?? String(last.eventType)}`;
  } catch {
    return 'no workflow yet';
  }
}

function millisOf(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}

/** Points whose subject is a code. */
const OF_CODES = /^(?:sendCode|code|session)\./u;

/** Looks when the system runs again; undefined when the kill hit nothing that was under way. */
export async function struckBy(
  system: System,
  engine: TemporalClient,
  { at, hit }: Death,
): Promise<Struck | undefined> {
  const subject = hit?.subject || null;
  if (hit !== null && subject !== null && OF_CODES.test(hit.failpoint)) {
    return { command: `code ${subject}`, event: await eventBefore(engine, codeWorkflowId(subject), at) };
  }
  const underWay = await query(system, UNDER_WAY, { at, subject });
  const row = underWay ?? (subject === null ? undefined : await query(system, LAST_OF, { at, subject }));
  if (row === undefined) return undefined;
  const uncommitted = hit?.failpoint.startsWith('accept.before-commit') === true;
  const before = uncommitted ? 'a command whose row was not written yet, after ' : '';
  return {
    command: `${before}${row.kind} ${row.id}`,
    event: await eventBefore(engine, registrationWorkflowId(row.registration_id), at),
  };
}

/** One line for the record of the test. */
export function tell({ part, hit }: Death, struck: Struck | undefined): string {
  const where = hit === null ? 'at a random moment' : `at ${hit.failpoint}`;
  const what = struck === undefined ? 'nothing under way' : `${struck.command}, after ${struck.event}`;
  return `kill -9 ${part} ${where}: ${what}`;
}
