/** The scripts of the pages: what AdminJS brings, and our own components in one bundle. */
import { readFile } from 'node:fs/promises';
import { Router as AdminRouter } from 'adminjs';
import type { Sources } from './assets.ts';
import { bundleComponents } from './bundle.ts';

const COMPONENTS = '/frontend/assets/components.bundle.js';

/** Bundles our components at once, so that a mistake in them shows at the start; the others are read when asked for. */
export async function scripts(): Promise<Sources> {
  const list = new Map<string, () => Promise<Buffer>>();
  for (const { path, src } of AdminRouter.assets) {
    // Only scripts: its icon font is not used. Its development scripts are 26 MB; which of both it serves depends on
    // NODE_ENV at its import.
    if (path.endsWith('.bundle.js') && path !== COMPONENTS) {
      list.set(path, () =>
        readFile(
          src
            .replace('.development.js', '.production.js')
            .replace('-bundle.development', '-bundle.production'),
        ),
      );
    }
  }
  const components = await bundleComponents();
  return list.set(COMPONENTS, () => Promise.resolve(components));
}
