/** Histories of every fate, recorded once, are replayed by the workflows as they are now. Needs no server. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { dataConverter } from '../../platform/temporal-client.ts';
import { workflowBundle } from '../support/engine.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { FATES } from './fates.ts';

const FOLDER = fileURLToPath(new URL('./histories', import.meta.url));
/** A sandbox is made for each of them. */
const WITHIN_MS = 300_000;
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

let bundle: { code: string };
beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { forward: {}, filter: 'OFF' } },
  });
  bundle = await workflowBundle();
});

function* recorded(files: readonly string[]) {
  for (const name of files) {
    const history = historyFromJSON(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));
    yield { workflowId: name, history };
  }
}

/** Names of the histories that these workflows cannot replay. */
async function failures(workflows: { code: string }, files: readonly string[]): Promise<string[]> {
  const options = { workflowBundle: workflows, dataConverter: dataConverter(TEST_KEYS.payload) };
  const failed: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(options, recorded(files))) {
    if (error !== undefined) failed.push(workflowId);
  }
  return failed;
}

describe('WF-9: replay', () => {
  test('every fate has its history', () => {
    const fates = new Set(FILES.map((name) => name.split('.')[0] ?? ''));
    expect([...fates].toSorted()).toEqual(Object.keys(FATES).toSorted());
  });

  test(
    'every history is replayed by the workflows as they are',
    async () => {
      expect(await failures(bundle, FILES)).toEqual([]);
    },
    WITHIN_MS,
  );

  test('a planted change of order is noticed', async () => {
    const beginning = (kind: string) => new RegExp(`kind: '${kind}',\\s+id: '${kind}'`, 'u');
    const [line, person] = ['line', 'person'].map((kind) => beginning(kind).exec(bundle.code)?.[0] ?? '');
    const swapped: Record<string, string> = { [line ?? '']: person ?? '', [person ?? '']: line ?? '' };
    const either = new RegExp(`${beginning('line').source}|${beginning('person').source}`, 'gu');
    const code = bundle.code.replace(either, (found) => swapped[found] ?? '');
    expect(code).not.toBe(bundle.code);
    expect(await failures({ code }, ['withdrawn.1.json'])).toEqual(['withdrawn.1.json']);
  });
});
