/**
 * `npm run check`: everything that can be said about the code without running the system. Each check is one line;
 * what failed is printed in full. `--report FILE` writes the counts for .ci/run.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['domain', 'workflows', 'activities', 'store', 'platform', 'api', 'admin', 'sandbox', 'migrations', 'scripts', 'test', 'bench', 'docker']; // prettier-ignore

interface Check {
  readonly name: string;
  /** A module of ours or of a package, run with this Node. */
  readonly module: string;
  readonly args: readonly string[];
}

const ours = (name: string, script: string, ...args: string[]): Check => ({
  name,
  module: 'node_modules/tsx/dist/cli.mjs',
  args: [script, ...args],
});

const CHECKS: readonly Check[] = [
  {
    name: 'format',
    module: 'node_modules/prettier/bin/prettier.cjs',
    args: ['--check', '--log-level=warn', '.'],
  },
  { name: 'lint, with types', module: 'node_modules/oxlint/bin/oxlint', args: ['--type-aware', '--quiet'] },
  { name: 'types', module: 'node_modules/typescript/bin/tsc', args: ['--noEmit', '-p', '.'] },
  {
    name: 'imports',
    module: 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['--config', '.dependency-cruiser.mjs', ...FOLDERS],
  },
  {
    name: 'dead code',
    module: 'node_modules/knip/bin/knip.js',
    args: ['--no-progress', '--no-config-hints'],
  },
  ours('lifecycle page', 'scripts/print-lifecycle.ts', '--check'),
  ours('openapi.json', 'scripts/print-openapi.ts', '--check'),
];

interface Outcome {
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

function run({ module, args }: Check): Promise<Outcome> {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(ROOT, module), ...args], {
    cwd: ROOT,
    env: { ...process.env, FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve) => {
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) =>
      resolve({ passed: code === 0, output, seconds: (performance.now() - begun) / 1000 }),
    );
  });
}

const { values } = parseArgs({ options: { report: { type: 'string' } } });
const outcomes: Outcome[] = [];
for (const check of CHECKS) {
  const outcome = await run(check);
  outcomes.push(outcome);
  console.log(`${outcome.passed ? 'ok    ' : 'FAILED'}  ${check.name}  ${outcome.seconds.toFixed(1)} s`);
  if (!outcome.passed) console.log(outcome.output.trimEnd());
}
const passed = outcomes.filter((outcome) => outcome.passed).length;
const failed = outcomes.length - passed;
if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ passed, failed }));
console.log(failed === 0 ? `${passed} checks passed` : `${failed} of ${outcomes.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
