/** Personal data that was found in what this test file, or a process that it started, has written to a log. */
import { appendFileSync } from 'node:fs';
import { personalDataIn } from './personal-data.ts';

/** Where findings stay for whom no test is left to fail; test/support/global-teardown.mjs reads it. */
const LATE = process.env['DAVTALAB_LOG_FINDINGS'];
const SHOWN_LENGTH = 300;

let found: string[] = [];
let over = false;

/** Enough of a line to find its writer, and nothing of what it should not have said. */
function withoutData(text: string): string {
  return text
    .replace(/[^\p{ASCII}]+/gu, '…')
    .replace(/\d{3,}/gu, '…')
    .slice(0, SHOWN_LENGTH);
}

/** Looks at what `source` has written; says what it found. */
export function inspectOutput(source: string, text: string): string | undefined {
  const seen = personalDataIn(text);
  if (seen.length === 0) return undefined;
  const finding = `${source} wrote ${seen.join(', ')}: ${withoutData(text)}`;
  if (!over) found.push(finding);
  else if (LATE !== undefined) appendFileSync(LATE, `${finding}\n`);
  return finding;
}

/** A listener for the output of a process: looks at each whole line. */
export function lineInspector(source: string): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) inspectOutput(source, line);
  };
}

/** What was found since this was last asked. */
export function takeFindings(): string[] {
  const all = found;
  found = [];
  return all;
}

/** After the last test of the file: what is found from now on goes to the end of the run. */
export function closeFindings(): void {
  over = true;
}
