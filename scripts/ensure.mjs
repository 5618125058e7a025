/**
 * Runs before `npm start`, `npm test` and `npm run check`: installs the dependencies when they are missing or older
 * than the lock file. Has no dependencies of its own, so that it works on a bare clone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19) || major >= 25) {
  console.error(`Node.js ${process.versions.node} does not fit: use 20.19 or newer, below 25 (see .nvmrc).`);
  process.exit(1);
}

const read = (path) => JSON.parse(readFileSync(root + path, 'utf8')).packages;

/** Whether npm's own record of what it installed last agrees with the lock file. npm writes it when all else is done. */
function isInstalled() {
  if (!existsSync(`${root}node_modules/.package-lock.json`)) return false;
  const installed = read('node_modules/.package-lock.json');
  return Object.entries(read('package-lock.json')).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && installed[path] === undefined),
  );
}

if (!isInstalled()) {
  const started = Date.now();
  console.log('Installing the dependencies (about a minute the first time) …');
  // Through the npm that runs us where there is one; a shell only where npm is a .cmd file.
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const how = { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'development' } };
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], how)
    : spawnSync('npm', args, { ...how, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    console.error(
      'The dependencies could not be installed. Check the network or the registry (npm config get registry) and run the same command again.',
    );
    process.exit(result.status ?? 1);
  }
  console.log(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}
