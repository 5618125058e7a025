/** The checks at the end of a run, when all has had time to settle, or to get lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Query } from './ledger.ts';
import { findLosses, type LossReport } from './loss.ts';
import type { Receipt } from './receipts.ts';

const SETTLING_MS = 60_000;
/** What failed is tried again at most a minute later, and takes its time. */
const MORE_MS = 120_000;
const LOOK_EVERY_MS = 1_000;

export interface Settling {
  /** `soon`: when nothing is undecided and nothing missing; `full`: not before the whole time is over. */
  readonly look: 'soon' | 'full';
  readonly settlingMs?: number;
}

/** Looks into the database with a connection of its own. */
export async function inDatabase<T>(databaseUrl: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(
      async <Row>(sql: string, parameters: readonly unknown[]) =>
        (await client.query(sql, [...parameters])).rows as Row[],
    );
  } finally {
    await client.end();
  }
}

/** What is lost after at most a minute; after a full one, what still is when all has been tried again. */
export function settledLosses(
  databaseUrl: string,
  receipts: readonly Receipt[],
  { look, settlingMs = SETTLING_MS }: Settling,
): Promise<LossReport> {
  return inDatabase(databaseUrl, async (query) => {
    if (look === 'full') await sleep(settlingMs);
    const end = performance.now() + (look === 'full' ? MORE_MS : settlingMs);
    for (;;) {
      const report = await findLosses(query, receipts);
      const settled = report.undecided === 0 && report.lost.length === 0;
      if (settled || performance.now() > end) return report;
      await sleep(LOOK_EVERY_MS);
    }
  });
}
