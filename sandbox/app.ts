/** The outside world for development and tests: providers' contracts, and pages for people and tests (API.md §4). */
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Server } from 'smpp';
import { bankPageRoutes } from './bank-page.ts';
import { createBankResults } from './bank-results.ts';
import { bankRoutes } from './bank.ts';
import { createReporter, type ReportTarget } from './delivery-reports.ts';
import { evidenceRoutes } from './evidence.ts';
import { createFaults } from './faults.ts';
import { inboxRoutes } from './inbox.ts';
import { kavenegarRoutes } from './kavenegar.ts';
import { html, sendPage } from './page.ts';
import { peopleRoutes, populate } from './people.ts';
import { sendProblem } from './problem.ts';
import { createSmsCentre, type CentreAccount } from './sms-centre.ts';
import { openWorld } from './world.ts';
import { zibalRoutes } from './zibal.ts';

export interface SandboxOptions {
  /** Where people, inbox and transactions are kept; null keeps them in memory. */
  readonly directory: string | null;
  /** What clients must show: as at the real providers, another key is refused. */
  readonly keys: {
    readonly sms: string;
    readonly registry: string;
    readonly bankTerminal: string;
    readonly bankKey: string;
  };
  /** Of SMS provider B. */
  readonly centre: CentreAccount;
  /** Where SMS provider A reports deliveries; nowhere when it is left out. */
  readonly smsReports?: ReportTarget | undefined;
  /** Milliseconds UTC; tests let time pass by it. */
  readonly now?: () => number;
}

export interface Sandbox {
  readonly app: Express;
  /** SMS provider B, for a port of its own. */
  readonly centre: Server;
  /** Closes the journal. */
  close(): void;
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const { directory, keys, smsReports, now = Date.now } = options;
  const world = openWorld({ directory, now });
  populate(world);
  const { guard, meet, routes: faultRoutes, given } = createFaults();
  const report = smsReports ? createReporter(smsReports) : null;
  const faults = { line: guard('line-owner'), person: guard('civil-registry') };

  const app = express().disable('x-powered-by').set('etag', false);
  app.use(express.json({ limit: '64kb' }), express.urlencoded({ extended: false, limit: '64kb' }));
  app.use('/v1/facility', zibalRoutes({ world, token: keys.registry, faults }));
  app.use('/v1/:key', guard('sms-a'), kavenegarRoutes(world, { key: keys.sms, report }));
  app.use(
    '/dorsa1',
    bankRoutes({ world, terminal: keys.bankTerminal, key: keys.bankKey, fault: guard('bank') }),
  );
  const results = createBankResults();
  app.use('/dorsa1', bankPageRoutes(world, results));
  app.use(results.routes);
  app.use(inboxRoutes(world), peopleRoutes(world), faultRoutes, evidenceRoutes(world, given));
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/', (_request, response) => sendPage(response, { title: 'دنیای آزمایشی', body: CONTENTS }));
  app.use((_request, response) => sendProblem(response, { status: 404, title: 'Not found' }));
  app.use(problemOf);
  const centre = createSmsCentre({ world, account: options.centre, meet: () => meet('sms-b') });
  return { app, centre, close: () => world.close() };
}

const CONTENTS = html`<ul>
  <li><a href="/inbox">صندوق پیامک</a></li>
  <li><a href="/people">مردم</a></li>
</ul>`;

/** A body that cannot be read is the client's fault; the rest is ours and says nothing. */
// oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters.
const problemOf: ErrorRequestHandler = (error: { status?: unknown }, _request, response, _next) => {
  const status = typeof error.status === 'number' && error.status < 500 ? error.status : 500;
  sendProblem(response, { status, title: status === 500 ? 'The sandbox failed' : 'The body cannot be read' });
};
