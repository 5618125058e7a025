/** Entry of the panel's process. */
import { loadConfig } from '../platform/config.ts';
import { armFailpoint, failpoint } from '../platform/failpoint.ts';
import { KEEP_ALIVE_MS } from '../platform/keep-alive.ts';
import { createLogger } from '../platform/log.ts';
import { createSealing } from '../platform/sealed-field.ts';
import { onShutdown } from '../platform/shutdown.ts';
import { connectTemporal } from '../platform/temporal-client.ts';
import { acceptDecision, acceptIdentityProof } from '../store/commands.ts';
import { closeDatabase, openDatabase, type DatabaseRole } from '../store/database.ts';
import { createDelivery } from '../store/delivery.ts';
import { createDesk } from '../store/desk.ts';
import { createOutcomes } from '../store/outcomes.ts';
import { countDemoStaff } from '../store/staff.ts';
import { changeWindow } from '../store/windows.ts';
import { commandSender } from '../workflows/protocol.ts';
import { createPanelApp } from './app.ts';

const POOL_SIZE = 8;
const WARM_UP_AFTER_MS = 4_000;

const config = loadConfig('admin');
armFailpoint(config.failpoint);
const logger = createLogger('admin', { level: config.logLevel });
const sealing = createSealing({
  sealingKey: config.keys.sealing,
  fingerprintKey: config.keys.fingerprint,
});

const open = (role: DatabaseRole) =>
  openDatabase({ url: config.database.url, role, poolSize: POOL_SIZE, sealing, failpoint });
const app = open('davtalab_app');
const panel = open('davtalab_panel');
onShutdown(() => Promise.all([closeDatabase(app), closeDatabase(panel)]).then(() => undefined));

if (config.production && (await countDemoStaff(app.knex)) > 0) {
  throw new Error('A demo account exists. Production does not start with one: disable it first.');
}

const temporal = await connectTemporal({ ...config.temporal, payloadKey: config.keys.payload });
onShutdown(() => temporal.close());
const delivery = createDelivery(app, commandSender(temporal.client, config.temporal));
const outcomes = createOutcomes(config.database.url, app);
onShutdown(() => outcomes.close());
const desk = createDesk({ db: app, delivery, outcomes });

const panelApp = createPanelApp({
  app,
  panel,
  decide: async (request) => desk.settle(await acceptDecision(app, request)),
  prove: async (request) => desk.settle(await acceptIdentityProof(app, request)),
  changeWindow: async (change) => {
    const count = await changeWindow(app, change);
    // The worker's re-deliverer would do it too, some seconds later.
    void delivery.redeliver().catch((error: unknown) => logger.warn({ err: error }));
    return count;
  },
  temporalUi: { url: config.urls.temporalUi, namespace: config.temporal.namespace },
  publicUrl: config.http.publicUrl,
  secure: config.production || config.http.publicUrl.startsWith('https:'),
  trustedProxies: config.http.trustedProxies,
  logger,
  now: () => new Date(),
});
const server = panelApp.app.listen(config.http.port, config.http.host, (error) => {
  // Express 5 hands a port that is taken to this callback.
  if (error) throw error;
  logger.info({ event: 'listening', host: config.http.host, port: config.http.port });
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
onShutdown(
  () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeIdleConnections();
    }),
);

// When the rest of the system has started too: until then the sign-in is served, and whoever is faster loads it. A
// panel that cannot load ends, and says why.
setTimeout(() => void panelApp.warmUp().then(() => logger.info({ event: 'warm' })), WARM_UP_AFTER_MS).unref();
