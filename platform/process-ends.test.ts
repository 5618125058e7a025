/** How a process of ours ends: by a signal, by the end of its parent, at a named point. Each in a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOADER = './scripts/typescript-loader.mjs';

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a piece of a main module; `then` is called when it says that it is ready. */
function run(
  code: string,
  then: (child: ReturnType<typeof spawn>) => void,
  env: object = {},
): Promise<Ending> {
  const args = ['--import', LOADER, '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
    if (text.includes('ready')) then(child);
  });
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  return new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ code: status, signal, out, err })),
  );
}

const MAIN = `
  import { onShutdown } from './platform/shutdown.ts';
  setInterval(() => {}, 1000);
  onShutdown(() => console.log('closed the database'));
  onShutdown(async () => { await new Promise((r) => setTimeout(r, 20)); console.log('closed the door'); });
  console.log('ready');
`;

describe('a process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('closes what it opened, last first, on %s', async (signal) => {
    const { code, out } = await run(MAIN, (child) => child.kill(signal));
    expect({ code, out }).toEqual({ code: 0, out: 'ready\nclosed the door\nclosed the database\n' });
  });

  test('ends when its parent is gone', async () => {
    const { code, out } = await run(MAIN, (child) => child.stdin?.end(), { PARENT_PIPE: '1' });
    expect([code, out]).toEqual([0, expect.stringContaining('closed the database')]);
  });

  test('dies at the named point, at the hit that was asked for, and says so', async () => {
    const code = `
      import { armFailpoint, failpoint } from './platform/failpoint.ts';
      armFailpoint('after-row:2');
      for (const name of ['before-row', 'after-row', 'after-row', 'after-row']) {
        await failpoint(name);
        console.log('passed ' + name);
      }
    `;
    const ending = await run(code, () => {});
    expect(ending).toMatchObject({ signal: 'SIGKILL', out: 'passed before-row\npassed after-row\n' });
    expect(JSON.parse(ending.err)).toMatchObject({ failpoint: 'after-row' });
  });

  test('passes every point when none is armed', async () => {
    const code = `
      import { armFailpoint, failpoint } from './platform/failpoint.ts';
      armFailpoint(undefined);
      await failpoint('after-row');
      console.log('passed');
    `;
    expect(await run(code, () => {})).toMatchObject({ code: 0, out: 'passed\n', err: '' });
  });
});
