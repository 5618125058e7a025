import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'davtalab-points-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODULE = new URL('./failpoint.ts', import.meta.url).href;
const LOADER = new URL('../scripts/typescript-loader.mjs', import.meta.url).href;

/** Passes the point so often in a process of its own, whose work is the subject's. */
function pass(
  setting: string,
  times: number,
  ...[subject = '', kind = '']: string[]
): { signal: string | null; stderr: string } {
  const program = `
    const { armFailpoint, failpoint } = await import(${JSON.stringify(MODULE)});
    armFailpoint(${JSON.stringify(setting)});
    for (let time = 0; time < ${times}; time += 1) await failpoint('here', ${JSON.stringify(subject)}, ${JSON.stringify(kind)});`;
  const { signal, stderr } = spawnSync(
    process.execPath,
    ['--import', LOADER, '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  );
  return { signal, stderr };
}

test('a point that is not armed costs nothing and kills nobody', () => {
  expect(pass('elsewhere', 3)).toMatchObject({ signal: null });
  expect(pass('', 3)).toMatchObject({ signal: null });
});

test('an armed point kills like kill -9, and says which it was', () => {
  const { signal, stderr } = pass('here', 1, 'somebody');
  expect(signal).toBe('SIGKILL');
  expect(JSON.parse(stderr)).toMatchObject({ failpoint: 'here', subject: 'somebody' });
});

test('a point that is armed for its third time lets two pass', () => {
  expect(pass('here:3', 2)).toMatchObject({ signal: null });
  expect(pass('here:3', 3)).toMatchObject({ signal: 'SIGKILL' });
});

test('a point in a folder kills once, and only whose work is named', () => {
  const file = join(folder, 'here@somebody');
  writeFileSync(file, '');
  expect(pass(`dir:${folder}`, 2, 'another')).toMatchObject({ signal: null });
  expect(pass(`dir:${folder}`, 2, 'somebody')).toMatchObject({ signal: 'SIGKILL' });
  expect(existsSync(file)).toBe(false);
  expect(pass(`dir:${folder}`, 2, 'somebody')).toMatchObject({ signal: null });
});

test('a point in a folder can be chosen by the kind of the work', () => {
  const file = join(folder, 'here:fact@somebody');
  writeFileSync(file, '');
  expect(pass(`dir:${folder}`, 1, 'somebody', 'another')).toMatchObject({ signal: null });
  const { signal, stderr } = pass(`dir:${folder}`, 1, 'somebody', 'fact');
  expect(signal).toBe('SIGKILL');
  expect(JSON.parse(stderr)).toMatchObject({ failpoint: 'here:fact', subject: 'somebody' });
});
