/** docker/lift-code-lock.ts as an operator runs it: the number comes on stdin and is not repeated anywhere. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { runCommand } from './operator-command.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const run = (mobile: string) => runCommand(fresh, 'docker/lift-code-lock.ts', mobile);

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
