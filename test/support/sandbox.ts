/** The outside world on a port of its own, for one test file. Adapters reach it as they reach the real providers. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createBank, type BankGateway } from '../../activities/gateways/bank.ts';
import { CALL_TIMEOUT_MS } from '../../activities/gateways/call.ts';
import { createCivilRegistry, type CivilRegistryGateway } from '../../activities/gateways/civil-registry.ts';
import { createLineOwner, type LineOwnerGateway } from '../../activities/gateways/line-owner.ts';
import { createKavenegar } from '../../activities/gateways/kavenegar.ts';
import type { SmsGateway } from '../../activities/gateways/sms.ts';
import { KEEP_ALIVE_MS } from '../../platform/keep-alive.ts';
import { createSandbox, type SandboxOptions } from '../../sandbox/app.ts';
import { NET_MS } from './patience.ts';

export const SANDBOX_KEYS = {
  sms: 'test-sms-key',
  registry: 'test-registry-token',
  bankTerminal: '900100',
  bankKey: 'test-bank-key',
} as const;
export const CENTRE = { systemId: 'davtalab', password: 'test-smp' } as const;

export interface SandboxCard {
  readonly number: string;
  readonly bank: string;
  readonly cvv2: string;
  readonly month: string;
  readonly year: string;
}

export interface SandboxPerson {
  readonly nationalId: string;
  readonly mobile: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly fatherName: string;
  readonly birthDate: string;
  readonly sex: 'female' | 'male';
  readonly fate: string | null;
  readonly cards: readonly SandboxCard[];
}

interface SandboxMessage {
  readonly to: string;
  readonly text: string;
  readonly provider: string;
  readonly sentAt: string;
}

interface Gateways {
  readonly sms: SmsGateway;
  readonly line: LineOwnerGateway;
  readonly registry: CivilRegistryGateway;
  readonly bank: BankGateway;
}

export interface RunningSandbox {
  readonly url: string;
  /** The port of SMS provider B. */
  readonly centrePort: number;
  /** Our adapters: they give up soon on a provider that a fault keeps silent, and wait long for all others. */
  readonly gateways: Gateways;
  /** The same with the patience that they have in production. */
  readonly patient: Gateways;
  people(): Promise<SandboxPerson[]>;
  /** The first person with this fate; null for an ordinary one. */
  person(fate: string | null): Promise<SandboxPerson>;
  inbox(to?: string): Promise<SandboxMessage[]>;
  fault(provider: string, fault: Fault): Promise<void>;
  /** Every line to SMS provider B breaks, with all that was under way on it. */
  breakLines(): void;
  /** The bank ends the next entries with this code. */
  bankResult(code: number | null, times: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Fault {
  readonly mode: string;
  readonly for?: number;
  readonly delayMs?: number;
}

interface StartOptions {
  readonly directory?: string | null;
  readonly now?: () => number;
  /** Milliseconds until our adapters give up a provider that is kept silent. */
  readonly timeoutMs?: number;
  readonly smsReports?: SandboxOptions['smsReports'];
  /** Milliseconds until SMS provider B reports a delivery. */
  readonly receiptAfterMs?: number;
  /** The same port as before, after a restart. */
  readonly centrePort?: number;
}

export async function startSandbox(options: StartOptions = {}): Promise<RunningSandbox> {
  const { directory = null, now = Date.now, timeoutMs = 1_000, smsReports, receiptAfterMs = 100 } = options;
  const centre = { ...CENTRE, afterMs: receiptAfterMs };
  const sandbox = createSandbox({ directory, keys: SANDBOX_KEYS, now, smsReports, centre });
  const server = sandbox.app.listen(0, '127.0.0.1');
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  sandbox.centre.listen(options.centrePort ?? 0, '127.0.0.1');
  await Promise.all([server, sandbox.centre].map((one) => once(one, 'listening')));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read = async <T>(path: string): Promise<T[]> =>
    ((await (await fetch(url + path)).json()) as { items: T[] }).items;
  const put = async (path: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method: 'PUT', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path} was not accepted: HTTP ${response.status}`);
  };
  const people = () => read<SandboxPerson>('/people.json');
  const silenced = new Set<string>();
  const isSilent = async (provider: string): Promise<boolean> =>
    silenced.has(provider) &&
    (await read<Fault & { provider: string }>('/faults')).some(
      (now) => now.provider === provider && keepsSilent(now, timeoutMs),
    );
  return {
    url,
    centrePort: (sandbox.centre.address() as AddressInfo).port,
    gateways: eitherOf({ soon: gatewaysAt(url, timeoutMs), late: gatewaysAt(url, NET_MS) }, isSilent),
    patient: gatewaysAt(url, CALL_TIMEOUT_MS),
    people,
    async person(fate) {
      const found = (await people()).find((person) => person.fate === fate);
      if (found === undefined) throw new Error(`The sandbox has nobody with the fate ${fate}`);
      return found;
    },
    inbox: (to) => read<SandboxMessage>(`/inbox.json${to === undefined ? '' : `?to=${to}`}`),
    async fault(provider, fault) {
      await put(`/faults/${provider}`, fault);
      if (keepsSilent(fault, timeoutMs)) silenced.add(provider);
      else silenced.delete(provider);
    },
    breakLines() {
      for (const session of [...sandbox.centre.sessions]) session.destroy();
    },
    bankResult: (code, times) => put('/faults/bank/result', { code, for: times }),
    async stop() {
      server.closeAllConnections();
      for (const session of [...sandbox.centre.sessions]) session.destroy();
      await Promise.all([server, sandbox.centre].map((one) => new Promise((resolve) => one.close(resolve))));
      sandbox.close();
    },
  };
}

function gatewaysAt(url: string, timeoutMs: number): Gateways {
  return {
    sms: createKavenegar({ url, key: SANDBOX_KEYS.sms, timeoutMs }),
    line: createLineOwner({ url, token: SANDBOX_KEYS.registry, timeoutMs }),
    registry: createCivilRegistry({ url, token: SANDBOX_KEYS.registry, timeoutMs }),
    bank: createBank({ url, terminal: SANDBOX_KEYS.bankTerminal, key: SANDBOX_KEYS.bankKey, timeoutMs }),
  };
}

function keepsSilent({ mode, delayMs = Number.POSITIVE_INFINITY }: Fault, timeoutMs: number): boolean {
  return mode === 'hang' || (mode === 'slow' && delayMs > timeoutMs);
}

/** Looks before each call whether the provider is silent now: a fault that is over keeps nobody from waiting. */
function eitherOf(
  { soon, late }: Readonly<Record<'soon' | 'late', Gateways>>,
  isSilent: (provider: string) => Promise<boolean>,
): Gateways {
  const at = async (provider: string): Promise<Gateways> => ((await isSilent(provider)) ? soon : late);
  return {
    sms: {
      send: async (sms) => (await at('sms-a')).sms.send(sms),
      find: async (sms) => (await at('sms-a')).sms.find(sms),
      states: async (references) => (await at('sms-a')).sms.states(references),
    },
    line: { belongs: async (asked) => (await at('line-owner')).line.belongs(asked) },
    registry: { find: async (asked) => (await at('civil-registry')).registry.find(asked) },
    bank: {
      start: async (attempt) => (await at('bank')).bank.start(attempt),
      inquire: async (attempt) => (await at('bank')).bank.inquire(attempt),
    },
  };
}

/** `+989…` of a person's line. */
export function e164(mobile: string): string {
  return mobile.replace(/^0/, '+98');
}
