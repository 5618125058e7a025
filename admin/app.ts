/** The panel over HTTP: each line in the order in which a request meets it. */
import compression from 'compression';
import express, { type Express, type Response } from 'express';
import type { Logger } from '../platform/log.ts';
import type { Database } from '../store/database.ts';
import { requireStaff, ROOT } from './access.ts';
import { assetRoutes, ownFiles } from './assets.ts';
import { documentRoutes } from './documents.ts';
import { headers, neverStored, ownOriginOnly, plainQuery } from './hardening.ts';
import { late } from './late.ts';
import type { PanelOptions } from './panel.ts';
import { answerProblems, notFound } from './problems.ts';
import { signInRoutes } from './sign-in.ts';

export interface AppOptions extends PanelOptions {
  /** For sessions, audit and commands; `panel` is for reads. */
  readonly app: Database;
  readonly publicUrl: string;
  /** Whether browsers come over TLS: then the cookie is for TLS only. */
  readonly secure: boolean;
  readonly trustedProxies: readonly string[];
  readonly logger: Logger;
}

export interface PanelApp {
  readonly app: Express;
  /** Loads AdminJS and bundles the components; a mistake in them shows here. */
  warmUp(): Promise<void>;
}

export function createPanelApp(options: AppOptions): PanelApp {
  const { app: db, panel, secure, now, logger } = options;
  // AdminJS takes two seconds to load. Whoever signs in does not wait for it, nor does the start.
  const scripts = late(async () => assetRoutes(await (await import('./scripts.ts')).scripts()));
  const shell = late(async () => (await import('./routes.ts')).panelRoutes(options));
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', [...options.trustedProxies]);
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', (_request, response) => readiness([db, panel], response));
  app.use(headers(secure));
  app.use(assetRoutes(ownFiles()));
  app.get(`${ROOT}/frontend/{*path}`, scripts.handler);
  app.use(neverStored);
  app.use(compression());
  app.use(ownOriginOnly(options.publicUrl));
  app.get('/', (_request, response) => response.redirect(303, ROOT));
  app.use(signInRoutes({ db, secure, now }));
  app.use(requireStaff({ db, secure, now }));
  app.use(plainQuery);
  app.use(documentRoutes(panel));
  app.use(shell.handler);
  app.use(notFound);
  app.use(answerProblems(logger));
  return { app, warmUp: () => Promise.all([shell.load(), scripts.load()]).then(() => undefined) };
}

async function readiness(databases: readonly Database[], response: Response): Promise<void> {
  try {
    for (const { knex } of databases) await knex.raw('select 1');
    response.json({ status: 'ok' });
  } catch {
    response.status(503).json({ status: 'unavailable' });
  }
}
