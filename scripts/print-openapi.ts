/**
 * Prints the contract to api/openapi.json; with `--check` it only compares, and fails when the committed file differs
 * from what the server would serve.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../api/openapi.ts';

const path = fileURLToPath(new URL('../api/openapi.json', import.meta.url));
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    process.stderr.write(
      'api/openapi.json is not what the code says; run: npx tsx scripts/print-openapi.ts\n',
    );
    process.exit(1);
  }
} else {
  writeFileSync(path, text);
}
