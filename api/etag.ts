/** ETags by what is answered: whatever changes the answer (a try, the time, the language) changes the tag. */
import { createHash } from 'node:crypto';

const TAG_LENGTH = 22;

/** With a `version`, the tag begins with it, and so serves in `If-Match` as well. */
export function etagOf(body: unknown, version?: number): string {
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, TAG_LENGTH);
  return version === undefined ? `"${hash}"` : `"${version}-${hash}"`;
}
