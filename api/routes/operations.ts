/** What stands beside the contract: health, and the contract itself with a page to try it on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absolutePath } from 'swagger-ui-dist';
import { Refusal } from '../../domain/refusal.ts';
import { z } from '../contract/base.ts';
import { etagOf } from '../etag.ts';
import { openApiDocument } from '../openapi.ts';
import { answer, route } from '../route.ts';

const DOCUMENT = openApiDocument();
const OPENAPI = JSON.stringify(DOCUMENT);
const OPENAPI_TAG = etagOf(DOCUMENT);

/** Everything from our own files; the page's own script too, so that no inline script is allowed. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const DOCS_PAGE = `<!doctype html>
<html lang="fa">
<head>
<meta charset="utf-8"><title>Davtalab API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" href="/api/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;

const DOCS_START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const healthy = z.strictObject({ status: z.literal('ok'), missing: z.array(z.string()) });
const openapi = z.record(z.string(), z.unknown());

export const operationRoutes = [
  route({
    method: 'get',
    path: '//livez',
    operation: 'isAlive',
    summary: 'The process answers',
    who: 'public',
    limit: 'none',
    answers: { 200: healthy },
    handle: () => Promise.resolve(answer(200, { status: 'ok', missing: [] })),
  }),
  route({
    method: 'get',
    path: '//readyz',
    operation: 'isReady',
    summary: 'What it needs answers too',
    who: 'public',
    limit: 'none',
    answers: { 200: healthy },
    refusals: ['unavailable'],
    handle: async (_call, { health, networkRule }) => {
      const { database, engine } = await health();
      if (!database) throw new Refusal('unavailable');
      // Without the engine we still accept, and say so; taking us out of service would refuse what we can keep.
      return answer(200, {
        status: 'ok',
        missing: [...(engine ? [] : ['temporal']), ...networkRule.complaints()],
      });
    },
  }),
  route({
    method: 'get',
    path: '//api/openapi.json',
    operation: 'getContract',
    summary: 'The contract',
    who: 'public',
    answers: { 200: openapi, 304: null },
    handle: () =>
      Promise.resolve({
        ...answer(200, undefined, { ETag: OPENAPI_TAG }),
        content: { type: 'application/json', bytes: OPENAPI },
      }),
  }),
  route({
    method: 'get',
    path: '//api/docs',
    operation: 'getDocs',
    summary: 'The contract as a page',
    who: 'public',
    answers: { 200: { media: 'text/html' } },
    handle: () =>
      Promise.resolve({
        ...answer(200, undefined, { 'Content-Security-Policy': DOCS_CSP }),
        content: { type: 'text/html; charset=utf-8', bytes: DOCS_PAGE },
      }),
  }),
  route({
    method: 'get',
    path: '//api/docs/{asset}',
    operation: 'getDocsAsset',
    summary: 'A file of that page',
    who: 'public',
    answers: { 200: null },
    handle: async ({ params: { asset } }) => {
      if (asset === 'start.js') {
        return { ...answer(200), content: { type: 'text/javascript; charset=utf-8', bytes: DOCS_START } };
      }
      const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined;
      if (type === undefined) throw new Refusal('not-found');
      return { ...answer(200), content: { type, bytes: await readFile(join(absolutePath(), asset)) } };
    },
  }),
];
