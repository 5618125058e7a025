/** The API with a database of its own, and with codes that a test can read instead of a telephone. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../api/app.ts';
import { createApiServer, drain } from '../../api/server.ts';
import type { NetworkRule } from '../../api/network-rule.ts';
import { createRequestLimits, REQUEST_RULES, type RequestRules } from '../../api/request-limits.ts';
import { createSendingLimits, type SendingRules } from '../../api/sending-limits.ts';
import { createStreams, type CodeSender, type Services } from '../../api/services.ts';
import { createCodeSender } from '../../api/engine.ts';
import { createPictureDecoder } from '../../platform/picture.ts';
import { createDelivery, type CommandSender } from '../../store/delivery.ts';
import { createDesk, type Desk } from '../../store/desk.ts';
import { takeCodeToSend, markCodeSent } from '../../store/one-time-codes.ts';
import { createRateLimits } from '../../store/rate-limits.ts';
import { createOutcomes } from '../../store/outcomes.ts';
import { openStage, type Stage } from '../workflow/stage.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { quietLog } from '../support/quiet-log.ts';
import { createClient, type ApiClient } from './client.ts';

/** With what the SMS provider of tests reports. */
export const SMS_REPORT_KEY = 'test-sms-report-key';

export const DEVICE = { id: 'device-one', kind: 'api', name: 'Test' } as const;

export interface Office {
  readonly fresh: FreshDatabase;
  readonly client: ApiClient;
  readonly services: Services;
  /** The newest code that was sent to a mobile (`+989…`). */
  codeFor(mobile: string): string;
  /** How many codes were sent in all. */
  codesSent(): number;
  /** Signs a new candidate in; numbers count up, so that limits of one do not meet another. */
  signIn(options?: {
    mobile?: string;
    device?: typeof DEVICE | { id: string; kind: string; name: string };
  }): Promise<ApiClient>;
  /** Turns the engine off or on, as far as the API can see. */
  engine(there: boolean): void;
  /** Moves the API's clock on. */
  wait(ms: number): void;
  close(): Promise<void>;
}

export interface RealOffice extends Office {
  readonly stage: Stage;
}

interface OfficeOptions {
  /** The engine for real; without it codes are sent by hand, and every command stays accepted. */
  readonly stage?: Stage;
  /** Codes in 300 s; as a rule so many that no test meets the limit of another. */
  readonly sending?: SendingRules;
  readonly networkRule?: NetworkRule;
  /** What requests are counted against; nothing in reach when it is left out. */
  readonly requests?: RequestRules;
  /** The API's clock moves by `wait` alone: for what ends within seconds, however long the machine takes meanwhile. */
  readonly clockStands?: boolean;
}

const MANY = 1_000_000;
const UNLIMITED: SendingRules = { perPlace: MANY, perNeighbourhood: MANY, perBlock: MANY, inAll: MANY };

/** No rule against VPNs. */
const EVERYWHERE: NetworkRule = { judge: () => 'allowed', noticesFor: () => [], complaints: () => [] };

/** A test file asks more within its minute than a candidate does. */
const UNCOUNTED = Object.fromEntries(
  Object.entries(REQUEST_RULES).map(([name, rule]) => [name, { ...rule, points: MANY }]),
) as unknown as RequestRules;

const AWAY: CommandSender = { send: () => Promise.resolve('away') };

const PATIENCE_MS = 90_000;
const LOOK_MS = 20;

/** Waits until there is something other than nothing. */
export async function soon<T>(look: () => T | Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen || Date.now() > end) return seen;
    await delay(LOOK_MS);
  }
}

/** How a mobile that was typed as 0912… is kept. */
const international = (mobile: string): string => mobile.replace(/^0/u, '+98');

/** Waits for outcomes longer than the door does: on a busy machine a command may take more than 2 s. */
function patientDesk(stage: Stage): Desk {
  return { settle: async (command) => ({ ...command, ...(await stage.settle(command)), waitedMs: 0 }) };
}

