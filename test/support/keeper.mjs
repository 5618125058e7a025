/**
 * Waits beside a test run, holding its pipe; when the run is killed, ends the servers that it cannot end any more.
 * Arguments: pid and start time of each, and last the folder to remove; the pipe may name more, one `pid start` a line.
 */
import { rmSync } from 'node:fs';
import { register } from 'tsx/esm/api';

register();
const { signalProcess, isAlive } = await import('../../scripts/process-identity.ts');
const [folder, ...pairs] = process.argv.slice(2).reverse();

process.on('SIGINT', () => {});
let named = '';
process.stdin.setEncoding('utf8').on('data', (text) => (named += text));
process.stdin.on('end', () => {
  const later = named.split('\n').flatMap((line) => (line === '' ? [] : line.split(' ').reverse()));
  pairs.push(...later);
  for (let at = 0; at < pairs.length; at += 2) {
    const identity = { pid: Number(pairs[at + 1]), startedAt: pairs[at] };
    if (isAlive(identity)) signalProcess(identity, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
});
process.stdin.resume();
