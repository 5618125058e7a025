/** What of a raw history is in clear and should not be: payloads without our codec, texts of failures, ids, attributes. */
import { SEARCH_ATTRIBUTES } from '../../workflows/protocol.ts';
import type { RawRun } from './places.ts';

const ID = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;
const WORKFLOW_ID = new RegExp(`^(?:registration|code|notice)-${ID}$`, 'u');
const ACTIVITY_ID = /^\d+$/u;
/** What a search attribute may say: a status, an id, a number, a time, a code of a division. */
const ATTRIBUTE_VALUE = new RegExp(`^(?:${ID}|[a-z-]+|[\\d-]{1,10}|\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z)$`, 'u');
const ATTRIBUTES = new Set<string>([...Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name), 'BuildIds']);

type Fields = Readonly<Record<string, unknown>>;

function textOf(bytes: unknown): string {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString('utf8');
  return typeof bytes === 'string' ? bytes : '';
}

function isPayload(value: Fields): boolean {
  return 'metadata' in value && 'data' in value && typeof value['metadata'] === 'object';
}

/** What the SDK's core notes of a local activity beside its result, past our codec: numbers, times and names. */
const CORE_NOTE = new Set(['seq', 'attempt', 'activity_id', 'activity_type', 'complete_time', 'backoff', 'original_schedule_time']); // prettier-ignore

function isCoreNote(payload: Fields): boolean {
  try {
    const note = JSON.parse(textOf(payload['data'])) as unknown;
    if (typeof note !== 'object' || note === null || !('seq' in note)) return false;
    return Object.keys(note).every((key) => CORE_NOTE.has(key));
  } catch {
    return false;
  }
}

function openPayload(payload: Fields): string | undefined {
  const encoding = textOf((payload['metadata'] as Fields | null)?.['encoding']);
  if (encoding === 'binary/encrypted' || isCoreNote(payload)) return undefined;
  return `a payload in ${encoding || 'no encoding'}`;
}

/** Attributes are never encrypted: each must be one of ours, with a value of the kind it has. */
function openAttributes(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, payload]) => {
    const value = textOf((payload as Fields)['data']).replaceAll('"', '');
    const isOurs = ATTRIBUTES.has(name) && (name === 'BuildIds' || ATTRIBUTE_VALUE.test(value));
    return isOurs ? [] : [`the search attribute ${name}`];
  });
}

function openFailure(failure: Fields): string[] {
  const found: string[] = [];
  if (failure['encodedAttributes'] == null) found.push('a failure without encoded attributes');
  if (failure['message'] !== 'Encoded failure') found.push('the message of a failure');
  if (textOf(failure['stackTrace']) !== '') found.push('the stack of a failure');
  return found;
}

/** Failures that the engine itself makes have no words of ours. */
function isOurs(failure: Fields): boolean {
  return failure['source'] === 'TypeScriptSDK';
}

function walk(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if (Array.isArray(value)) return value.flatMap((item) => walk(item, name));
  const fields = value as Fields;
  if (name === 'searchAttributes') return openAttributes((fields['indexedFields'] ?? {}) as Fields);
  if (isPayload(fields)) return [openPayload(fields)].filter((open) => open !== undefined);
  const own = [
    ...(name === 'memo' && Object.keys((fields['fields'] ?? {}) as Fields).length > 0 ? ['a memo'] : []),
    ...('encodedAttributes' in fields && isOurs(fields) ? openFailure(fields) : []),
    ...(ACTIVITY_ID.test(textOf(fields['activityId']) || '0') ? [] : ['the id of an activity']),
  ];
  return [...own, ...Object.keys(fields).flatMap((key) => walk(fields[key], key))];
}

/** Everything in a run that is in clear and is none of the few things that may be, in words. */
export function inClear({ workflowId, history, listed }: RawRun): string[] {
  const id = WORKFLOW_ID.test(workflowId) ? [] : ['the id of a workflow'];
  return [...id, ...walk(history, ''), ...walk(listed, '')].map((what) => `${workflowId}: ${what}`);
}

/** How many encrypted payloads a run holds: the look is at something. */
export function countSealed(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  if (isPayload(value as Fields) && openPayload(value as Fields) === undefined) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + countSealed(inner), 0);
}
