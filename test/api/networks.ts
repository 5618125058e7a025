/** A folder for tables of networks, rules over them, and what is logged of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNetworkRule, type NetworkRule } from '../../api/network-rule.ts';
import type { NetworkMode } from '../../platform/config.ts';
import { createLogger, type Logger } from '../../platform/log.ts';
import { openNetworkTables, type NetworkTables } from '../../platform/network-tables.ts';

export const DEMO = 'docker/networks/demo.txt';
export const INSIDE = '192.0.2.9';
export const OUTSIDE = '203.0.113.7';
export const DAY_MS = 86_400_000;
export const NOW = Date.parse('2026-11-26T00:00:00Z');
export const MODES: readonly NetworkMode[] = ['off', 'warn', 'enforce'];

export interface Networks {
  readonly folder: string;
  readonly log: Logger;
  /** What was told loudly since `forget`. */
  alarms(): string[];
  forget(): void;
  tablesOf(files: readonly string[], now?: () => number): Promise<NetworkTables>;
  ruleOf(mode: NetworkMode, files?: readonly string[], withoutTables?: NetworkMode): Promise<NetworkRule>;
  remove(): Promise<void>;
}

export async function openNetworks(): Promise<Networks> {
  const folder = await mkdtemp(join(tmpdir(), 'networks-'));
  let lines: { msg: string; level: string }[] = [];
  const log = createLogger('test', { destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const tablesOf: Networks['tablesOf'] = async (files, now = () => NOW) => {
    const tables = await openNetworkTables({ files, country: 'IR', log, now });
    // A look of its own, in the middle of what a test writes, would tell of half a file.
    tables.close();
    return tables;
  };
  return {
    ...{ folder, log, tablesOf },
    alarms: () => lines.filter(({ level }) => level === 'error').map(({ msg }) => msg),
    forget: () => void (lines = []),
    ruleOf: async (mode, files = [DEMO], withoutTables = 'warn') =>
      createNetworkRule({ mode, withoutTables, tables: await tablesOf(files), log }),
    remove: () => rm(folder, { recursive: true }),
  };
}
