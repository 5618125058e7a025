/** Who may do what: the router is enumerated, and so is every route against everybody it is not for. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import { createApp } from '../../api/app.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { isPoliced } from '../../api/policy.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { readFileSync } from 'node:fs';
import { expectRefusal, type ApiClient } from './client.ts';
import { openOffice, type Office } from './office.ts';

let office: Office;
let candidate: ApiClient;
beforeAll(async () => {
  office = await openOffice();
  candidate = await office.signIn();
});
afterAll(() => office.close());

interface Layer {
  readonly route?: { readonly path: string; readonly stack: readonly { readonly handle: RequestHandler }[] };
  readonly handle?: { readonly stack?: readonly Layer[] };
}

function layersOf(stack: readonly Layer[]): Layer[] {
  return stack.flatMap((layer) => [layer, ...layersOf(layer.handle?.stack ?? [])]);
}

/** Paths of the router whose handlers have no policy. */
function unpoliced(app: Express): string[] {
  return layersOf((app as unknown as { router: { stack: Layer[] } }).router.stack).flatMap(({ route }) =>
    route?.stack.some(({ handle }) => !isPoliced(handle)) ? [route.path] : [],
  );
}

describe('API-1: no route without a policy', () => {
  test('every route of the router carries one', () => {
    expect(unpoliced(createApp(office.services))).toEqual([]);
  });

  test('a planted route is found', () => {
    const app = createApp(office.services);
    app.get('/api/v1/backdoor', (_request, response) => void response.end());
    expect(unpoliced(app)).toEqual(['/api/v1/backdoor']);
  });

  test('every route is mounted', () => {
    const app = createApp(office.services);
    const mounted = layersOf((app as unknown as { router: { stack: Layer[] } }).router.stack).flatMap(
      ({ route }) => route?.path ?? [],
    );
    for (const { path } of ROUTES) expect(mounted).toContain(`/api/v1${path.replace(/\{(\w+)\}/gu, ':$1')}`);
  });
});

const ID = '01990000-0000-7000-8000-0000000000ff';
const filled = (path: string) => path.replace('{kind}', 'photo').replace(/\{\w+\}/gu, ID);
const closed = ROUTES.filter(({ who }) => who !== 'public' && who !== 'provider').map(
  (one) => [one.method, one.path] as const,
);
const own = ROUTES.filter(({ who }) => who === 'own-registration').map(
  (one) => [one.method, one.path] as const,
);

describe('API-1: default deny', () => {
  test.each(closed)('%s %s wants a session', async (method, path) => {
    const reply = await office.client.ask(method.toUpperCase(), filled(path));
    expectRefusal(reply, 'sign-in-required');
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    const stranger = office.client.as('A'.repeat(43));
    expectRefusal(await stranger.ask(method.toUpperCase(), filled(path)), 'sign-in-required');
  });

  test.each(own)('%s %s of a registration that is not there is not found', async (method, path) => {
    expectRefusal(await candidate.ask(method.toUpperCase(), filled(path)), 'not-found');
  });
});

describe('the contract', () => {
  test('api/openapi.json is what the code says', () => {
    const committed: unknown = JSON.parse(
      readFileSync(new URL('../../api/openapi.json', import.meta.url), 'utf8'),
    );
    expect(committed).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  test('operations are named once', () => {
    const names = ROUTES.map(({ operation }) => operation);
    expect(new Set(names).size).toBe(names.length);
  });

  test('is served, with a page from our own files', async () => {
    const served = await office.client.get<{ openapi: string }>('//api/openapi.json');
    expect(served.body.openapi).toBe('3.1.0');
    const page = await office.client.get('//api/docs');
    const html = page.bytes.toString();
    expect(html).not.toMatch(/https?:/u);
    for (const [, asset] of html.matchAll(/(?:src|href)="([^"]+)"/gu)) {
      const reply = await office.client.get(`/${asset ?? ''}`);
      expect([asset, reply.status]).toEqual([asset, 200]);
    }
    expectRefusal(await office.client.get('//api/docs/..%2fpackage.json'), 'not-found');
    expectRefusal(await office.client.get('//api/docs/index.css'), 'not-found');
  });

  test('health says what is missing, and stays ready without the engine', async () => {
    expect((await office.client.get('//livez')).body).toEqual({ status: 'ok', missing: [] });
    office.engine(false);
    expect((await office.client.get('//readyz')).body).toEqual({ status: 'ok', missing: ['temporal'] });
    office.engine(true);
    expect((await office.client.get('//readyz')).body).toEqual({ status: 'ok', missing: [] });
  });
});

describe('API-11: headers', () => {
  test('nothing is stored on the way, and nothing may frame or run', async () => {
    const { headers } = await office.client.get('/elections');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('a listed origin may call with its cookies, another one may not, and never anybody', async () => {
    const listed = await office.client.get('/elections', { origin: 'https://portal.test' });
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://portal.test');
    expect(listed.headers.get('access-control-allow-credentials')).toBe('true');
    const other = await office.client.get('/elections', { origin: 'https://evil.test' });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('vary')).toContain('Origin');
  });

  test('a browser of a listed origin gets its preflight answered', async () => {
    const headers = { origin: 'https://portal.test', 'access-control-request-method': 'PUT' };
    const reply = await office.client.ask('OPTIONS', '/elections', { headers });
    expect(reply.status).toBe(204);
    expect(reply.headers.get('access-control-allow-headers')).toContain('If-Match');
  });
});

describe('the cookie of the portal', () => {
  const web = { id: 'browser-1', kind: 'web', name: 'Firefox' };

  test('is set for a browser, signs in, and causes effects only from our own pages', async () => {
    const mobile = '09351112233';
    const asked = await office.client.post<{ id: string }>('/sign-in-codes', {
      mobile,
      device: { id: web.id },
    });
    const opened = await office.client.post('/sessions', {
      codeId: asked.body.id,
      code: office.codeFor(mobile),
      device: web,
    });
    const set = opened.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^__Host-davtalab=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/u);
    const cookie = set.split(';')[0] ?? '';
    expect((await office.client.get('/sessions/current', { cookie })).status).toBe(200);
    const foreign = { headers: { cookie, origin: 'https://evil.test' } };
    expectRefusal(await office.client.ask('DELETE', '/sessions/current', foreign), 'forbidden');
    expectRefusal(
      await office.client.ask('DELETE', '/sessions/current', { headers: { cookie } }),
      'forbidden',
    );
    const ours = { headers: { cookie, origin: 'https://portal.test' } };
    expect((await office.client.ask('DELETE', '/sessions/current', ours)).status).toBe(204);
    expectRefusal(await office.client.get('/sessions/current', { cookie }), 'session-expired');
  });
});
