/**
 * Opens a number that wrong codes have locked, as the panel does, where there is no panel or nobody at it. Reads the
 * number from stdin, so that it stands in no history of a shell:
 *
 *   lift-code-lock.ts < mobile
 */
import { text } from 'node:stream/consumers';
import { parseMobile } from '../domain/mobile-number.ts';
import { loadConfig } from '../platform/config.ts';
import { createSealing } from '../platform/sealed-field.ts';
import { liftLock } from '../store/code-lock-lifts.ts';
import { closeDatabase, openDatabase } from '../store/database.ts';

async function main(): Promise<void> {
  const mobile = parseMobile((await text(process.stdin)).trim());
  if (mobile === undefined) throw new Error('The number is written like 09123456789, on stdin.');
  const { database, keys } = loadConfig('admin');
  const sealing = createSealing({ sealingKey: keys.sealing, fingerprintKey: keys.fingerprint });
  const db = openDatabase({ url: database.url, role: 'davtalab_app', poolSize: 1, sealing });
  try {
    const lifted = await liftLock(db, { mobile, now: Date.now(), by: null });
    console.log(lifted ? 'opened' : 'was not closed');
  } finally {
    await closeDatabase(db);
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : 'failed');
  process.exitCode = 1;
});
