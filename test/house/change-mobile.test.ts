/** docker/change-mobile.ts as an operator runs it: both numbers come on stdin and are not repeated anywhere. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAMGHAN, putFile } from '../admin/files.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { runCommand } from './operator-command.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const run = (...numbers: string[]) => runCommand(fresh, 'docker/change-mobile.ts', numbers.join('\n'));
const OLD = '+989380000101';
const TAKEN = '+989380000102';

test('SES-5: a candidate who has lost the line gets another number, and the registration asks whose it is', async () => {
  const { db, owner } = fresh;
  const id = await putFile(db, { governorate: DAMGHAN, mobile: OLD, unproven: true });
  await putFile(db, { governorate: DAMGHAN, mobile: TAKEN });
  const refused = { code: 1 };
  expect(await run('09380000101')).toMatchObject({
    ...refused,
    said: expect.stringContaining('09123456789'),
  });
  expect(await run('09380000199', '09380000103')).toMatchObject(refused);
  expect(await run('09380000101', '09380000101')).toMatchObject(refused);
  expect(await run('09380000101', '09380000102')).toMatchObject(refused);
  expect(await run('۰۹۳۸۰۰۰۰۱۰۱', '0938 000 0103')).toEqual({ code: 0, said: 'changed\n' });
  const { candidate_id: candidateId } = await owner('registrations').where({ id }).first('candidate_id');
  const hmac = db.sealing.fingerprint('mobile', '+989380000103');
  expect(await owner('candidates').where({ id: candidateId }).first()).toMatchObject({ mobile_hmac: hmac });
  const commands = await owner('commands')
    .where({ registration_id: id })
    .select('kind', 'actor_kind', 'state');
  expect(commands).toEqual([{ kind: 'mobileChange', actor_kind: 'system', state: 'accepted' }]);
  expect(await owner('sms').where({ registration_id: id, template: 'mobile-changed' })).toHaveLength(1);
  const audit = await owner('audit').where({ action: 'mobile-changed' });
  expect(audit).toMatchObject([{ actor_kind: 'system', subject_id: candidateId }]);
  expect(JSON.stringify(audit)).not.toContain('938');
});
