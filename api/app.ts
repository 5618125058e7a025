/** The API in the order in which a request meets it. */
import express, { type Express } from 'express';
import { trustProxies } from './client-address.ts';
import { cors } from './middleware/cors.ts';
import { fewHeaderFields } from './middleware/header-fields.ts';
import { notFound, problems } from './middleware/problems.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { mount } from './policy.ts';
import { ROUTES } from './routes/index.ts';
import { operationRoutes } from './routes/operations.ts';
import type { Services } from './services.ts';

export function createApp(services: Services): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('strict routing').enable('case sensitive routing');
  app.set('query parser', 'simple');
  trustProxies(app, services.trustedProxies);
  app.use(requestId());
  app.use(securityHeaders());
  app.use(cors(services.origins));
  app.use(fewHeaderFields());
  mount(app, [...ROUTES, ...operationRoutes], services);
  app.use(notFound());
  app.use(problems(services.log));
  return app;
}
