/** Plants one wrong import per rule in a small house of its own and sees it red; a rule that never fires is no rule. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What may be imported, so that the planted files have something to import. */
const FURNITURE = [
  'domain/rule.ts',
  'workflows/protocol.ts',
  'workflows/registration.ts',
  'activities/record.ts',
  'store/commands.ts',
  'platform/config.ts',
  'platform/log.ts',
  'api/app.ts',
  'admin/panel.ts',
  'sandbox/world.ts',
  'scripts/up.ts',
  'test/support/world.ts',
  'migrations/index.ts',
  'store/helpers/text.ts',
  'domain/rule.test.ts',
];

/** File, what it imports, and the rule that must object. */
const WRONG: readonly [file: string, imports: string, rule: string][] = [
  ['domain/a.ts', 'node:crypto', 'domain-is-pure'],
  ['domain/b.ts', 'zod', 'domain-is-pure'],
  ['domain/c.ts', '../store/commands.ts', 'domain-is-pure'],
  ['workflows/a.ts', 'node:fs', 'workflows-imports'],
  ['workflows/b.ts', '../store/commands.ts', 'workflows-imports'],
  ['workflows/c.ts', '@temporalio/client', 'workflows-imports'],
  ['workflows/d.ts', '../activities/record.ts', 'workflows-only-types-of-activities'],
  ['activities/a.ts', '../api/app.ts', 'activities-imports'],
  ['activities/b.ts', '../workflows/registration.ts', 'activities-imports'],
  ['activities/c.ts', 'knex', 'sql-only-there'],
  ['store/a.ts', '../workflows/protocol.ts', 'store-imports'],
  ['store/b.ts', '../platform/log.ts', 'store-imports'],
  ['store/c.ts', '@temporalio/common', 'engine-only-there'],
  ['platform/a.ts', '../domain/rule.ts', 'platform-imports'],
  ['platform/b.ts', '../store/commands.ts', 'platform-imports'],
  ['api/a.ts', '../admin/panel.ts', 'api-imports'],
  ['api/b.ts', '../activities/record.ts', 'api-imports'],
  ['api/c.ts', '../workflows/registration.ts', 'api-imports'],
  ['api/d.ts', 'pg', 'sql-only-there'],
  ['api/e.ts', 'adminjs', 'adminjs-only-there'],
  ['admin/a.ts', '../api/app.ts', 'admin-imports'],
  ['admin/b.ts', '../sandbox/world.ts', 'admin-imports'],
  ['admin/c.ts', 'knex', 'sql-only-there'],
  ['sandbox/a.ts', '../store/commands.ts', 'sandbox-imports'],
  ['sandbox/b.ts', '../platform/log.ts', 'sandbox-imports'],
  ['migrations/a.ts', '../domain/rule.ts', 'migrations-imports'],
  ['migrations/b.ts', '../store/commands.ts', 'migrations-imports'],
  ['store/d.ts', '../scripts/up.ts', 'nothing-imports-the-workshop'],
  ['api/f.ts', '../test/support/world.ts', 'nothing-imports-the-workshop'],
  ['domain/d.ts', './rule.test.ts', 'nothing-imports-a-test'],
  ['store/e.ts', './helpers/text.ts', 'no-rooms-without-a-name'],
];

/** What the rules must let through, or they would forbid everything. */
const RIGHT: readonly [file: string, imports: string][] = [
  ['domain/right.ts', './rule.ts'],
  ['workflows/right.ts', '@temporalio/workflow'],
  ['activities/right.ts', '../workflows/protocol.ts'],
  ['store/right.ts', 'knex'],
  ['store/right2.ts', 'node:crypto'],
  ['platform/right.ts', 'pino'],
  ['api/right.ts', '../store/commands.ts'],
  ['admin/right.ts', 'adminjs'],
  ['sandbox/right.ts', '../platform/config.ts'],
  ['store/right.test.ts', '../test/support/world.ts'],
  ['scripts/right.ts', '../api/app.ts'],
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

function furnish(house: string): void {
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), text);
  };
  for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(ROOT, name), join(house, name));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'), 'junction');
  for (const file of FURNITURE) write(file, 'export const it = 1;\n');
  write('store/f.ts', `import * as g from './g.ts';\nexport const f = g;\n`);
  write('store/g.ts', `import * as f from './f.ts';\nexport const g = f;\n`);
  write('store/alone.ts', 'export const it = 1;\n');
  for (const [file, imports] of [...WRONG, ...RIGHT]) {
    write(file, `import * as it from '${imports}';\nexport const used = it;\n`);
  }
  write(
    'workflows/type.ts',
    `import type { it } from '../activities/record.ts';\nexport type It = typeof it;\n`,
  );
}

function cruise(house: string): Promise<Violation[]> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = [
    ...new Set([...FURNITURE, ...WRONG.map(([file]) => file)].map((it) => it.split('/')[0] ?? '')),
  ];
  const args = [program, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: house, maxBuffer: 64_000_000 }, (error, stdout) => {
      if (stdout === '') reject(error ?? new Error('dependency-cruiser said nothing'));
      else resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
    });
  });
}

describe('the import rules', () => {
  let house: string;
  let violations: Violation[];
  beforeAll(async () => {
    house = mkdtempSync(join(tmpdir(), 'davtalab-house-'));
    furnish(house);
    violations = await cruise(house);
  });
  afterAll(() => rmSync(house, { recursive: true, force: true }));

  test.each(WRONG)('%s may not import %s', (file, _imports, rule) => {
    const rules = violations.filter(({ from }) => from === file).map((it) => it.rule.name);
    expect(rules).toContain(rule);
  });

  test.each(RIGHT)('%s may import %s', (file) => {
    expect(violations.filter(({ from }) => from === file)).toEqual([]);
  });

  test('a circle and a module that nobody knows are found', () => {
    const found = (rule: string) => violations.filter((it) => it.rule.name === rule).map(({ from }) => from);
    expect(found('no-cycles')).toEqual([expect.stringMatching(/^store\/[fg]\.ts$/u)]);
    expect(found('no-orphans')).toContain('store/alone.ts');
  });

  test('workflows may import types of activities', () => {
    expect(violations.filter(({ from }) => from === 'workflows/type.ts')).toEqual([]);
  });
});
