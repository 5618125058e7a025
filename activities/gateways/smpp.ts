/**
 * The adapter for an SMS centre (SMPP, iran.md §5.2). Persian goes as UCS-2, a longer text in parts that the phone
 * joins again. The centre takes no id of ours: of an SMS whose answer was lost it cannot be asked.
 */
import type { Pdu, PduField } from 'smpp';
import {
  comparableId,
  parseReceipt,
  stateOfMessage,
  writtenId,
  type DeliveryState,
  type IdNotation,
} from '../../domain/sms-receipt.ts';
import { GatewayError, type GatewayFailure } from './gateway-error.ts';
import type { BindingEvents } from './smpp-binding.ts';
import { createLine, type Line, type LineOptions } from './smpp-line.ts';
import { partsOf } from './smpp-parts.ts';
import type { Sms, SmsGateway } from './sms.ts';

export interface SmppOptions extends LineOptions {
  /** What receivers see: a number of ours, or a name. */
  readonly source: string;
  /** How the centre writes ids: in its answers and `receipted_message_id`, and in the text of its receipts. */
  readonly ids: { readonly answers: IdNotation; readonly receipts: IdNotation };
  readonly timeoutMs?: number;
}

export interface SmppEvents extends Pick<BindingEvents, 'note'> {
  /** Rejects when it cannot be written down: the centre sends it again. */
  readonly report: (receipt: { readonly reference: string; readonly state: DeliveryState }) => Promise<void>;
  /** The answer came after all, when nobody waited any more. */
  readonly late: (sms: { readonly reference: string; readonly references: readonly string[] }) => void;
}

const TIMEOUT_MS = 8_000;
/** An id, and perhaps a word on it; a longer answer has swallowed what came after it. */
const ANSWER_MAX_BYTES = 256;
const REST_WHEN_THROTTLED_MS = 1_000;
/** Of the window's places, so that questions keep no SMS from being sent. */
const QUERIES_AT_ONCE = 2;

/** Statuses of SMPP 3.4 §5.1.3: the receiver's number is none, wherever it is tried. */
const NO_RECEIVER = 0x0b;
/** Our account, our number, its kind: an operator has to act. */
const OURS = new Set([0x0a, 0x0d, 0x0e, 0x0f, 0x48, 0x49, 0x50, 0x51, 0x53]);
const THROTTLED = new Set([0x14, 0x58]);
/** query_sm: the id is unknown, or the query failed. */
const NOT_FOUND = new Set([0x0c, 0x67]);

export interface Smpp extends SmsGateway {
  close(): void;
}

export function createSmpp(options: SmppOptions, events: SmppEvents): Smpp {
  const { ids, timeoutMs = TIMEOUT_MS } = options;
  const line = createLine(options, {
    note: events.note,
    async deliver(pdu) {
      const receipt = receiptOf(pdu, ids);
      // What people answer to our number is nobody's business here.
      if (receipt !== undefined) await events.report(receipt);
      return true;
    },
  });

  return {
    async send(sms) {
      const signal = AbortSignal.timeout(Math.min(timeoutMs, sms.withinMs ?? timeoutMs));
      const parts = partsOf(sms, { source: options.source, now: Date.now() });
      const urgent = sms.kind === 'code';
      const sending = parts.map((fields) =>
        submit(line, { fields, urgent, signal, isPart: parts.length > 1 }),
      );
      const ends = Promise.allSettled(sending.map((part) => part.then(({ id }) => id)));
      const results = await Promise.race([ends, afterAbort(signal)]);
      if (results === undefined) {
        void ends.then((all) => tellLate(sms, all));
        line.check();
        throw await inDoubt(sending);
      }
      const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      if (found.length === parts.length)
        return { references: found.map((id) => comparableId(id, ids.answers)) };
      throw worst(results, found.length);
    },

    find: () => Promise.resolve({ state: 'unknown', references: [] }),

    async states(references) {
      const states = references.map((): DeliveryState => 'unknown');
      const left = [...references.entries()];
      const askOneByOne = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const [index, reference] = next;
          const id = writtenId(reference, ids.answers);
          const state = await query(line, { id, source: options.source, timeoutMs });
          // A centre that does not answer is asked about the others another time.
          if (state === undefined) return;
          states[index] = state;
        }
      };
      await Promise.all(Array.from({ length: QUERIES_AT_ONCE }, askOneByOne));
      return states;
    },

    close: () => line.close(),
  };

  function tellLate({ reference }: Sms, all: readonly PromiseSettledResult<string>[]): void {
    const found = all.flatMap((one) =>
      one.status === 'fulfilled' ? [comparableId(one.value, ids.answers)] : [],
    );
    if (found.length === all.length) events.late({ reference, references: found });
  }
}

function failure(kind: GatewayFailure, what: string): GatewayError {
  return new GatewayError(kind, `sms-b: ${what}`, { retryable: kind !== 'refused' });
}

