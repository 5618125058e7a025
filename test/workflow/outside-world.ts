/** The outside world of a workflow test, in this process: what registries, bank and SMS gateway answer, and were asked. */
import { GatewayError } from '../../activities/gateways/gateway-error.ts';
import type { BankGateway, BankOutcome } from '../../activities/gateways/bank.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import type { Sms } from '../../activities/gateways/sms.ts';

export const CARD = { cardPrefix: '603799', cardSuffix: '1234' } as const;
export const PROVEN: BankOutcome = { outcome: 'confirmed', maskedPan: '603799******1234' };

/** A hand on a provider: closed, calls wait in front of it. */
export interface Barrier {
  close(): void;
  open(): void;
  pass(): Promise<void>;
}

function barrier(): Barrier {
  let waiting: (() => void)[] = [];
  let closed = false;
  return {
    close: () => (closed = true),
    open() {
      closed = false;
      for (const go of waiting) go();
      waiting = [];
    },
    pass: () => (closed ? new Promise((go) => waiting.push(go)) : Promise.resolve()),
  };
}

export const NIGHT_MS = 1_000;

const silent = (provider: string): GatewayError =>
  new GatewayError('unavailable', `${provider}: no answer`, { retryable: true });

export interface OutsideWorld {
  readonly gateways: Dependencies['gateways'];
  /** Everything that was handed to the SMS gateway, oldest first. */
  readonly sent: Sms[];
  /** Attempts for which the bank was asked to start a transaction, once per call. */
  readonly starts: string[];
  readonly lineClosed: Dependencies['lineClosed'];
  readonly line: Barrier;
  readonly sms: Barrier;
  /** In front of the answer to a start, after it was counted. */
  readonly bankPage: Barrier;
  /** What the next calls meet; a test changes it at any time. */
  readonly answers: {
    line: 'yes' | 'no' | 'invalid' | 'silent';
    /** Whether the registry of lines is closed for the night; each night lasts a second. */
    night: boolean;
    person: 'matched' | 'dead' | 'unknown' | 'silent';
    start: 'opened' | 'unavailable' | 'answer-lost';
    bank: BankOutcome | 'silent';
    pageLifeMs: number;
  };
}

export function createOutsideWorld(): OutsideWorld {
  const sent: Sms[] = [];
  const starts: string[] = [];
  const line = barrier();
  const sms = barrier();
  const bankPage = barrier();
  const answers: OutsideWorld['answers'] = {
    line: 'yes',
    night: false,
    person: 'matched',
    start: 'opened',
    bank: { outcome: 'pending' },
    pageLifeMs: 600_000,
  };
  const bank: BankGateway = {
    async start({ attemptId }) {
      starts.push(attemptId);
      await bankPage.pass();
      if (answers.start === 'unavailable') {
        throw new GatewayError('unavailable', 'bank: away', { retryable: true });
      }
      if (answers.start === 'answer-lost') {
        throw new GatewayError('ambiguous', 'bank: no answer', { retryable: false });
      }
      return {
        redirectUrl: `https://bank.example/${attemptId}`,
        bankReference: attemptId,
        expiresAt: new Date(Date.now() + answers.pageLifeMs),
      };
    },
    inquire: () =>
      answers.bank === 'silent' ? Promise.reject(silent('bank')) : Promise.resolve(answers.bank),
  };
  const gateways: Dependencies['gateways'] = {
    bank,
    lineOwner: {
      async belongs() {
        await line.pass();
        if (answers.line === 'silent') throw silent('line-owner');
        return answers.line;
      },
    },
    civilRegistry: {
      find: () => {
        if (answers.person === 'silent') return Promise.reject(silent('civil-registry'));
        return Promise.resolve(
          answers.person === 'unknown'
            ? { matched: false }
            : {
                matched: true,
                firstName: 'قناری',
                lastName: 'نمونه',
                fatherName: 'آزمون',
                alive: answers.person === 'matched',
              },
        );
      },
    },
    sms: {
      'sms-a': {
        async send(message) {
          await sms.pass();
          sent.push(message);
          return { references: [message.reference] };
        },
        find: ({ reference }) => {
          const arrived = sent.some((message) => message.reference === reference);
          return Promise.resolve({
            state: arrived ? 'sent' : 'not-found',
            references: arrived ? [reference] : [],
          });
        },
        states: (references) => Promise.resolve(references.map(() => 'sent')),
      },
    },
  };
  const lineClosed: Dependencies['lineClosed'] = (now) =>
    answers.night ? { until: now + NIGHT_MS, closed: { from: '23:00', to: '07:00' } } : null;
  return { gateways, lineClosed, sent, starts, line, sms, bankPage, answers };
}
