/**
 * `npm run items`: requirement → test → passed, for all of them; the ones without a test are printed as open, and as
 * part those of whose tests it is known what they leave out.
 *
 * `--full` runs races and comparisons as often as their requirements say (`ROUNDS=all`), on a machine that has nothing
 * else to do; without it they run a few times and count as part.
 * `--report FILE` reads a report that `npm test -- --json --outputFile=FILE` has left, instead of running all tests.
 * The exit status is 1 when a requirement that has tests failed, or a file with tests could not be run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brokenFiles, joinItems, unknownIds, type Item, type JestReport } from './items/join.ts';
import { linesOf } from './items/lines.ts';
import { REDUCED, REMAINS } from './items/remains.ts';
import { REQUIREMENTS } from './items/requirements.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js']; // prettier-ignore

const print = (line: string): void => console.log(line);

/** Runs every test, with these variables besides; how they ended is in the report. */
function runTests(variables: Readonly<Record<string, string>>): JestReport {
  const folder = mkdtempSync(join(tmpdir(), 'davtalab-items-'));
  const file = join(folder, 'report.json');
  try {
    const args = [...JEST, '--json', `--outputFile=${file}`];
    const env = { ...process.env, ...variables };
    spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
    return readReport(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): JestReport {
  return JSON.parse(readFileSync(file, 'utf8')) as JestReport;
}

const { values } = parseArgs({
  options: { report: { type: 'string' }, full: { type: 'boolean', default: false } },
});
const { report: file, full } = values;
const report = file === undefined ? runTests(full ? { ROUNDS: 'all' } : {}) : readReport(file);
const remains = full ? REMAINS : { ...REDUCED, ...REMAINS };
const items = joinItems({ requirements: REQUIREMENTS, remains }, report);

let area = '';
for (const item of items) {
  if (item.area !== area) print(`\n${item.area}`);
  area = item.area;
  for (const line of linesOf(item, (path) => relative(ROOT, path))) print(line);
}

const count = (state: Item['state']): number => items.filter((item) => item.state === state).length;
const tests = new Set(items.flatMap(({ proofs }) => proofs.map(({ file, name }) => `${file} ${name}`)));
print('');
for (const file of brokenFiles(report)) print(`could not be run: ${relative(ROOT, file)}`);
for (const id of unknownIds(REQUIREMENTS, report)) print(`a test carries an id that nothing has: ${id}`);
const open = items.filter(({ state }) => state === 'open').map(({ id }) => id);
if (open.length > 0) print(`open: ${open.join(', ')}`);
const counts = `${count('passed')} passed, ${count('part')} in part, ${count('failed')} failed, ${count('open')} open`;
print(`${counts}; ${tests.size} tests carry an id`);
process.exitCode = count('failed') + brokenFiles(report).length === 0 ? 0 : 1;
