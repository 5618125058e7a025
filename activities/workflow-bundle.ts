/**
 * All workflows in one file of code, as the SDK's worker wants them. Bundling takes seconds of CPU, so the result is
 * kept beside the packages under a name that changes with every source that goes into it: a worker that was killed
 * is back at once.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../platform/temporal-client.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/davtalab');
/** The SDK's part of the bundle changes with its version. */
const SDK = join(ROOT, 'node_modules/@temporalio/workflow/package.json');
const QUIET = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, log: ignore };

function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(FAILURE_CONVERTER_PATH)).update(readFileSync(SDK));
  for (const folder of ['domain', 'workflows']) {
    for (const name of readdirSync(join(ROOT, folder)).sort()) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      hash.update(`${folder}/${name}\0`).update(readFileSync(join(ROOT, folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function kept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Readers see the whole file or none. Where nothing can be written, each start bundles anew. */
function keep(path: string, code: string): void {
  const half = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(half, code);
    renameSync(half, path);
  } catch {
    // A read-only checkout.
  }
}

export async function workflowBundle(): Promise<{ code: string }> {
  const path = join(CACHE, `workflows-${fingerprint()}.js`);
  const before = kept(path);
  if (before !== undefined) return { code: before };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows/index.ts'),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: QUIET,
  });
  keep(path, code);
  return { code };
}

function ignore(): void {}
