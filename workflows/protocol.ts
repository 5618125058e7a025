/**
 * What travels between our processes and the engine: names, payloads, ids and queues, in one place.
 *
 * Nothing here holds personal data: ids, hashes, codes, times. What is not in clear anyway (payloads) is encrypted
 * by the codec; what cannot be (ids, search attributes, queue names) says nothing about a person.
 */
import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
  type SearchAttributePair,
} from '@temporalio/common';
import type { Command, Instant, Registration } from '../domain/registration.ts';
import type { Status } from '../domain/lifecycle.ts';

/**
 * Each process of the worker serves all of them. Codes must wait neither behind registrations nor behind notices, so
 * both have slots of their own; notices have a rate, which is that of the providers' lines.
 */
export const REGISTRATION_QUEUE = 'registration';
export const CODE_QUEUE = 'one-time-code';
export const NOTICE_QUEUE = 'notice';
export const QUEUES = [REGISTRATION_QUEUE, CODE_QUEUE, NOTICE_QUEUE] as const;

/** The queue of notices of the installation whose registrations are served by this one. */
export function noticeQueueOf(registrationQueue: string): string {
  return NOTICE_QUEUE + registrationQueue.slice(REGISTRATION_QUEUE.length);
}

/** Temporal's priorities, 1 before 5: a code, of which somebody is looking at an empty screen, before every notice. */
export const CODE_PRIORITY = 1;
export const NOTICE_PRIORITY = 4;
export const FORGOTTEN_PRIORITY = 5;

export const REGISTRATION_WORKFLOW = 'registration';
export const CODE_WORKFLOW = 'oneTimeCode';
export const NOTICE_WORKFLOW = 'forgottenNotice';

const REGISTRATION_PREFIX = 'registration-';
const CODE_PREFIX = 'code-';
const NOTICE_PREFIX = 'notice-';

/** The workflow of a registration: our random id, nothing of the person. */
export function registrationWorkflowId(registrationId: string): string {
  return REGISTRATION_PREFIX + registrationId;
}

export function codeWorkflowId(codeId: string): string {
  return CODE_PREFIX + codeId;
}

/** One accepted command on its way to the workflow. `number` counts within the registration, from 1. */
export interface CommandSignal {
  readonly commandId: string;
  readonly number: number;
  readonly command: Command;
  readonly receivedAt: Instant;
}

/** Work outside that is not finished, carried across continue-as-new and issued again by its id. */
export type Work =
  | {
      readonly kind: 'line';
      readonly id: string;
      /** When the registry opens: nobody is asked before. */
      readonly notBefore?: Instant;
      /** The candidate knows that there is no answer. */
      readonly told?: boolean;
    }
  | { readonly kind: 'person'; readonly id: string; readonly told?: boolean }
  | {
      readonly kind: 'cardStart';
      readonly id: string;
      readonly attemptId: string;
      readonly commandId: string;
      readonly receivedAt: Instant;
      /** The candidate is back from the bank already: this command is decided once the start has been. */
      readonly returned?: Omit<CommandSignal, 'command'>;
    }
  | {
      readonly kind: 'cardInquiry';
      readonly id: string;
      readonly attemptId: string;
      readonly notBefore: Instant | null;
    }
  | { readonly kind: 'documents'; readonly id: string; readonly revision: number }
  | { readonly kind: 'sms'; readonly id: string; readonly smsId: string };

/** Start of a registration's workflow, and of each run after continue-as-new. */
export interface RegistrationInput {
  readonly registrationId: string;
  /** Whose desk it comes to; for operators to read. */
  readonly governorateName: string;
  readonly electionId: string;
  /** Continue as new after this many commands, for tests and hostile loads; otherwise when the engine suggests it. */
  readonly continueAfter?: number;
  readonly carried?: CarriedState;
}

export interface CarriedState {
  readonly registration: Registration;
  /** Ids of the commands that were handled, newest last, bounded. */
  readonly handled: readonly string[];
  /** Messages that arrived and were not yet handled. */
  readonly waiting: readonly CommandSignal[];
  readonly work: readonly Work[];
  readonly waitingSince: Instant;
}

export interface CodeInput {
  readonly codeId: string;
  /** When the code ends: nothing is sent after it. */
  readonly expiresAt: Instant;
}

export interface NoticeInput {
  readonly smsId: string;
}

export const SEARCH_ATTRIBUTES = {
  status: defineSearchAttributeKey('RegistrationStatus', 'KEYWORD'),
  election: defineSearchAttributeKey('ElectionId', 'KEYWORD'),
  governorate: defineSearchAttributeKey('Governorate', 'KEYWORD'),
  round: defineSearchAttributeKey('Round', 'INT'),
  waitingSince: defineSearchAttributeKey('WaitingSince', 'DATETIME'),
} as const;

interface Progress {
  readonly status: Status;
  readonly round: number;
  readonly waitingSince: Instant;
}

/** What an operator can filter by and what changes while a registration runs. */
export function progressAttributes({ status, round, waitingSince }: Progress): SearchAttributePair[] {
  return [
    { key: SEARCH_ATTRIBUTES.status, value: status },
    { key: SEARCH_ATTRIBUTES.round, value: round },
    { key: SEARCH_ATTRIBUTES.waitingSince, value: new Date(waitingSince) },
  ];
}

