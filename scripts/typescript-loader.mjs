/**
 * Lets Node run our TypeScript: `node --import ./scripts/typescript-loader.mjs api/main.ts`. Does less than tsx, and so
 * starts in two thirds of its CPU time: our imports name their files in full, so that nothing has to be guessed.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
