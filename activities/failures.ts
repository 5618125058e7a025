/**
 * How activities fail: which errors are waited out, and what the engine gets to see of them.
 *
 * Messages are our own words and codes: errors of drivers and gateways may quote what somebody typed.
 */
import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { isPassing } from '../store/passing-error.ts';
import { GatewayError, type GatewayFailure } from './gateways/gateway-error.ts';

/** An error that is not known to pass is tried so often, in case it does, before the registration is parked. */
const UNKNOWN_ATTEMPTS_MAX = 4;

function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** What a failed record tells the workflow: try again, or park (`nonRetryable`). */
export function recordFailure(error: unknown): ApplicationFailure {
  const name = error instanceof Error ? error.name : 'Error';
  const passing = isPassing(error);
  return ApplicationFailure.create({
    type: passing ? 'DatabaseAway' : name,
    message: `The record failed: ${name} ${codeOf(error) ?? ''}`.trim(),
    nonRetryable: name === 'RecordConflict' || (!passing && activityInfo().attempt >= UNKNOWN_ATTEMPTS_MAX),
  });
}

/** A wrong key or an answer of another shape is mended by an operator, not by asking every second. */
const REST_AFTER_MISTAKE_MS = 60_000;
const MISTAKES: readonly GatewayFailure[] = ['misconfigured', 'malformed', 'refused'];

/** Milliseconds until a call that has failed so three times is made again; undefined leaves it to the engine. */
type RestOf = (kind: GatewayFailure) => number | undefined;
const restOfMistake: RestOf = (kind) => (MISTAKES.includes(kind) ? REST_AFTER_MISTAKE_MS : undefined);

/** What a failed call to the outside tells the engine; it is made again, without end. */
export function outsideFailure(error: unknown, restOf: RestOf = restOfMistake): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (!(error instanceof GatewayError)) {
    const name = error instanceof Error ? error.name : 'Error';
    return ApplicationFailure.create({ type: name, message: `The call failed: ${codeOf(error) ?? name}` });
  }
  const restMs = activityInfo().attempt > 2 ? restOf(error.kind) : undefined;
  return ApplicationFailure.create({
    type: `Gateway.${error.kind}`,
    message: error.message,
    ...(restMs === undefined ? {} : { nextRetryDelay: restMs }),
  });
}

/** No failure, only no answer yet: asked again after `delayMs`, without noise in logs and metrics. */
export function notYet(what: string, delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'NotYet',
    message: what,
    category: 'BENIGN',
    nextRetryDelay: delayMs,
  });
}
