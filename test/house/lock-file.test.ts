/** `npm ci` must work on Linux, macOS and Windows: npm leaves holes for the binaries of other platforms (npm/cli#4828). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

interface Entry {
  readonly version?: string;
  readonly inBundle?: boolean;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as unknown;
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Entry>> };

/** Where Node would look for a dependency of the package at `path`. */
function placesOf(path: string, name: string): string[] {
  const parts = path === '' ? [''] : path.split('/node_modules/');
  const nested = parts.map((_, depth) => parts.slice(0, parts.length - depth).join('/node_modules/'));
  return [...nested.map((base) => (base === '' ? '' : `${base}/`)), ''].map(
    (base) => `${base}node_modules/${name}`,
  );
}

const missing = (field: 'dependencies' | 'optionalDependencies'): string[] =>
  Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry[field] ?? {})
      .filter((name) => !placesOf(path, name).some((place) => packages[place] !== undefined))
      .map((name) => `${path || 'this package'} → ${name}`),
  );

describe('the lock file', () => {
  test('holds every dependency of every package', () => {
    expect(missing('dependencies')).toEqual([]);
  });

  test('holds the optional binaries of every platform', () => {
    expect(missing('optionalDependencies')).toEqual([]);
  });

  test.each(['linux-x64', 'darwin-x64', 'darwin-arm64', 'win32-x64'])('knows binaries for %s', (platform) => {
    const [system, chip] = platform.split('-');
    const names = Object.keys(packages).filter((path) => path.includes(`${system}-${chip}`));
    for (const part of ['@swc/core-', '@img/sharp-', '@esbuild/', '@unrs/resolver-binding-']) {
      expect([part, names.some((name) => name.includes(part))]).toEqual([part, true]);
    }
  });

  test('says of each package what it must be, byte for byte', () => {
    const vague = Object.entries(packages)
      .filter(([path, entry]) => path !== '' && !entry.link && !entry.inBundle && !entry.integrity)
      .map(([path]) => path);
    expect(vague).toEqual([]);
  });

  test('agrees with package.json, which pins every version', () => {
    const manifest = read('package.json') as Record<string, Readonly<Record<string, string>>>;
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      const pinned = manifest[field] ?? {};
      for (const [name, version] of Object.entries(pinned)) {
        expect([name, version]).toEqual([name, expect.stringMatching(/^\d/u)]);
        expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
      }
    }
  });
});
