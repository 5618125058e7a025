/**
 * What was lost: every promise that a client was given, held against the command log, the facts and the rows that it
 * spoke of. Reads the database and nothing else, so that the product cannot explain a loss away.
 */
import { ledgerLosses, type Loss, type Query } from './ledger.ts';
import { unsentSms } from './notices.ts';
import type {
  CommandReceipt,
  DecisionReceipt,
  DocumentReceipt,
  DraftReceipt,
  Receipt,
  SessionReceipt,
} from './receipts.ts';

export interface LossReport {
  readonly promises: number;
  readonly lost: readonly Loss[];
  /** Commands that were accepted and have no outcome yet: neither kept nor lost. */
  readonly undecided: number;
}

interface CommandRow {
  readonly id: string;
  readonly registration_id: string;
  readonly kind: string;
  readonly state: string;
  readonly received_at: Date;
  readonly in_time: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly facts: number;
  readonly keys: readonly string[];
}

interface RevisionRow {
  readonly command_id: string;
  readonly content_hash: string;
  readonly draft_version: number;
  readonly preliminary_code: string | null;
}

const FACTS_OF_COMMAND = `(select count(*)::int from registration_facts f
  where f.registration_id = c.registration_id and f.cause = c.id::text) as facts`;

const COMMANDS = `
select c.id, c.registration_id, c.kind, c.state, c.received_at, c.in_time, c.payload, ${FACTS_OF_COMMAND},
  array(select k.key from idempotency_keys k where k.effect_id = c.id) as keys
from commands c where c.id = any($1)`;

const REVISIONS = `
select v.command_id, v.content_hash, v.draft_version, r.preliminary_code
from revisions v join registrations r on r.id = v.registration_id where v.command_id = any($1)`;

function only<What extends Receipt['what']>(receipts: readonly Receipt[], what: What) {
  return receipts.filter((receipt): receipt is Extract<Receipt, { what: What }> => receipt.what === what);
}

function lostCommand(receipt: CommandReceipt, row: CommandRow | undefined): string | undefined {
  if (row === undefined) return 'no such command';
  if (row.kind !== receipt.kind) return `is a ${row.kind}`;
  if (new Date(receipt.receivedAt).getTime() !== row.received_at.getTime()) return 'another time of receipt';
  if (!row.keys.includes(receipt.key)) return 'its idempotency key is not bound to it';
  if (receipt.state === 'done' && row.state !== 'done') return `was done, is ${row.state}`;
  if (receipt.preliminaryCode !== undefined) {
    // A receipt says that it came in time and will be reviewed: whatever refuses it later breaks that word.
    if (!row.in_time) return 'its receipt was given, and it counts as late';
    if (row.state === 'refused') return 'its receipt was given, and it was refused';
  }
  return row.state === 'done' && row.facts === 0 ? 'done without a fact' : undefined;
}

function lostRevision(receipt: CommandReceipt, row: RevisionRow | undefined): string | undefined {
  if (receipt.contentHash === undefined) return undefined;
  if (row === undefined) return 'no frozen revision';
  if (row.content_hash !== receipt.contentHash) return 'another content hash';
  if (row.draft_version !== receipt.draftVersion) return `draft version ${row.draft_version} was frozen`;
  return row.preliminary_code === receipt.preliminaryCode ? undefined : 'another preliminary code';
}

async function commandLosses(query: Query, receipts: readonly CommandReceipt[]) {
  const ids = [...new Set(receipts.map(({ commandId }) => commandId))];
  const rows = new Map((await query<CommandRow>(COMMANDS, [ids])).map((row) => [row.id, row]));
  const frozen = await query<RevisionRow>(REVISIONS, [ids]);
  const revisions = new Map(frozen.map((row) => [row.command_id, row]));
  const lost = new Map<string, Loss>();
  for (const receipt of receipts) {
    const { commandId, kind } = receipt;
    const row = rows.get(commandId);
    const why = lostCommand(receipt, row) ?? lostRevision(receipt, revisions.get(commandId));
    const registrationId = row?.registration_id ?? receipt.registrationId ?? null;
    if (why !== undefined) lost.set(commandId, { registrationId, promise: `${kind} ${commandId}`, why });
  }
  const undecided = [...rows.values()].filter(
    ({ state }) => state === 'accepted' || state === 'delivered',
  ).length;
  const registrations = [...rows.values()].map((row) => row.registration_id);
  return { lost: [...lost.values()], undecided, registrations };
}

