/**
 * A test file that failed among the others, on a machine that others use too, is run once more by itself: what fails
 * again has failed, and what passes then is counted as passed and named as unsteady, for somebody to mend.
 *
 * `files REPORT` prints the files that failed, one a line; none when they are so many that no luck explains them.
 * `merge REPORT AGAIN` puts the results of the second run in the place of the first, and prints what was unsteady.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const FILES_MAX = 5;

const [what, path, againPath] = process.argv.slice(2);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const report = read(path);
const failed = report.testResults.filter(({ status }) => status === 'failed');

const failedTests = ({ assertionResults }) => assertionResults.filter(({ status }) => status === 'failed');

function countOf(results, status) {
  return results.flatMap(({ assertionResults }) => assertionResults).filter((one) => one.status === status)
    .length;
}

if (what === 'files') {
  if (failed.length <= FILES_MAX) for (const { name } of failed) console.log(name);
} else {
  const again = read(againPath);
  const replaced = new Map(again.testResults.map((result) => [result.name, result]));
  for (const result of failed) {
    if (replaced.get(result.name)?.status !== 'passed') continue;
    const names = failedTests(result).map(({ fullName }) => fullName);
    console.log(
      `unsteady: ${relative(process.cwd(), result.name)}: ${names.join('; ') || 'could not be run'}`,
    );
  }
  const results = report.testResults.map((result) => replaced.get(result.name) ?? result);
  const broken = results.filter((result) => result.status === 'failed' && failedTests(result).length === 0);
  const merged = {
    ...report,
    testResults: results,
    numPassedTests: countOf(results, 'passed'),
    numFailedTests: countOf(results, 'failed'),
    numRuntimeErrorTestSuites: broken.length,
    success: results.every(({ status }) => status === 'passed'),
  };
  writeFileSync(path, JSON.stringify(merged));
}
