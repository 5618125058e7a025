import { existsSync, readFileSync } from 'node:fs';

export default async function globalTeardown() {
  const findings = process.env.DAVTALAB_LOG_FINDINGS;
  const late = findings !== undefined && existsSync(findings) ? readFileSync(findings, 'utf8') : '';
  await globalThis.davtalabWorld?.stop();
  if (late !== '') throw new Error(`Personal data in a log, written after the last test of a file:\n${late}`);
}
