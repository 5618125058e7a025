/** docker/lift-code-lock.ts as an operator runs it: the number comes on stdin and is not repeated anywhere. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from '../../scripts/start/data-directory.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { TEST_KEY_ENVIRONMENT } from '../support/keys.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

async function run(mobile: string): Promise<{ code: number; said: string }> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'docker/lift-code-lock.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, ...TEST_KEY_ENVIRONMENT, DATABASE_URL: fresh.url, TEMPORAL_ADDRESS: '127.0.0.1:7233' },
  });
  child.stdin.end(`${mobile}\n`);
  const [said, problem, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, said: said + problem };
}

test('OTP-5: the desk opens a number that a hundred wrong codes have closed', async () => {
  const row = { mobile_hmac: fresh.db.sealing.fingerprint('mobile', '+989371234567'), lane: 'strangers' };
  await fresh.owner('code_failures').insert({ ...row, failures: 100, last_failed_at: new Date() });
  expect(await run('0937 123 4567')).toEqual({ code: 0, said: 'opened\n' });
  expect(await fresh.owner('code_failures').where(row)).toMatchObject([
    { failures: 90, last_failed_at: null },
  ]);
  const audit = await fresh.owner('audit').where({ action: 'code-lock-lifted' });
  expect(audit).toMatchObject([{ actor_kind: 'system', subject_id: null, detail: { failures: 100 } }]);
  expect(await run('۰۹۳۷۱۲۳۴۵۶۷')).toEqual({ code: 0, said: 'was not closed\n' });
  expect(await run('12')).toMatchObject({ code: 1, said: expect.stringContaining('09123456789') });
});