interface Submission {
  readonly fields: Readonly<Record<string, PduField>>;
  readonly urgent: boolean;
  readonly signal: AbortSignal;
  /** Of a longer text: another part may be with the centre already, and alone it is worth nothing. */
  readonly isPart: boolean;
}

/** Hands one part over. Rejects with what the centre, or the line, made of it. */
async function submit(line: Line, submission: Submission): Promise<{ readonly id: string }> {
  for (;;) {
    const answer = await answerTo(line, submission);
    const isThrottled = THROTTLED.has(answer.command_status);
    if (isThrottled) line.rest(REST_WHEN_THROTTLED_MS);
    if (!isThrottled || !submission.isPart) return { id: idOf(answer) };
  }
}

async function answerTo(line: Line, { fields, urgent, signal }: Submission): Promise<Pdu> {
  const sent = await line
    .request({ command: 'submit_sm', fields, urgent }, signal)
    .catch((error: unknown) => {
      throw failure('unavailable', error instanceof Error ? error.message : 'not sent');
    });
  return sent.answer.catch(() => {
    throw failure('ambiguous', 'the line broke');
  });
}

function idOf(answer: Pdu): string {
  const { command, command_status: status, message_id: id } = answer;
  if (status !== 0) {
    if (status === NO_RECEIVER) throw failure('refused', `status ${status}`);
    throw failure(OURS.has(status) ? 'misconfigured' : 'unavailable', `status ${status}`);
  }
  const plausible = command === 'submit_sm_resp' && answer.command_length <= ANSWER_MAX_BYTES;
  if (!plausible || typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id)) {
    throw failure('malformed', 'no message id');
  }
  return id;
}

function afterAbort(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}

/** Why the time was over: a part is on its way without an answer, or none was sent at all. */
async function inDoubt(sending: readonly Promise<unknown>[]): Promise<GatewayError> {
  // What was not sent rejects with the same abort, so one more turn tells it from what is on its way.
  const now = new Promise<'open'>((resolve) => setImmediate(() => resolve('open')));
  const states = await Promise.all(
    sending.map((part) => Promise.race([part.catch((error: unknown) => error), now])),
  );
  const unsent = states.every((state) => state instanceof GatewayError && state.kind === 'unavailable');
  return unsent ? (states[0] as GatewayError) : failure('ambiguous', 'no answer');
}

/** Some parts are there: then nobody knows what the phone shows. Else what is most certain to be the same next time. */
function worst(results: readonly PromiseSettledResult<string>[], taken: number): GatewayError {
  const errors = results.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const known = errors.map((error) =>
    error instanceof GatewayError ? error : failure('ambiguous', 'it broke'),
  );
  const doubtful = known.find(({ kind }) => kind === 'ambiguous' || kind === 'malformed');
  if (taken > 0) return failure('ambiguous', 'only some parts were taken');
  return doubtful ?? known.find(({ kind }) => kind === 'refused') ?? (known[0] as GatewayError);
}

const RECEIPT_CLASSES = new Set([0x04, 0x20]);

/**
 * What a message of the centre says of one of ours; undefined when it is something else. `receipted_message_id` is
 * written as in the answer (SMPP 3.4 §5.3.2.12), the id in the text as the centre likes.
 */
function receiptOf(
  pdu: Pdu,
  ids: SmppOptions['ids'],
): { readonly reference: string; readonly state: DeliveryState } | undefined {
  const isReceipt = RECEIPT_CLASSES.has((pdu.esm_class ?? 0) & 0x3c);
  if (!isReceipt && pdu.receipted_message_id === undefined) return undefined;
  const told = parseReceipt(textOf(pdu.short_message));
  const state = typeof pdu.message_state === 'number' ? stateOfMessage(pdu.message_state) : told?.state;
  if (state === undefined) return undefined;
  if (pdu.receipted_message_id) {
    return { reference: comparableId(pdu.receipted_message_id, ids.answers), state };
  }
  return told === undefined ? undefined : { reference: comparableId(told.id, ids.receipts), state };
}

function textOf(field: PduField | undefined): string {
  if (typeof field === 'string') return field;
  if (Buffer.isBuffer(field)) return field.toString('latin1');
  return typeof field === 'object' ? textOf(field.message) : '';
}

interface Query {
  readonly id: string;
  readonly source: string;
  readonly timeoutMs: number;
}

/** Undefined when there is no answer in time. */
async function query(line: Line, { id, source, timeoutMs }: Query): Promise<DeliveryState | undefined> {
  const fields = { message_id: id, source_addr: source };
  const answer = await line
    .request(
      { command: 'query_sm', fields, urgent: false, forgettable: true },
      AbortSignal.timeout(timeoutMs),
    )
    .then((sent) => sent.answer)
    .catch(() => undefined);
  if (answer === undefined) return undefined;
  if (answer.command_status !== 0) return NOT_FOUND.has(answer.command_status) ? 'not-found' : 'unknown';
  return typeof answer.message_state === 'number' ? stateOfMessage(answer.message_state) : 'unknown';
}
