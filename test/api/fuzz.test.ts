/** API-4: whatever comes in, no answer is outside the contract, none is a 5xx, and no prototype is polluted. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openApiDocument } from '../../api/openapi.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { openRegistration } from './candidate.ts';
import type { ApiClient } from './client.ts';
import { openOffice, type Office } from './office.ts';

let office: Office;
let me: ApiClient;
let own: string;
beforeAll(async () => {
  office = await openOffice();
  me = await office.signIn();
  own = await openRegistration(me);
});
afterAll(() => office.close());

const RUNS = 30;
/** The same every time; a failure prints the request that made it. */
const SEED = 20261125;

const statusesOf = (path: string, method: string): string[] => {
  const { paths } = openApiDocument() as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
  };
  return Object.keys(paths[path]?.[method]?.responses ?? {});
};

const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    '۱۲۳',
    '-1',
    '1e999',
    "' or 1=1 --",
    '../..',
  ),
);
const segment = fc.oneof(
  fc.constant('own'),
  fc.uuid(),
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom('photo', '%00', '..'),
);
/** A body that begins like a right one: known names with strange values, and strange names. */
const NAMES = [
  'mobile',
  'device',
  'id',
  'code',
  'codeId',
  'answers',
  'identity',
  'nationalId',
  'purpose',
  'declaration',
];
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), word), tie('any'), { maxKeys: 4 }),
  ),
})).any;
const header = fc.oneof(fc.constantFrom('"0"', '0', '*', 'W/"1"', 'key-1', '99999999999'), fc.base64String());

const routes = ROUTES.filter(
  ({ operation, who }) => !['signOut', 'streamEvents'].includes(operation) && who !== 'provider',
);

test.each(routes.map(({ operation, method, path, media }) => [operation, method, path, media] as const))(
  'API-4: %s',
  async (_operation, method, path, media) => {
    const allowed = [...statusesOf(path, method), '405'];
    const request = fc.record({
      segments: fc.array(segment, { minLength: 3, maxLength: 3 }),
      query: fc.option(fc.tuple(word, word), { freq: 6 }),
      body: value,
      key: header,
      match: header,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ segments, query, body, key, match }) => {
        const parts = [...segments];
        const filled = path.replace(/\{\w+\}/gu, () => {
          const part = parts.pop() ?? 'own';
          return part === 'own' ? own : encodeURIComponent(Buffer.from(part).toString());
        });
        const search = query ? `?${new URLSearchParams([query])}` : '';
        const type = media === undefined ? {} : { 'content-type': media };
        const headers = { 'idempotency-key': key, 'if-match': match, ...type };
        const sends = method !== 'get';
        const reply = await me.ask(method.toUpperCase(), filled.replace(/\/\.\.?(?=\/|$)/gu, '/x') + search, {
          headers,
          ...(sends ? { body: body ?? {} } : {}),
        });
        expect(reply.status).toBeLessThan(500);
        expect(allowed).toContain(String(reply.status));
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  },
);
