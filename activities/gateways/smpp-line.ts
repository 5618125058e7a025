/**
 * A line to an SMS centre (SMPP 3.4), watched by enquire_link and made again when it breaks: so many requests at once,
 * so many in a second. What was under way when it broke is in doubt.
 */
import type { Pdu, PduField } from 'smpp';
import { keepBound, type BindingEvents, type BindingOptions } from './smpp-binding.ts';
import { createGate } from './smpp-gate.ts';

export interface LineOptions extends BindingOptions {
  /** So many requests without an answer at once. */
  readonly window: number;
  readonly perSecond: number;
  /** After so long a request is forgotten; without an answer to any other one meanwhile the line is made anew. */
  readonly silenceMs?: number;
  /** So often the link is asked whether it is there. */
  readonly linkMs?: number;
  /** In doubt, it is asked at once, and made anew without an answer within this time. */
  readonly linkAnswerMs?: number;
}

interface Request {
  readonly command: string;
  readonly fields: Readonly<Record<string, PduField>>;
  readonly urgent: boolean;
  /** Whether it is forgotten, and its place is free, when `signal` aborts: what is asked harms nobody by being lost. */
  readonly forgettable?: boolean;
}

export interface Line {
  /**
   * Waits for the bind and for a place, at most until `signal` aborts, and sends; a line that has been down for a
   * second is not waited for. Resolves with `answer` when it is on its way; rejects when nothing was sent. `answer`
   * rejects when the line breaks first.
   */
  request(request: Request, signal: AbortSignal): Promise<{ readonly answer: Promise<Pdu> }>;
  rest(ms: number): void;
  /** A request had no answer: is anybody there? */
  check(): void;
  close(): void;
}

const SILENCE_MS = 30_000;
const LINK_MS = 20_000;
const LINK_ANSWER_MS = 3_000;

export function createLine(options: LineOptions, events: BindingEvents): Line {
  const { silenceMs = SILENCE_MS, linkMs = LINK_MS, linkAnswerMs = LINK_ANSWER_MS } = options;
  const gate = createGate(options);
  const binding = keepBound(options, events);
  let checking = false;

  function check(): void {
    const connection = binding.bound();
    if (connection === undefined || checking) return;
    checking = true;
    const dead = setTimeout(() => connection.destroy(), linkAnswerMs);
    void connection
      .request('enquire_link', {})
      .catch(() => {})
      .finally(() => {
        clearTimeout(dead);
        checking = false;
      });
  }

  const watch = setInterval(() => {
    const connection = binding.bound();
    if (connection?.forgetOlderThan(silenceMs) === false) connection.destroy();
    else check();
  }, linkMs);

  return {
    async request({ command, fields, urgent, forgettable = false }, signal) {
      await binding.whenBound(signal);
      const leave = await gate.enter(urgent, signal);
      const connection = binding.bound();
      // It may have broken while we waited for our turn.
      if (connection === undefined) {
        leave();
        throw new Error('the line is not bound');
      }
      const answer = connection.request(command, fields, forgettable ? signal : undefined).finally(leave);
      answer.catch(() => {});
      return { answer };
    },
    rest: (ms) => gate.rest(ms),
    check,
    close() {
      clearInterval(watch);
      binding.close();
    },
  };
}
