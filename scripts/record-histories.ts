/**
 * Records the history of every fate to test/replay, with the fixed keys of the tests. Run by hand, for a new fate or
 * a new way to it: `npx tsx scripts/record-histories.ts [name…]`; `--all` records every fate anew, before the first
 * release, when no history of production has to be replayed. A history is never recorded again to make a test green:
 * what runs in production today has to be replayed by the code of tomorrow.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startWorld } from '../test/support/world.ts';
import { FATES } from '../test/replay/fates.ts';
import { openStage } from '../test/workflow/stage.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    into: { type: 'string', default: fileURLToPath(new URL('../test/replay/histories', import.meta.url)) },
    'at-once': { type: 'string', default: '4' },
  },
});
const folder = values.into;

/** Names on the command line, or every fate that has no history yet. */
function wanted(): string[] {
  if (values.all) return Object.keys(FATES);
  const unrecorded = Object.keys(FATES).filter((name) => !existsSync(join(folder, `${name}.1.json`)));
  return positionals.length > 0 ? positionals : unrecorded;
}

/** The histories of all runs, each in a file of its own; what an earlier recording left of this fate goes. */
async function recordFate(name: string): Promise<void> {
  const fate = FATES[name];
  if (fate === undefined) throw new Error(`There is no fate ${name}`);
  const stage = await openStage(fate.options);
  try {
    const histories = await stage.histories(await fate.play(stage));
    for (const file of readdirSync(folder)) if (file.startsWith(`${name}.`)) rmSync(join(folder, file));
    for (const [index, history] of histories.entries()) {
      const file = `${name}.${index + 1}.json`;
      writeFileSync(join(folder, file), `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
      console.log(`${file}: ${history.events?.length ?? 0} events`);
    }
  } finally {
    await stage.close();
  }
}

/** So many fates at once; one that fails does not hold up the others. Resolves to the names of those that failed. */
async function recordAll(names: readonly string[], atOnce: number): Promise<string[]> {
  const failed: string[] = [];
  const queue = names.values();
  const lanes = Array.from({ length: atOnce }, async () => {
    for (const name of queue) {
      await recordFate(name).catch((error: unknown) => {
        console.error(`${name}: ${String(error)}`);
        failed.push(name);
      });
    }
  });
  await Promise.all(lanes);
  return failed;
}

mkdirSync(folder, { recursive: true });
const world = await startWorld();
try {
  const began = performance.now();
  const names = wanted();
  const first = await recordAll(names, Number(values['at-once']));
  // A busy machine may have kept one of them waiting too long.
  const failed = first.length === 0 ? [] : await recordAll(first, 1);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${names.length - failed.length} of ${names.length} fates recorded in ${seconds} s`);
  if (failed.length > 0) process.exitCode = 1;
} finally {
  await world.stop();
}
