/** docker/create-staff.ts as an operator runs it: the password comes on stdin, and the account can sign in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findStaffByPassword } from '../../store/staff.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PASSWORD = 'correct horse battery staple';
const HEADQUARTERS = ['--email', 'Head@Example.ir', '--name', 'ستاد', '--role', 'headquarters'];
const REVIEWER = ['--email', 'damghan@example.ir', '--name', 'کارشناس', '--role', 'reviewer'];

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

async function run(args: readonly string[], password: string): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'docker/create-staff.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, MIGRATOR_DATABASE_URL: fresh.url },
  });
  child.stdin.end(`${password}\n`);
  const [said, problem, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, said: said + problem };
}

describe('create-staff', () => {
  test('ADM-1: creates a member who can sign in, and writes it into the audit', async () => {
    const { code, said } = await run(HEADQUARTERS, PASSWORD);
    expect([code, said]).toEqual([0, expect.stringMatching(/^created [\da-f-]{36}\n$/u)]);
    const staff = await findStaffByPassword(fresh.db.knex, 'head@example.ir', PASSWORD);
    expect(staff).toMatchObject({ role: 'headquarters', governorate: null, name: 'ستاد' });
    const rows = await fresh.owner('audit').where({ subject_id: staff?.id ?? '' });
    expect(rows).toMatchObject([{ action: 'staff-created', actor_kind: 'system' }]);
    expect(JSON.stringify(rows)).not.toContain('example.ir');
  });

  test('gives a disabled member a new password, takes the old one, and ends the sessions', async () => {
    await run([...REVIEWER, '--governorate', '2001'], PASSWORD);
    const before = await findStaffByPassword(fresh.db.knex, 'damghan@example.ir', PASSWORD);
    const staff = fresh.owner('staff').where({ id: before?.id ?? '' });
    await staff.clone().update({ disabled_at: new Date(), demo: true });
    const now = new Date();
    const session = {
      token_hash: Buffer.alloc(32),
      staff_id: before?.id,
      created_at: now,
      last_seen_at: now,
    };
    await fresh.owner('staff_sessions').insert(session);

    const { said } = await run([...REVIEWER, '--governorate', '2004'], `${PASSWORD} 2`);
    expect(said).toBe(`changed ${before?.id ?? ''}\n`);
    expect(await findStaffByPassword(fresh.db.knex, 'damghan@example.ir', PASSWORD)).toBeUndefined();
    const after = await findStaffByPassword(fresh.db.knex, 'damghan@example.ir', `${PASSWORD} 2`);
    expect(after).toEqual({ ...before, governorate: '2004' });
    expect(await staff.first()).toMatchObject({ demo: false, disabled_at: null });
    expect(await fresh.owner('staff_sessions').where({ staff_id: before?.id ?? '' })).toEqual([]);
  });

  test.each([
    ['a short password', HEADQUARTERS, 'short', 'The password is one line'],
    ['a reviewer of no governorate', REVIEWER, PASSWORD, 'A reviewer belongs to a governorate'],
    ['headquarters of one', [...HEADQUARTERS, '--governorate', '2001'], PASSWORD, 'headquarters to none'],
    ['an unknown division', [...REVIEWER, '--governorate', '99'], PASSWORD, 'There is no division'],
    ['no name', ['--email', 'a@b.ir', '--role', 'headquarters'], PASSWORD, 'create-staff.ts --email'],
  ])('ADM-1: refuses %s and shows no password', async (_name, args, password, words) => {
    const { code, said } = await run(args, password);
    expect([code, said]).toEqual([1, expect.stringContaining(words)]);
    expect(said).not.toContain(password);
  });
});
