/** Random faults at all providers while people go through: short bursts, drawn from a seed that is printed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Deviation } from './deviation.ts';
import { knock, newPatience } from './door.ts';
import { seeded } from './seeded.ts';

const MODES = ['refuse', 'error-500', 'error-429', 'hang', 'slow', 'drop-reply', 'malformed'] as const;

interface Fault {
  readonly mode: (typeof MODES)[number] | 'ok';
  readonly for?: number;
  readonly delayMs?: number;
}

/** Each provider fails about a third of the time, in bursts that end by number or by time, whichever comes first. */
const QUIET_MIN_MS = 1_000;
const QUIET_MAX_MS = 8_000;
const BURST_MIN_MS = 500;
const BURST_MAX_MS = 4_000;
const BURST_MAX = 8;
const SLOW_MAX_MS = 3_000;
/** Beyond the patience of our adapters, so that a call that hangs is given up. */
const HANG_MS = 12_000;

interface Burst {
  readonly quietMs: number;
  readonly burstMs: number;
  readonly fault: Fault;
}

/** How a provider fails next: the same seed gives the same bursts in the same order. */
export function drawBurst(random: () => number): Burst {
  const between = (min: number, max: number): number => min + random() * (max - min);
  const mode = MODES[Math.floor(random() * MODES.length)] ?? 'error-500';
  const times = Math.ceil(between(0, BURST_MAX));
  const slowMs = Math.round(between(0, SLOW_MAX_MS));
  const delay = mode === 'hang' ? { delayMs: HANG_MS } : mode === 'slow' ? { delayMs: slowMs } : {};
  return {
    quietMs: between(QUIET_MIN_MS, QUIET_MAX_MS),
    burstMs: between(BURST_MIN_MS, BURST_MAX_MS),
    fault: { mode, for: Math.max(1, times), ...delay },
  };
}

export interface FaultStorm {
  /** All providers are well again when it resolves. */
  end(): Promise<void>;
}

/** Begins at once, at every provider that the sandbox has. */
export async function startFaultStorm(sandbox: string, seed: number): Promise<FaultStorm> {
  const providers = await providersOf(sandbox);
  const over = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: over.signal });
  const storms = providers.map(async (provider, index) => {
    const random = seeded(seed + index);
    try {
      for (;;) {
        const { quietMs, burstMs, fault } = drawBurst(random);
        await pause(quietMs);
        await putFault(sandbox, provider, fault);
        await pause(burstMs);
        await putFault(sandbox, provider, { mode: 'ok' });
      }
    } catch (error) {
      if (!over.signal.aborted) throw error;
    }
  });
  const all = Promise.all(storms);
  // Told when it ends; until then nobody looks.
  all.catch(() => {});
  return {
    end: async () => {
      over.abort();
      try {
        await all;
      } finally {
        for (const provider of providers) await putFault(sandbox, provider, { mode: 'ok' });
      }
    },
  };
}

async function providersOf(sandbox: string): Promise<string[]> {
  const { status, body } = await knock({ method: 'GET', url: `${sandbox}/faults` }, newPatience());
  if (status !== 200) throw new Deviation(`the sandbox's faults: ${status}`);
  return (body as { items: { provider: string }[] }).items.map(({ provider }) => provider);
}

async function putFault(sandbox: string, provider: string, fault: Fault): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const request = {
    method: 'PUT',
    url: `${sandbox}/faults/${provider}`,
    headers,
    body: JSON.stringify(fault),
  };
  const { status } = await knock(request, newPatience());
  if (status !== 200) throw new Deviation(`the fault at ${provider} was not taken: ${status}`);
}
