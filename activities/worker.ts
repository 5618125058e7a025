/** The worker process: puts together what the activities need, serves both queues, re-delivers, and ends in order. */
import { setTimeout as delay } from 'node:timers/promises';
import { makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { closedUntil } from '../domain/line-hours.ts';
import { loadConfig, type Config } from '../platform/config.ts';
import { armFailpoint, failpoint } from '../platform/failpoint.ts';
import { createLogger, type Logger } from '../platform/log.ts';
import { createSealing } from '../platform/sealed-field.ts';
import { onShutdown } from '../platform/shutdown.ts';
import { connectTemporal } from '../platform/temporal-client.ts';
import { closeDatabase, openDatabase } from '../store/database.ts';
import { createDelivery } from '../store/delivery.ts';
import { commandSender, noticeSender } from '../workflows/protocol.ts';
import { createActivities } from './activities.ts';
import { cardDuties } from './card-rounds.ts';
import type { Dependencies } from './dependencies.ts';
import { createBank } from './gateways/bank.ts';
import { createCivilRegistry } from './gateways/civil-registry.ts';
import { createLineOwner } from './gateways/line-owner.ts';
import { createKavenegar } from './gateways/kavenegar.ts';
import type { SmsGateway } from './gateways/sms.ts';
import { deliveryDuties, goRoundsUntil, housekeepingDuties, reminderDuties } from './rounds.ts';
import { openSmsLine } from './sms-line.ts';
import { smsDuties } from './sms-rounds.ts';
import { sdkLogger } from './sdk-log.ts';
import { createWorkers } from './workers.ts';
import { workflowBundle } from './workflow-bundle.ts';

const POOL_SIZE = 30;
const CONNECT_AGAIN_MS = 1_000;

function installLogger(log: Logger): void {
  const filter = makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' });
  Runtime.install({
    logger: sdkLogger(log),
    telemetryOptions: { logging: { forward: {}, filter } },
    shutdownSignals: [],
  });
}

function createGateways({ gateways: { sms, registry, bank } }: Config, second: SmsGateway | undefined) {
  return {
    sms: { 'sms-a': createKavenegar(sms), ...(second === undefined ? {} : { 'sms-b': second }) },
    lineOwner: createLineOwner(registry),
    civilRegistry: createCivilRegistry(registry),
    bank: createBank(bank),
  };
}

/** The engine may come up after us. */
async function connectEngine(address: string, log: Logger): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect({ address });
    } catch (err) {
      log.warn({ err }, 'the engine cannot be reached yet');
      await delay(CONNECT_AGAIN_MS);
    }
  }
}

const config = loadConfig('worker');
armFailpoint(config.failpoint);
const log = createLogger('worker', { level: config.logLevel });
installLogger(log);
const { sealing: sealingKey, fingerprint: fingerprintKey, payload: payloadKey } = config.keys;
const { address, namespace, queueSuffix } = config.temporal;

const db = openDatabase({
  url: config.database.url,
  role: 'davtalab_app',
  poolSize: POOL_SIZE,
  sealing: createSealing({ sealingKey, fingerprintKey }),
  failpoint,
});
onShutdown(() => closeDatabase(db));

const temporal = await connectTemporal({ address, namespace, payloadKey });
onShutdown(() => temporal.close());
const { continueAfter } = config;
const delivery = createDelivery(db, commandSender(temporal.client, { queueSuffix, continueAfter }), {
  onFailure: (err) => log.warn({ err }, 'a delivery failed; the command log keeps it'),
});

const [bundle, connection] = await Promise.all([workflowBundle(), connectEngine(address, log)]);
onShutdown(() => connection.close());
const { smpp } = config.gateways;
const line = smpp === null ? undefined : openSmsLine(smpp, db, log);
onShutdown(() => Promise.resolve(line?.close()));
const gateways = createGateways(config, line);
const { firstPoints, noticesPerSecond, webOtpHost } = config.sms;
const dependencies: Dependencies = {
  ...{ db, log, gateways, smsRest: firstPoints, webOtpHost },
  publicApiUrl: config.urls.api,
  lineClosed: (now) => closedUntil(config.gateways.registry.lineHours, now),
  failpoint,
};
const activities = createActivities(dependencies);
const workers = await createWorkers({
  ...{ connection, namespace, queueSuffix, payloadKey, activities, workflowBundle: bundle },
  noticesPerSecond,
});

const ending = new AbortController();
const resend = noticeSender(temporal.client, { queueSuffix });
const groups = [
  deliveryDuties(db, delivery),
  housekeepingDuties(db),
  reminderDuties(db),
  cardDuties(dependencies),
  smsDuties({ db, sms: gateways.sms, rest: firstPoints, resend }),
];
const rounds = goRoundsUntil(ending.signal, groups, log);
const running = workers.run();
onShutdown(async () => {
  ending.abort();
  workers.shutdown();
  await Promise.allSettled([running, rounds]);
});
running.catch((err: unknown) => {
  log.error({ err }, 'the worker has failed and ends; it is to be started again');
  process.exit(1);
});
log.info({ address, namespace }, 'the worker is ready');
