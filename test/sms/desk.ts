/** SMS with everything that is ours for real, and both providers of the sandbox. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { v7 as newId } from 'uuid';
import { createActivities, type Activities } from '../../activities/activities.ts';
import { createKavenegar } from '../../activities/gateways/kavenegar.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import type { Smpp } from '../../activities/gateways/smpp.ts';
import type { Sms, SmsGateway } from '../../activities/gateways/sms.ts';
import type { SmppConfig } from '../../platform/sms-config.ts';
import { openSmsLine } from '../../activities/sms-line.ts';
import { createLogger } from '../../platform/log.ts';
import { SMS_PROVIDERS, type SmsProvider } from '../../domain/sms-failover.ts';
import type { Database } from '../../store/database.ts';
import { requestCode } from '../../store/one-time-codes.ts';
import { writeSms, type SmsRow } from '../../store/sms.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { NET_MS } from '../support/patience.ts';
import { quietLog } from '../support/quiet-log.ts';
import { CENTRE, SANDBOX_KEYS, startSandbox, type Fault, type RunningSandbox } from '../support/sandbox.ts';
import { idempotency } from '../workflow/candidacy.ts';
import { createOutsideWorld } from '../workflow/outside-world.ts';

const SILENT = new DefaultLogger('ERROR', () => {});
/** A busy machine answers late; only who is told not to answer is given up soon. */
const IMPATIENCE_MS = 300;
const RECEIPT_MS = 150;
/** Of nobody. */
const TRIAL = { kind: 'notice', to: '+989380000000', text: '-' } as const;
/** A host of ordinary length. */
export const WEB_OTP_HOST = 'davtalab.moi.ir';

export interface SmsDesk {
  readonly fresh: FreshDatabase;
  readonly sandbox: RunningSandbox;
  readonly sms: Dependencies['gateways']['sms'];
  /** A number that nobody used before: `+989…`. */
  newMobile(): string;
  newNotice(mobile: string): Promise<string>;
  newCode(mobile: string): Promise<string>;
  /** One try of the activity; gives what it made of it, or the type of its failure. */
  send(kind: 'notice' | 'code', id: string): Promise<unknown>;
  /** The same as the engine's so many-th try; gives how long it asks to rest after it (ms), if it asks. */
  rest(kind: 'notice' | 'code', id: string, attempt: number): Promise<unknown>;
  /** Tries until it ends, as the engine would, without its pauses. */
  sendUntilDone(kind: 'notice' | 'code', id: string, tries?: number): Promise<unknown>;
  row(id: string): Promise<SmsRow>;
  tries(id: string): Promise<{ provider: SmsProvider; outcome: string }[]>;
  /** Who delivered what to this number. */
  received(mobile: string): Promise<{ provider: string; text: string }[]>;
  /** Makes a provider fail; one that will not answer is waited for a moment only. */
  fault(provider: SmsProvider, fault: Fault): Promise<void>;
  /** Both work again, on a line of which nothing is left that a fault did to the one before. */
  heal(): Promise<void>;
  /** Moves the clock of the providers, which stands still otherwise. */
  passTime(ms: number): void;
  close(): Promise<void>;
}

/** The line to the sandbox's centre: it knocks often, and takes nothing late for broken. */
function lineTo(sandbox: RunningSandbox, db: Database): Smpp {
  const centre: SmppConfig = {
    ...{ host: '127.0.0.1', port: sandbox.centrePort, tls: false, caFile: null },
    ...{ ...CENTRE, source: '2000500777', window: 10, perSecond: 1_000 },
    ids: { answers: 'hex', receipts: 'decimal' },
  };
  const manners = {
    ...{ timeoutMs: NET_MS, linkMs: NET_MS, linkAnswerMs: NET_MS, silenceMs: NET_MS },
    reconnectMs: { first: 20, longest: 100 },
  };
  return openSmsLine({ ...centre, ...manners }, db, createLogger('test', { level: 'silent' }));
}

/** A centre is not understood in some of its malformed answers, which is as if none came. */
function isSilent(provider: SmsProvider, { mode, delayMs = Number.POSITIVE_INFINITY }: Fault): boolean {
  if (mode === 'malformed') return provider === 'sms-b';
  return mode === 'hang' || (mode === 'slow' && delayMs > IMPATIENCE_MS);
}

/** Both providers, each waited for as long as `patience` says (ms). */
function gatewaysOf(
  sandbox: RunningSandbox,
  line: SmsGateway,
  patience: ReadonlyMap<string, number>,
): SmsDesk['sms'] {
  const waitingFor = (provider: SmsProvider, gateway: SmsGateway): SmsGateway => {
    const limited = (message: Sms): Sms => ({ ...message, withinMs: patience.get(provider) ?? NET_MS });
    return {
      ...gateway,
      send: (message) => gateway.send(limited(message)),
      find: (message) => gateway.find(limited(message)),
    };
  };
  return {
    'sms-a': waitingFor(
      'sms-a',
      createKavenegar({ url: sandbox.url, key: SANDBOX_KEYS.sms, timeoutMs: NET_MS }),
    ),
    'sms-b': waitingFor('sms-b', line),
  };
}

