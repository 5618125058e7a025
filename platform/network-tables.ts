/**
 * Where in the world an address is, by files that the operator keeps: country tables (`.mmdb`, MaxMind's format) and
 * plain lists of networks. A file is read again when it has changed, without a restart and without a request that meets
 * half of it: what was read replaces the old as a whole, and a file that cannot be read replaces nothing.
 */
import { readFile, stat } from 'node:fs/promises';
import { Reader, type Response } from 'mmdb-lib';
import { networkSet, normalizeAddress, parseNetwork, type Network } from './address.ts';
import type { Logger } from './log.ts';

/** `unknown`: a country table does not know the address. */
export type Origin = 'inside' | 'outside' | 'unknown';

export interface NetworkTable {
  /** Undefined when this table has nothing to say. */
  originOf(address: string): Origin | undefined;
  /** When its data was made. */
  readonly asOf: Date;
}

/** Both ways in which free and commercial country tables name the country. */
interface CountryRecord {
  readonly country?: { readonly iso_code?: string };
  readonly country_code?: string;
}

function countryTable(bytes: Buffer, country: string): NetworkTable {
  const reader = new Reader<Response>(bytes);
  return {
    asOf: reader.metadata.buildEpoch,
    originOf(address) {
      // The reader would take any text for an address, and find it somewhere.
      if (normalizeAddress(address) === undefined) return 'unknown';
      if (reader.metadata.ipVersion === 4 && address.includes(':')) return 'unknown';
      const record = reader.get(address) as CountryRecord | null;
      const code = record?.country?.iso_code ?? record?.country_code;
      if (code === undefined) return 'unknown';
      return code === country ? 'inside' : 'outside';
    },
  };
}

/** No country has an eighth of the world; the end of a line that is cut off (`5.160.0.0/1`) looks like one. */
const WIDEST = { v4: 8, v6: 16 } as const;

function isTooWide(line: string): boolean {
  const [address = '', length] = line.split('/');
  return length !== undefined && Number(length) < (address.includes(':') ? WIDEST.v6 : WIDEST.v4);
}

const AS_OF = /^#\s*as of (\d{4}-\d{2}-\d{2})\s*$/imu;

/** One network a line; what follows `#` is a remark, and the remark `as of 2026-11-20` tells the age of the list. */
function listTable(text: string, modifiedAt: Date): NetworkTable {
  const lines = text.split('\n').map((line) => (line.split('#')[0] ?? '').trim());
  const networks = lines.flatMap((line, index): Network[] => {
    if (line === '') return [];
    const network = parseNetwork(line);
    if (network === undefined || isTooWide(line)) throw new Error(`Line ${index + 1} is no network`);
    return [network];
  });
  if (networks.length === 0) throw new Error('The list is empty');
  const set = networkSet(networks);
  const stated = AS_OF.exec(text)?.[1];
  const asOf = stated === undefined ? modifiedAt : new Date(stated);
  // Else it would never be too old.
  if (Number.isNaN(asOf.getTime())) throw new Error('The list is as of no day');
  return {
    asOf,
    originOf: (address) => (set.has(address) ? 'inside' : undefined),
  };
}

/** The table in a file. @throws Error when it is none */
export function readTable(
  name: string,
  bytes: Buffer,
  options: { country: string; modifiedAt: Date },
): NetworkTable {
  if (name.endsWith('.mmdb')) return countryTable(bytes, options.country);
  return listTable(bytes.toString(), options.modifiedAt);
}

const OLD_MS = 45 * 86_400_000;
const LOOK_EVERY_MS = 2_000;
const WARN_EVERY_MS = 86_400_000;

export interface NetworkTables {
  /** Undefined while one of the files could not be read, and the others do not find the address inside. */
  originOf(address: string): Origin | undefined;
  /** Whether files are missing, or what was read is older than 45 days. */
  state(): { readonly missing: boolean; readonly old: boolean };
  /** Looks now whether a file has changed; for tests, and at the start. */
  look(): Promise<void>;
  close(): void;
}

interface TablesOptions {
  readonly files: readonly string[];
  /** ISO code of the country that is `inside`. */
  readonly country: string;
  readonly log: Logger;
  readonly now: () => number;
}

interface Known {
  stamp: string;
  table: NetworkTable | undefined;
}

/** Reads the files, and looks every two seconds whether they have changed. */
export async function openNetworkTables({ files, country, log, now }: TablesOptions): Promise<NetworkTables> {
  const known = new Map<string, Known>(files.map((file) => [file, { stamp: '', table: undefined }]));
  let warnedAt = 0;
  let looking: Promise<void> | undefined;

  async function lookAt(file: string, before: Known): Promise<void> {
    const { mtime, ctimeMs, size, ino } = await stat(file);
    // A copy that keeps the times of its original is still a change of this file.
    const stamp = `${mtime.getTime()} ${ctimeMs} ${size} ${ino}`;
    if (stamp === before.stamp) return;
    const bytes = await readFile(file);
    // Somebody is writing it: the next look sees the whole.
    if ((await stat(file)).ctimeMs !== ctimeMs) return;
    // Also when it says nothing to us: that is told once, and it is looked at again when it changes.
    before.stamp = stamp;
    before.table = readTable(file, bytes, { country, modifiedAt: mtime });
    log.info({ at: before.table.asOf.toISOString() }, 'a table of networks was read');
  }

  async function lookAtAll(): Promise<void> {
    for (const [file, before] of known) {
      await lookAt(file, before).catch((err: unknown) => {
        // Not there, not ours to read, or a disk that fails: told once, and tried again at each look.
        const { code } = err as { code?: string };
        if (code !== undefined && before.stamp === code) return;
        if (code !== undefined) before.stamp = code;
        const kept = before.table === undefined ? 'there is none' : 'the one before stays';
        log.error({ err }, `ALARM: a table of networks cannot be read; ${kept}`);
      });
    }
    warnOfAge();
  }

  function warnOfAge(): void {
    if (!state().old || now() - warnedAt < WARN_EVERY_MS) return;
    warnedAt = now();
    log.error({}, 'ALARM: the tables of networks are older than 45 days');
  }

  function tables(): NetworkTable[] {
    return [...known.values()].flatMap(({ table }) => table ?? []);
  }

  const isMissing = (): boolean => tables().length < known.size;

  function state(): { missing: boolean; old: boolean } {
    return {
      missing: isMissing(),
      old: tables().some(({ asOf }) => now() - asOf.getTime() > OLD_MS),
    };
  }

  function originOf(address: string): Origin | undefined {
    const origins = tables().flatMap((table) => table.originOf(address) ?? []);
    if (origins.includes('inside')) return 'inside';
    // The file that is missing might have found it inside.
    if (isMissing()) return undefined;
    // Lists alone: who is not on one is outside.
    return origins.includes('unknown') ? 'unknown' : 'outside';
  }

  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => (looking = undefined));
    return looking;
  }

  await look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  return { originOf, state, look, close: () => clearInterval(timer) };
}
