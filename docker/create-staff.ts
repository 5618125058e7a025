/**
 * Creates a member of staff, or gives one who is there a new password and place; reads the password from stdin:
 *
 *   create-staff.ts --email E --name N --role headquarters
 *   create-staff.ts --email E --name N --role reviewer --governorate CODE
 */
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import knexModule from 'knex';
import { putStaff, type StaffRole } from '../store/staff.ts';

/** NIST SP 800-63B asks for 15 where a password is the only factor. */
const PASSWORD_LENGTH_MIN = 15;
/** The sign-in page reads no more. */
const PASSWORD_LENGTH_MAX = 256;
const FOREIGN_KEY_VIOLATION = '23503';
const USAGE =
  'create-staff.ts --email E --name N --role reviewer|headquarters [--governorate CODE] < password';

function readRole(role: string, governorate: string | undefined): StaffRole {
  if (role !== 'reviewer' && role !== 'headquarters') throw new Error(USAGE);
  if ((role === 'reviewer') !== (governorate !== undefined)) {
    throw new Error('A reviewer belongs to a governorate, headquarters to none.');
  }
  return role;
}

async function readPassword(): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/u, '');
  if (
    password.length < PASSWORD_LENGTH_MIN ||
    password.length > PASSWORD_LENGTH_MAX ||
    /[\r\n]/u.test(password)
  ) {
    throw new Error(
      `The password is one line of ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters.`,
    );
  }
  return password;
}

async function main(): Promise<void> {
  const connection = process.env['MIGRATOR_DATABASE_URL'];
  if (connection === undefined) throw new Error('MIGRATOR_DATABASE_URL is missing.');
  const kind = { type: 'string' } as const;
  const { values } = parseArgs({ options: { email: kind, name: kind, role: kind, governorate: kind } });
  const { email = '', name = '', role = '', governorate } = values;
  if (!/^[^\s@]+@[^\s@]+$/u.test(email.trim()) || name.trim() === '') throw new Error(USAGE);
  const member = {
    email,
    name: name.trim(),
    role: readRole(role, governorate),
    governorate: governorate ?? null,
  };
  const password = await readPassword();
  const knex = knexModule({ client: 'pg', connection });
  try {
    const { id, created } = await putStaff(knex, member, password);
    console.log(`${created ? 'created' : 'changed'} ${id}`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== FOREIGN_KEY_VIOLATION) throw error;
    throw new Error('There is no division with this code; load the divisions first.');
  } finally {
    await knex.destroy();
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : 'failed');
  process.exitCode = 1;
});