const DECISIONS = `
select c.registration_id, c.kind, c.payload, c.state, ${FACTS_OF_COMMAND}
from commands c where c.registration_id = any($1) and c.actor_kind = 'staff'`;

async function decisionLosses(query: Query, receipts: readonly DecisionReceipt[]): Promise<Loss[]> {
  const rows = await query<CommandRow>(DECISIONS, [receipts.map(({ registrationId }) => registrationId)]);
  const done = new Set(
    rows
      .filter(({ state, facts }) => state === 'done' && facts > 0)
      .map((row) => `${row.kind} ${row.registration_id} ${String(row.payload['revision'])}`),
  );
  return receipts
    .filter(({ kind, registrationId, revision }) => !done.has(`${kind} ${registrationId} ${revision}`))
    .map(({ kind, registrationId, revision }) => ({
      registrationId,
      promise: `${kind} of revision ${revision} of ${registrationId}`,
      why: 'not done with its fact',
    }));
}

async function draftLosses(query: Query, receipts: readonly DraftReceipt[]): Promise<Loss[]> {
  const sql = 'select registration_id, version from drafts where registration_id = any($1)';
  const ids = receipts.map(({ registrationId }) => registrationId);
  const rows = await query<{ registration_id: string; version: number }>(sql, [ids]);
  const versions = new Map(rows.map((row) => [row.registration_id, row.version]));
  return receipts
    .filter(({ registrationId, version }) => (versions.get(registrationId) ?? 0) < version)
    .map(({ registrationId, version }) => ({
      registrationId,
      promise: `draft version ${version} of ${registrationId}`,
      why: `the draft is at ${versions.get(registrationId) ?? 'no version'}`,
    }));
}

async function documentLosses(query: Query, receipts: readonly DocumentReceipt[]): Promise<Loss[]> {
  const sql = 'select registration_id, kind, version, sha256 from documents where registration_id = any($1)';
  const ids = receipts.map(({ registrationId }) => registrationId);
  type Row = { registration_id: string; kind: string; version: number; sha256: string };
  const rows = await query<Row>(sql, [ids]);
  const stored = new Set(
    rows.map((row) => `${row.registration_id} ${row.kind} ${row.version} ${row.sha256}`),
  );
  return receipts
    .filter(
      ({ registrationId: id, kind, version, sha256 }) => !stored.has(`${id} ${kind} ${version} ${sha256}`),
    )
    .map(({ registrationId, kind, version }) => ({
      registrationId,
      promise: `${kind} version ${version} of ${registrationId}`,
      why: 'no such document with its content',
    }));
}

async function sessionLosses(query: Query, receipts: readonly SessionReceipt[]): Promise<Loss[]> {
  const ids = receipts.map(({ codeId }) => codeId);
  const rows = await query<{ code_id: string }>('select code_id from sessions where code_id = any($1)', [
    ids,
  ]);
  const kept = new Set(rows.map((row) => row.code_id));
  return ids
    .filter((id) => !kept.has(id))
    .map((id) => ({ registrationId: null, promise: `session of the code ${id}`, why: 'no such session' }));
}

/**
 * Holds all receipts against the database as it is now. A registration whose ledger is broken counts once: as the
 * promise that is broken, or as its ledger when no single promise shows it.
 */
export async function findLosses(query: Query, receipts: readonly Receipt[]): Promise<LossReport> {
  const commands = await commandLosses(query, only(receipts, 'command'));
  const lost = [
    ...commands.lost,
    ...(await decisionLosses(query, only(receipts, 'decision'))),
    ...(await draftLosses(query, only(receipts, 'draft'))),
    ...(await documentLosses(query, only(receipts, 'document'))),
    ...(await sessionLosses(query, only(receipts, 'session'))),
  ];
  const registrations = [...new Set(commands.registrations)];
  lost.push(...(await unsentSms(query, registrations)));
  const blamed = new Set(lost.map(({ registrationId }) => registrationId));
  const ledgers = await ledgerLosses(query, registrations);
  lost.push(...ledgers.filter(({ registrationId }) => !blamed.has(registrationId)));
  return { promises: receipts.length, lost, undecided: commands.undecided };
}
