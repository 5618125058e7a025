/**
 * Our components for the browser, bundled in memory when the panel starts (about a tenth of a second). Nothing is
 * written to disk, so there is no bundle that can be stale, and no folder that an image must carry.
 */
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** What AdminJS brings to the page, and the name of each on `window`. */
const GLOBALS: Readonly<Record<string, string>> = {
  react: 'React',
  'react-dom': 'ReactDOM',
  'react-redux': 'ReactRedux',
  'react-router-dom': 'ReactRouterDOM',
  adminjs: 'AdminJS',
  '@adminjs/design-system': 'AdminJSDesignSystem',
  '@adminjs/design-system/styled-components': 'styled',
};

const fromThePage: Plugin = {
  name: 'from-the-page',
  setup(bundler) {
    bundler.onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
      Object.hasOwn(GLOBALS, path) ? { path, namespace: 'page' } : undefined,
    );
    bundler.onLoad({ filter: /./, namespace: 'page' }, ({ path }) => ({
      contents: `module.exports = window.${GLOBALS[path] ?? ''};`,
    }));
  },
};

/** The script that gives AdminJS our components, by their names. */
export async function bundleComponents(): Promise<Buffer> {
  const result = await build({
    stdin: {
      contents: `import * as components from './index.ts'; AdminJS.UserComponents = { ...components };`,
      resolveDir: fileURLToPath(new URL('components', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'iife',
    minify: true,
    target: 'es2022',
    jsx: 'transform',
    charset: 'utf8',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [fromThePage],
    logLevel: 'silent',
  });
  return Buffer.from(result.outputFiles[0]?.contents ?? []);
}
