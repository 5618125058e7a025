/** openapi.json, made of the same lines of policy that the server carries out. */
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { RefusalCode } from '../domain/refusals.ts';
import { problem, z } from './contract/base.ts';
import { BASE_PATH, isIdName } from './policy.ts';
import { statusOf } from './problem.ts';
import { ROUTES } from './routes/index.ts';
import type { AnswerForm, Route } from './route.ts';

const PROBLEM_JSON = 'application/problem+json';

const WAIT = z.object({
  'Retry-After': z.string().optional().openapi({ description: 'Seconds to wait', example: '42' }),
});

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted; what takes longer is found at Location',
  204: 'Done, nothing to say',
  303: 'Goes on elsewhere',
  304: 'Not changed since the given ETag',
};

/** What may be refused on every route of this policy, whatever its handler does. */
function impliedRefusals(route: Route): RefusalCode[] {
  const codes: RefusalCode[] = ['not-acceptable', 'request-invalid', 'internal-error', 'unavailable'];
  if (route.limit !== 'none') codes.push('too-many-requests');
  const signedIn = route.who === 'candidate' || route.who === 'own-registration';
  if (signedIn) codes.push('sign-in-required', 'session-expired', 'session-replaced');
  if (signedIn && route.method !== 'get') codes.push('forbidden');
  if (route.fromInside) codes.push('network-not-allowed');
  if (route.who === 'provider') codes.push('provider-unknown');
  if (route.path.includes('{')) codes.push('not-found');
  if (route.needs?.includes('K')) {
    codes.push('idempotency-key-missing', 'idempotency-key-reused', 'request-in-flight');
  }
  if (route.needs?.includes('M')) codes.push('if-match-missing');
  if (route.body === 'image/jpeg') codes.push('document-type');
  else if (route.body) codes.push('json-invalid', 'body-too-large', 'media-type');
  return codes;
}

function contentOf(form: AnswerForm): object {
  if (form === null) return {};
  if (form instanceof z.ZodType) return { content: { 'application/json': { schema: form } } };
  // A picture is no text, and of an event stream each reader makes objects of its own.
  const text = form.media === 'text/html';
  return { content: { [form.media]: { schema: text ? { type: 'string' } : {} } } };
}

function problemResponses(route: Route): RouteConfig['responses'] {
  const codes = [...new Set([...impliedRefusals(route), ...(route.refusals ?? [])])];
  const statuses = [...new Set(codes.map(statusOf))];
  return Object.fromEntries(
    statuses.map((status) => {
      const refusals = codes.filter((code) => statusOf(code) === status);
      const description = refusals.map((code) => `\`${code}\``).join(', ');
      const content = { [PROBLEM_JSON]: { schema: problem } };
      const headers = status === 429 || status === 503 ? { headers: WAIT } : {};
      return [String(status), { description, ...headers, content }];
    }),
  );
}

function answerResponses(route: Route): RouteConfig['responses'] {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, form]) => [
      status,
      { description: DESCRIPTIONS[status] ?? status, ...contentOf(form as AnswerForm) },
    ]),
  );
}

function headersOf(route: Route): z.ZodObject | undefined {
  const shape: Record<string, z.ZodType> = {};
  if (route.needs?.includes('K')) {
    shape['Idempotency-Key'] = z
      .string()
      .regex(/^[!#-~]{1,128}$/)
      .openapi({ description: 'The same key and body: the same effect, once', example: 'a-new-uuid' });
  }
  if (route.needs?.includes('M')) {
    const stale = route.method === 'patch' ? 'what is stale is merged, or else 412' : '412 when stale';
    shape['If-Match'] = z
      .string()
      .openapi({ description: `The ETag of the draft; 428 without, ${stale}`, example: '"1"' });
  }
  if (route.path.endsWith('/events')) shape['Last-Event-ID'] = z.string().optional();
  return Object.keys(shape).length > 0 ? z.object(shape) : undefined;
}

function pathParams(path: string): z.ZodObject | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name ?? '');
  if (names.length === 0) return undefined;
  const schema = (name: string): z.ZodType => (isIdName(name) ? z.uuid() : z.string().min(1).max(100));
  return z.object(Object.fromEntries(names.map((name) => [name, schema(name)])));
}

function bodyOf({ body, media }: Route): object {
  if (body === undefined) return {};
  const content =
    body === 'image/jpeg'
      ? { 'image/jpeg': { schema: { type: 'string' as const, contentMediaType: 'image/jpeg' } } }
      : { [media ?? 'application/json']: { schema: body } };
  return { body: { required: true, content } };
}

function configOf(route: Route): RouteConfig {
  const params = pathParams(route.path);
  const headers = headersOf(route);
  return {
    method: route.method,
    path: route.path,
    operationId: route.operation,
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    ...(route.who === 'public' ? { security: [] } : {}),
    request: {
      ...(params ? { params } : {}),
      ...(headers ? { headers } : {}),
      ...(route.query instanceof z.ZodObject ? { query: route.query } : {}),
      ...bodyOf(route),
    },
    responses: { ...answerResponses(route), ...problemResponses(route) },
  };
}

/** What candidates' clients may use: not the root of the server (health, docs), nor the doors of providers. */
function isForClients({ path, who }: Route): boolean {
  return !path.startsWith('//') && who !== 'provider';
}

/** The whole document. */
export function openApiDocument(): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'session', { type: 'http', scheme: 'bearer' });
  for (const route of ROUTES) if (isForClients(route)) registry.registerPath(configOf(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Davtalab',
      version: '1.0.0',
      description: 'ثبت‌نام داوطلبان انتخابات شوراهای اسلامی شهر و روستا',
    },
    servers: [{ url: BASE_PATH }],
    security: [{ session: [] }],
  });
}
