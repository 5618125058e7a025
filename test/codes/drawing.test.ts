/** OTP-1: where the digits of a code come from. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/start/data-directory.ts';
import { drawCode } from '../../store/one-time-codes.ts';

const DRAWS = 1_000_000;
/** Standard deviations; a fair draw strays so far once in a million runs. */
const SIGMAS = 5.5;

test('OTP-1: a million codes have every leading digit equally often, and reach from one end to the other', () => {
  const leading = Array.from({ length: 10 }, () => 0);
  let [least, most, shape] = [DRAWS, 0, true];
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const code = drawCode();
    shape &&= code.length === 6;
    const number = Number(code);
    leading[Number(code[0])] = (leading[Number(code[0])] ?? 0) + 1;
    least = Math.min(least, number);
    most = Math.max(most, number);
  }
  const expected = DRAWS / 10;
  const tolerance = SIGMAS * Math.sqrt(expected * 0.9);
  expect(tolerance).toBeLessThan(expected * 0.02);
  for (const count of leading) expect(Math.abs(count - expected)).toBeLessThan(tolerance);
  expect(shape).toBe(true);
  expect(least).toBeLessThan(30);
  expect(most).toBeGreaterThan(999_969);
});

function lint(folder: string): Promise<string> {
  const config = join(ROOT, '.oxlintrc.json');
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  return new Promise((done) => {
    execFile(process.execPath, [oxlint, '--config', config, '--format', 'unix', folder], (_error, output) =>
      done(output),
    );
  });
}

test('OTP-1: the linter forbids Math.random where codes and tokens are made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'davtalab-lint-'));
  try {
    const places = ['api', 'activities', 'store', 'domain', 'workflows'];
    for (const place of places) {
      mkdirSync(join(folder, place));
      writeFileSync(join(folder, place, 'draw.ts'), 'export const drawn = Math.random();\n');
    }
    const found = await lint(folder);
    for (const place of places) expect(found).toMatch(new RegExp(`${place}/draw\\.ts.*Math\\.random`, 'u'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