/** The newest code that went to the gateway for this number. */
function smsCode(stage: Stage | undefined, mobile: string): string {
  const sms = stage?.world.sent.findLast(({ kind, to }) => kind === 'code' && to === mobile);
  return sms?.kind === 'code' ? sms.code : '';
}

export async function openOffice({
  stage,
  sending = UNLIMITED,
  requests = UNCOUNTED,
  networkRule = EVERYWHERE,
  clockStands = false,
}: OfficeOptions = {}): Promise<Office> {
  const fresh = stage?.fresh ?? (await freshDatabase());
  const { db } = fresh;
  const inbox = new Map<string, string>();
  /** Codes whose sending was started: the engine knows them by their id, and starts none twice. */
  const started = new Set<string>();
  let sent = 0;
  let there = true;
  let shift = 0;
  let people = 0;
  const begun = Date.now();
  const now = () => (clockStands ? begun : Date.now()) + shift;

  const byHand: CodeSender = {
    async start({ codeId }) {
      if (!there) throw new Error('The engine is away');
      if (started.has(codeId)) return;
      started.add(codeId);
      const code = await takeCodeToSend(db, codeId, now());
      if (!code) return;
      sent += 1;
      inbox.set(code.mobile, code.code);
      await markCodeSent(db, codeId, now());
    },
  };
  const codes = stage ? createCodeSender(stage.temporal, stage) : byHand;
  const outcomes = createOutcomes(fresh.url, db);
  const delivery = stage?.delivery ?? createDelivery(db, AWAY);
  const pictures = createPictureDecoder({ processes: 1 });
  const log = quietLog();
  const services: Services = {
    db,
    outcomes,
    pictures,
    codes,
    codeLifeSeconds: 120,
    sendingLimits: createSendingLimits({ limits: createRateLimits(db), rules: sending, log }),
    requestLimits: createRequestLimits({ limits: createRateLimits(db), rules: requests, log }),
    desk: stage ? patientDesk(stage) : createDesk({ db, delivery, outcomes }),
    streams: createStreams(),
    keys: { code: TEST_KEYS.code, session: TEST_KEYS.session, smsReports: SMS_REPORT_KEY },
    origins: ['https://portal.test'],
    trustedProxies: ['127.0.0.0/8'],
    networkRule,
    health: () => Promise.resolve({ database: true, engine: there }),
    log,
    now,
  };
  const server = createApiServer(createApp(services)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  const office: Office = {
    fresh,
    client,
    services,
    codeFor: (mobile) => inbox.get(international(mobile)) ?? smsCode(stage, international(mobile)),
    codesSent: () => sent,
    async signIn({ mobile, device = DEVICE } = {}) {
      people += 1;
      const number = mobile ?? `0912${String(people).padStart(7, '0')}`;
      const asked = await client.post<{ id: string }>('/sign-in-codes', {
        mobile: number,
        device: { id: device.id },
      });
      const code = await soon(() => office.codeFor(number));
      const body = { codeId: asked.body.id, code, device };
      const opened = await client.post<{ token: string }>('/sessions', body);
      return client.as(opened.body.token);
    },
    engine: (is) => void (there = is),
    wait: (ms) => void (shift += ms),
    async close() {
      await drain(server, services.streams);
      await outcomes.close();
      await pictures.close();
      if (!stage) await fresh.drop();
    },
  };
  return office;
}

/** An office with the engine and its worker for real; only the outside world is played. */
export async function openRealOffice(options: Pick<OfficeOptions, 'clockStands'> = {}): Promise<RealOffice> {
  const stage = await openStage();
  try {
    const office = await openOffice({ stage, ...options });
    const close = async (): Promise<void> => {
      await office.close();
      await stage.close();
    };
    return { ...office, stage, close };
  } catch (error) {
    // A worker that nobody ends would keep the run from ending.
    await stage.close();
    throw error;
  }
}
