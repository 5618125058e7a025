/**
 * Adds up what the runs reported. A run that left no report failed; a test that was skipped did not pass; a test file
 * that could not be run counts as one failure.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];

function report(name) {
  const path = join(folder, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

const tests = report('tests.json');
const checks = report('checks.json');
const passed = (tests?.numPassedTests ?? 0) + (checks?.passed ?? 0);
const failed =
  (tests === undefined
    ? 1
    : tests.numFailedTests + tests.numPendingTests + tests.numTodoTests + tests.numRuntimeErrorTestSuites) +
  (checks === undefined ? 1 : checks.failed);
// The table of requirements fails when tests of theirs failed, which are counted above; alone, it is broken itself.
const unshown = failed === 0 && !existsSync(join(folder, 'items')) ? 1 : 0;
// Jest can also fail as a whole: no tests found, a global set-up that broke.
const broken = tests !== undefined && !tests.success && failed === 0 ? 1 : 0;

const lost = failed + broken + unshown;
console.log(`${passed} passed, ${lost} failed`);
process.exitCode = lost === 0 ? 0 : 1;
