/**
 * Gives a candidate who has lost the line another number. Reads the old and the new one from stdin, a line each, so that
 * they stand in no history of a shell:
 *
 *   change-mobile.ts < numbers
 */
import { text } from 'node:stream/consumers';
import { parseMobile } from '../domain/mobile-number.ts';
import { Refusal } from '../domain/refusal.ts';
import { REFUSALS } from '../domain/refusals.ts';
import { loadConfig } from '../platform/config.ts';
import { createSealing } from '../platform/sealed-field.ts';
import { closeDatabase, openDatabase } from '../store/database.ts';
import { replaceMobile } from '../store/mobile-replacement.ts';

async function main(): Promise<void> {
  const [old, mobile, ...more] = (await text(process.stdin)).trim().split('\n').map(parseMobile);
  if (old === undefined || mobile === undefined || more.length > 0) {
    throw new Error('The old and the new number are written like 09123456789, on a line each, on stdin.');
  }
  const { database, keys } = loadConfig('admin');
  const sealing = createSealing({ sealingKey: keys.sealing, fingerprintKey: keys.fingerprint });
  const db = openDatabase({ url: database.url, role: 'davtalab_app', poolSize: 1, sealing });
  try {
    await replaceMobile(db, { old, mobile, now: Date.now() });
    console.log('changed');
  } finally {
    await closeDatabase(db);
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Refusal ? REFUSALS[error.code].title.en : (error as Error).message);
  process.exitCode = 1;
});
