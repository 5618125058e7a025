import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { LIFECYCLE_PAGE, renderLifecycle } from './print-lifecycle.ts';

test('docs/lifecycle.md says what the table says', async () => {
  expect(readFileSync(LIFECYCLE_PAGE, 'utf8')).toBe(await renderLifecycle());
});
