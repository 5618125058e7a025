/** The line to the SMS centre as the worker has it: what comes over it is written down before it is acknowledged. */
import { readFileSync } from 'node:fs';
import type { SmppConfig } from '../platform/sms-config.ts';
import type { Logger } from '../platform/log.ts';
import type { Database } from '../store/database.ts';
import { markSent, settleOrKeep } from '../store/sms-reports.ts';
import { listUnresolved } from '../store/sms-tries.ts';
import { createSmpp, type Smpp, type SmppEvents } from './gateways/smpp.ts';

const PROVIDER = 'sms-b';

/** @throws when the file with certificates cannot be read. */
export function openSmsLine(config: SmppConfig, db: Database, log: Logger): Smpp {
  const { host, port, caFile } = config;
  const ca = caFile === null ? undefined : readFileSync(caFile, 'utf8');
  return createSmpp(
    { ...config, ca },
    {
      note: noteOf(log, { provider: PROVIDER, host, port }),
      report: ({ reference, state }) =>
        settleOrKeep(db, { provider: PROVIDER, reference, state, at: Date.now() }),
      late: ({ reference: smsId, references }) => {
        noteLate(db, smsId, references).catch((err: unknown) =>
          log.warn({ err, smsId }, 'a late answer was lost'),
        );
      },
    },
  );
}

const ALARM_EVERY_MS = 600_000;

/** The line's ups and downs; a bind that is refused is for an operator, who is told of it now and then. */
function noteOf(log: Logger, place: object): SmppEvents['note'] {
  let alarmedAt = -Infinity;
  return (what, status) => {
    if (what !== 'bind refused') return log.info(place, `the line to the SMS centre: ${what}`);
    if (performance.now() - alarmedAt < ALARM_EVERY_MS) return;
    alarmedAt = performance.now();
    log.error({ ...place, status }, 'ALARM: the SMS centre refuses our account');
  };
}

/** The answer to a try that was given up: who looks at the SMS next finds it sent. */
async function noteLate(db: Database, smsId: string, references: readonly string[]): Promise<void> {
  const unresolved = await listUnresolved(db, smsId);
  const own = unresolved.findLast(({ provider }) => provider === PROVIDER);
  if (own !== undefined) await markSent(db, { smsId, tryId: own.id, provider: PROVIDER, references });
}
