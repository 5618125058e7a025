/** The API process: puts everything together, serves, and ends in order. */
import { once } from 'node:events';
import { loadConfig } from '../platform/config.ts';
import { armFailpoint, failpoint } from '../platform/failpoint.ts';
import { createLogger } from '../platform/log.ts';
import { openNetworkTables } from '../platform/network-tables.ts';
import { createPictureDecoder } from '../platform/picture.ts';
import { createSealing } from '../platform/sealed-field.ts';
import { onShutdown } from '../platform/shutdown.ts';
import { connectTemporal } from '../platform/temporal-client.ts';
import { closeDatabase, openDatabase, type Database } from '../store/database.ts';
import { createDelivery } from '../store/delivery.ts';
import { createDesk } from '../store/desk.ts';
import { createOutcomes } from '../store/outcomes.ts';
import { createRateLimits } from '../store/rate-limits.ts';
import { commandSender } from '../workflows/protocol.ts';
import { createApp } from './app.ts';
import { createCodeSender, isEngineThere } from './engine.ts';
import { createNetworkRule } from './network-rule.ts';
import { createRequestLimits, REQUEST_RULES } from './request-limits.ts';
import { createApiServer, drain } from './server.ts';
import { createSendingLimits, sendingRules } from './sending-limits.ts';
import { createStreams, type Services } from './services.ts';

const POOL_SIZE = 20;
/** Who registers for an election in Iran does it from there. */
const COUNTRY = 'IR';
/** One decoder per core is all that a picture can use; the event loop keeps the rest. */
const DECODER_PROCESSES = 2;

async function isDatabaseThere({ knex }: Database): Promise<boolean> {
  return knex.raw('select 1').then(
    () => true,
    () => false,
  );
}

const config = loadConfig('api');
armFailpoint(config.failpoint);
const log = createLogger('api', { level: config.logLevel });
const { url } = config.database;
const sealing = createSealing({
  sealingKey: config.keys.sealing,
  fingerprintKey: config.keys.fingerprint,
});
const db = openDatabase({ url, role: 'davtalab_app', poolSize: POOL_SIZE, sealing, failpoint });
onShutdown(() => closeDatabase(db));

const temporal = await connectTemporal({ ...config.temporal, payloadKey: config.keys.payload });
onShutdown(() => temporal.close());
const outcomes = createOutcomes(url, db);
onShutdown(() => outcomes.close());
const pictures = createPictureDecoder({ processes: DECODER_PROCESSES });
onShutdown(() => pictures.close());

const engine = { queueSuffix: config.temporal.queueSuffix, continueAfter: config.continueAfter };
const delivery = createDelivery(db, commandSender(temporal.client, engine));
const limits = createRateLimits(db);
const { mode, withoutTables, files } = config.http.networkRule;
const proxiesNamed = !config.production || config.http.trustedProxies.length > 0;
const tables =
  mode === 'off' ? undefined : await openNetworkTables({ files, country: COUNTRY, log, now: Date.now });
if (tables) onShutdown(() => Promise.resolve(tables.close()));
const services: Services = {
  db,
  outcomes,
  pictures,
  log,
  desk: createDesk({ db, delivery, outcomes }),
  codes: createCodeSender(temporal, engine),
  codeLifeSeconds: config.codes.lifeSeconds,
  sendingLimits: createSendingLimits({
    limits,
    rules: sendingRules(config.codes.forecastPerHour),
    log,
  }),
  requestLimits: createRequestLimits({ limits, rules: REQUEST_RULES, log }),
  streams: createStreams(),
  keys: {
    code: config.keys.code,
    session: config.keys.session,
    smsReports: config.gateways.sms.reports.key,
  },
  origins: [...new Set([new URL(config.http.publicUrl).origin, ...config.http.returnUrls])],
  trustedProxies: config.http.trustedProxies,
  networkRule: createNetworkRule({ mode, withoutTables, tables, log, proxiesNamed }),
  health: async () => {
    const [database, reached] = await Promise.all([isDatabaseThere(db), isEngineThere(temporal)]);
    return { database, engine: reached };
  },
  now: Date.now,
};

const server = createApiServer(createApp(services)).listen(config.http.port, config.http.host);
onShutdown(() => drain(server, services.streams));
await once(server, 'listening');
log.info({ host: config.http.host, port: config.http.port }, 'the API is listening');