type Writing = Pick<SmsDesk, 'newMobile' | 'newNotice' | 'newCode'>;

/** What there is to send. */
function writingIn(db: Database): Writing {
  let mobiles = 0;
  let number = 0;
  return {
    newMobile: () => `+98937${String((mobiles += 1)).padStart(7, '0')}`,
    newNotice: (mobile) =>
      writeSms(db, {
        ...{ registrationId: null, cause: `test-${(number += 1)}`, mobile, at: Date.now() },
        ...{ template: 'defects', parameters: {} },
      }),
    async newCode(mobile) {
      const code = await requestCode(db, {
        ...{ purpose: 'sign-in', deviceId: 'device', sessionId: null, registrationId: null },
        ...{ mobile, codeKey: TEST_KEYS.code, lifeSeconds: 120, now: Date.now() },
        idempotency: idempotency('device:1'),
      });
      return code.id;
    },
  };
}

type Sending = Pick<SmsDesk, 'send' | 'rest' | 'sendUntilDone'>;

/** The activities, as the engine would run them. */
function sendingBy(activities: Activities): Sending {
  const run = (kind: 'notice' | 'code', id: string, attempt: number): Promise<unknown> => {
    const environment = new MockActivityEnvironment({ attempt }, { logger: SILENT });
    return kind === 'code'
      ? environment.run(activities.sendCode, { codeId: id })
      : environment.run(activities.sendSms, { smsId: id });
  };
  const send: Sending['send'] = (kind, id) =>
    run(kind, id, 1).then(
      (result) => result ?? 'sent',
      (error: Error & { type?: string }) => error.type ?? error.message,
    );
  return {
    send,
    rest: (kind, id, attempt) =>
      run(kind, id, attempt).then(
        () => undefined,
        (error: ApplicationFailure) => error.nextRetryDelay ?? undefined,
      ),
    async sendUntilDone(kind, id, tries = 12) {
      let result: unknown;
      for (let attempt = 0; attempt < tries; attempt += 1) {
        result = await send(kind, id);
        if (result === 'sent' || result === 'refused' || result === 'ended') break;
      }
      return result;
    },
  };
}

export async function openSmsDesk(changes: Partial<Dependencies> = {}): Promise<SmsDesk> {
  let providersNow = Date.now();
  const [fresh, sandbox] = await Promise.all([
    freshDatabase(),
    startSandbox({ receiptAfterMs: RECEIPT_MS, now: () => providersNow }),
  ]);
  const { db, owner } = fresh;
  const line = lineTo(sandbox, db);
  const patience = new Map<string, number>();
  const sms = gatewaysOf(sandbox, line, patience);
  const activities = createActivities({
    ...{ db, log: quietLog(), publicApiUrl: 'https://api.example', failpoint: () => Promise.resolve() },
    gateways: { ...createOutsideWorld().gateways, sms },
    lineClosed: () => null,
    webOtpHost: WEB_OTP_HOST,
    ...changes,
  });
  const desk: SmsDesk = {
    ...{ fresh, sandbox, sms },
    ...writingIn(db),
    ...sendingBy(activities),
    row: (id) => owner<SmsRow>('sms').where({ id }).first() as Promise<SmsRow>,
    tries: (id) => owner('sms_tries').where({ sms_id: id }).orderBy('id').select('provider', 'outcome'),
    received: async (mobile) =>
      (await sandbox.inbox(mobile.replace('+98', '0'))).map(({ provider, text }) => ({ provider, text })),
    async fault(provider, fault) {
      patience.set(provider, isSilent(provider, fault) ? IMPATIENCE_MS : NET_MS);
      await sandbox.fault(provider, fault);
    },
    async heal() {
      for (const provider of SMS_PROVIDERS) await desk.fault(provider, { mode: 'ok' });
      sandbox.breakLines();
      // What is handed to the old line before we hear of its end goes down with it.
      const works = () =>
        line.send({ ...TRIAL, reference: newId() }).then(
          () => true,
          () => false,
        );
      // A broken line rejects at once: without a rest nobody would hear that it is broken.
      while (!(await works())) await delay(10);
    },
    passTime: (ms) => void (providersNow += ms),
    async close() {
      line.close();
      await sandbox.stop();
      await fresh.drop();
    },
  };
  // So that a test may be the first on its line.
  await desk.heal();
  return desk;
}