/** An accepted command, and what its workflow needs to be started should this be the first that arrives. */
export interface CommandToSend extends Omit<CommandSignal, 'commandId'> {
  readonly id: string;
  readonly registrationId: string;
  readonly governorate: string;
  readonly governorateName: string;
  readonly electionId: string;
}

export interface EngineOptions {
  /** Appended to the names of the queues; lets two installations share a namespace. */
  readonly queueSuffix: string;
  /** See RegistrationInput. */
  readonly continueAfter?: number | undefined;
}

/** What an operator reads first. A new run loses the static summary, so the current details repeat it. */
export function summaryOf({ governorateName }: Pick<RegistrationInput, 'governorateName'>): string {
  return `ثبت‌نام داوطلب · فرمانداری ${governorateName}`;
}

/** How a command is handed over: starts the workflow of the registration when there is none, never a second time. */
export function signalWithStartOf(command: CommandToSend, { queueSuffix, continueAfter }: EngineOptions) {
  const { registrationId, governorate, governorateName, electionId, receivedAt } = command;
  const input: RegistrationInput = {
    registrationId,
    governorateName,
    electionId,
    ...(continueAfter === undefined ? {} : { continueAfter }),
  };
  const signal: CommandSignal = {
    commandId: command.id,
    number: command.number,
    command: command.command,
    receivedAt,
  };
  return {
    workflowId: registrationWorkflowId(registrationId),
    taskQueue: REGISTRATION_QUEUE + queueSuffix,
    args: [input] as [RegistrationInput],
    signal: command.command.kind,
    signalArgs: [signal] as [CommandSignal],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: summaryOf(input),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: SEARCH_ATTRIBUTES.election, value: electionId },
      { key: SEARCH_ATTRIBUTES.governorate, value: governorate },
      ...progressAttributes({ status: 'awaiting-verification', round: 0, waitingSince: receivedAt }),
    ]),
  } as const;
}

/** What we need of Temporal's client, so that this file stays free of it (the workflow bundle imports it too). */
interface SignallingClient {
  withAbortSignal<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result>;
  readonly workflow: {
    signalWithStart(workflowType: string, options: ReturnType<typeof signalWithStartOf>): Promise<unknown>;
  };
}

/** Of gRPC; the engine's client wraps the error that has them. */
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

function statusOf(error: unknown): unknown {
  const { cause, code } = error as { readonly cause?: { readonly code?: unknown }; readonly code?: unknown };
  return cause?.code ?? code;
}

/** The sender that store/delivery.ts asks for, over platform/temporal-client.ts. */
export function commandSender(client: SignallingClient, options: EngineOptions) {
  return {
    async send(command: CommandToSend, abort: AbortSignal): Promise<'sent' | 'closed' | 'busy' | 'away'> {
      try {
        await client.withAbortSignal(abort, () =>
          client.workflow.signalWithStart(REGISTRATION_WORKFLOW, signalWithStartOf(command, options)),
        );
        return 'sent';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'closed';
        const code = statusOf(error);
        if (abort.aborted || code === UNAVAILABLE || code === DEADLINE_EXCEEDED) return 'away';
        // Also for the moment in which one run has ended and the next one not begun.
        if (code === RESOURCE_EXHAUSTED) return 'busy';
        throw error;
      }
    },
  };
}

/** The engine answers in milliseconds, or hangs; the notice is found again in the next round. */
const NOTICE_START_MS = 3_000;

/** What noticeSender needs of Temporal's client. */
interface StartingClient {
  withDeadline<Result>(deadline: number, call: () => Promise<Result>): Promise<Result>;
  readonly workflow: {
    start(workflowType: string, options: ReturnType<typeof noticeStartOf>): Promise<unknown>;
  };
}

/** Starts the sending of a notice that nobody sends; rejects when the engine has not taken it before the deadline. */
export function noticeSender(
  client: StartingClient,
  { queueSuffix, deadlineMs = NOTICE_START_MS }: NoticeSenderOptions,
): (smsId: string) => Promise<void> {
  return async (smsId) => {
    await client.withDeadline(Date.now() + deadlineMs, () =>
      client.workflow.start(NOTICE_WORKFLOW, noticeStartOf({ smsId }, { queueSuffix })),
    );
  };
}

interface NoticeSenderOptions extends Pick<EngineOptions, 'queueSuffix'> {
  readonly deadlineMs?: number;
}

/** How the sending of a one-time code is started; `client.workflow.start(CODE_WORKFLOW, codeStartOf(…))`. */
export function codeStartOf(input: CodeInput, { queueSuffix }: Pick<EngineOptions, 'queueSuffix'>) {
  return {
    workflowId: codeWorkflowId(input.codeId),
    taskQueue: CODE_QUEUE + queueSuffix,
    args: [input] as [CodeInput],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    priority: { priorityKey: CODE_PRIORITY },
    staticSummary: 'پیامک کد یک‌بارمصرف',
  } as const;
}

/** How a notice that nobody has sent is taken up again; as often as it is forgotten, but once at a time. */
export function noticeStartOf(input: NoticeInput, { queueSuffix }: Pick<EngineOptions, 'queueSuffix'>) {
  return {
    workflowId: NOTICE_PREFIX + input.smsId,
    taskQueue: NOTICE_QUEUE + queueSuffix,
    args: [input] as [NoticeInput],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    priority: { priorityKey: FORGOTTEN_PRIORITY },
    staticSummary: 'پیامک جامانده',
  } as const;
}
