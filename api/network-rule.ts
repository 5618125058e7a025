/**
 * No VPN at any step (NET-2): who comes from outside the country is told to switch it off. The rule holds for signing
 * in, for the proof of identity and for what is handed in; whoever is signed in may always read, and fill in.
 *
 * `off`: nobody is asked. `warn`: the answer carries a notice. `enforce`: 403. An address that the tables do not know
 * is warned, not refused: the tables are known to miss some of ours.
 */
import { REFUSALS } from '../domain/refusals.ts';
import { networkSet, parseNetwork } from '../platform/address.ts';
import type { NetworkMode } from '../platform/config.ts';
import type { Logger } from '../platform/log.ts';
import type { NetworkTables } from '../platform/network-tables.ts';

export type NetworkVerdict = 'allowed' | 'warned' | 'refused';

const GUARDED_STEPS = ['sign-in', 'identity', 'submission'] as const;

interface NetworkNotice {
  readonly step: (typeof GUARDED_STEPS)[number];
  readonly text: string;
  readonly since: Date;
}

export interface NetworkRule {
  judge(address: string): NetworkVerdict;
  /** What somebody at this address should read before the steps that the rule holds for. */
  noticesFor(address: string): NetworkNotice[];
  /** What a look at our readiness should show. */
  complaints(): string[];
}

/** Loopback, private, link-local, the operators' shared space behind which whole towns are, and their IPv6 likes. */
const PRIVATE = networkSet(
  [
    '127.0.0.0/8',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '169.254.0.0/16',
    '100.64.0.0/10',
    '::1',
    'fc00::/7',
    'fe80::/10',
  ].flatMap((text) => parseNetwork(text) ?? []),
);

const TELL_EVERY_MS = 60_000;

interface RuleOptions {
  readonly mode: NetworkMode;
  /** What holds for whom no table finds inside while one of them cannot be read. */
  readonly withoutTables: NetworkMode;
  /** Undefined when no files are named, as is right when the mode is `off`. */
  readonly tables: NetworkTables | undefined;
  readonly log: Logger;
  /** False where a proxy stands before us and none is named: then all requests seem to come from it. */
  readonly proxiesNamed?: boolean;
}

const VERDICT_OF: Readonly<Record<NetworkMode, NetworkVerdict>> = {
  off: 'allowed',
  warn: 'warned',
  enforce: 'refused',
};

export function createNetworkRule(options: RuleOptions): NetworkRule {
  const { mode, withoutTables, tables, log, proxiesNamed = true } = options;
  const since = new Date();
  let counted = { warned: 0, refused: 0 };
  let toldAt = 0;

  function verdictOn(address: string): NetworkVerdict {
    if (mode === 'off' || PRIVATE.has(address)) return 'allowed';
    const origin = tables?.originOf(address);
    if (origin === undefined) return VERDICT_OF[withoutTables];
    if (origin === 'inside') return 'allowed';
    return origin === 'unknown' ? 'warned' : VERDICT_OF[mode];
  }

  function judge(address: string): NetworkVerdict {
    const verdict = verdictOn(address);
    if (verdict !== 'allowed') tell(verdict);
    return verdict;
  }

  /** How many, never who. */
  function tell(verdict: 'warned' | 'refused'): void {
    counted[verdict] += 1;
    if (Date.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = Date.now();
    log.info({ mode, outcome: verdict, count: counted.warned + counted.refused }, 'requests from outside');
    counted = { warned: 0, refused: 0 };
  }

  function noticesFor(address: string): NetworkNotice[] {
    if (verdictOn(address) === 'allowed') return [];
    const { title, detail } = REFUSALS['network-not-allowed'];
    return GUARDED_STEPS.map((step) => ({ step, text: `${title.fa} ${detail.fa}`, since }));
  }

  function complaints(): string[] {
    const { missing = false, old = false } = (mode !== 'off' && tables?.state()) || {};
    return [
      ...(proxiesNamed ? [] : ['trusted-proxies']),
      ...(missing ? ['networks'] : []),
      ...(old ? ['networks-old'] : []),
    ];
  }

  return { judge, noticesFor, complaints };
}
