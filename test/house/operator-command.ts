/** A command of docker/ as an operator runs it, with what it works on in stdin. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../scripts/start/data-directory.ts';
import type { FreshDatabase } from '../support/database.ts';
import { TEST_KEY_ENVIRONMENT } from '../support/keys.ts';

export async function runCommand(
  { url }: Pick<FreshDatabase, 'url'>,
  command: string,
  input: string,
): Promise<{ code: number; said: string }> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', command], {
    cwd: ROOT,
    env: { PATH, HOME, ...TEST_KEY_ENVIRONMENT, DATABASE_URL: url, TEMPORAL_ADDRESS: '127.0.0.1:7233' },
  });
  child.stdin.end(`${input}\n`);
  const [said, problem, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, said: said + problem };
}
