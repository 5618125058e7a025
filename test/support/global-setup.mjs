/** Jest loads this file without a transform; from here on, TypeScript is loaded as `npm start` loads it. */
import { register } from 'tsx/esm/api';

export default async function globalSetup() {
  const unregister = register();
  const { startWorld } = await import('./world.ts');
  globalThis.davtalabWorld = await startWorld();
  await unregister();
}
