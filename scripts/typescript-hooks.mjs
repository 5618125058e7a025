/** The other half of typescript-loader.mjs: strips types, and keeps what it stripped by the hash of the source. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform, version } from 'esbuild';

const OPTIONS = { format: 'esm', target: 'node20', sourcemap: 'inline', jsx: 'transform' };
const FLAVOUR = JSON.stringify([version, OPTIONS]);
const CACHE = fileURLToPath(new URL('../node_modules/.cache/davtalab/typescript', import.meta.url));

/** Writes whole or not at all; a cache that cannot be written is no reason to fail. */
function keep(path, code) {
  try {
    mkdirSync(CACHE, { recursive: true });
    const half = `${path}.${process.pid}`;
    writeFileSync(half, code);
    renameSync(half, path);
  } catch {
    // Read-only installation.
  }
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !/\.tsx?$/u.test(url) || url.includes('/node_modules/')) {
    return next(url, context);
  }
  const file = fileURLToPath(url);
  const source = readFileSync(file, 'utf8');
  const key = createHash('sha256').update(`${FLAVOUR}\0${file}\0${source}`).digest('hex');
  const path = join(CACHE, `${key}.js`);
  try {
    return { format: 'module', source: readFileSync(path, 'utf8'), shortCircuit: true };
  } catch {
    const loader = file.endsWith('x') ? 'tsx' : 'ts';
    const { code } = await transform(source, { ...OPTIONS, loader, sourcefile: file });
    keep(path, code);
    return { format: 'module', source: code, shortCircuit: true };
  }
}
