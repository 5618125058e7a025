/**
 * DAT-4: a line with personal data fails the test that wrote it, or whose process did. Jest runs this before each test
 * file. A test that swallows what the writer was thrown fails all the same when it ends.
 */
import { afterAll, afterEach } from '@jest/globals';
import { inspectLogs } from '../../platform/log-inspector.ts';
import { closeFindings, inspectOutput, takeFindings } from './findings.ts';

/** A line of a log held personal data; tells what kind and where, not what it was. */
class PiiDetected extends Error {
  override readonly name = 'PiiDetected';
}

/** @throws PiiDetected when a log of this file has held personal data since this was last asked. */
export function failOnFindings(): void {
  const found = takeFindings();
  if (found.length > 0) throw new PiiDetected(found.join('\n'));
}

inspectLogs((line) => {
  const finding = inspectOutput('the log', line);
  if (finding !== undefined) throw new PiiDetected(finding);
});
afterEach(failOnFindings);
afterAll(() => {
  closeFindings();
  failOnFindings();
});
