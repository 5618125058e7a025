/** What is done for SMS over and over: shares moved, forgotten notices sent, providers asked that report nothing. */
import { restingShares, SMS_PROVIDERS, type SmsProvider } from '../domain/sms-failover.ts';
import type { Database } from '../store/database.ts';
import { settleSms } from '../store/sms-reports.ts';
import {
  giveUpUnreported,
  listForgotten,
  LOOKS_MAX,
  noteOnTheirWay,
  settleEndedCodes,
  sweepEarlyReports,
  takeUnreported,
  type Unreported,
} from '../store/sms-rounds.ts';
import { weighProviders } from '../store/sms-standing.ts';
import type { Dependencies } from './dependencies.ts';
import type { SmsGateway } from './gateways/sms.ts';
import type { Duty } from './rounds.ts';

interface SmsRounds {
  readonly db: Database;
  readonly sms: Dependencies['gateways']['sms'];
  /** Of 100 points, so many rest with the first provider. */
  readonly rest: number;
  /** Starts the sending of a notice that nobody sends. */
  readonly resend: (smsId: string) => Promise<void>;
}

const WEIGH_MS = 5_000;
const LOOK_MS = 10_000;
const MINUTE_MS = 60_000;
/** The engine has more to do. */
const RESENT_AT_ONCE = 50;

export function smsDuties({ db, sms, rest, resend }: SmsRounds): Duty[] {
  return [
    {
      name: 'shares of SMS providers moved',
      everyMs: WEIGH_MS,
      work: async () => Number((await weighProviders(db, restingShares(rest))).moved),
    },
    { name: 'SMS settled by asking', everyMs: LOOK_MS, work: () => askForReports(db, sms) },
    { name: 'forgotten notices taken up', everyMs: LOOK_MS, work: () => resendForgotten(db, resend) },
    { name: 'codes ended unsent', everyMs: MINUTE_MS, work: () => settleEndedCodes(db) },
    { name: 'SMS without a report given up', everyMs: MINUTE_MS, work: () => giveUpUnreported(db) },
    { name: 'reports of unknown SMS swept', everyMs: MINUTE_MS, work: () => sweepEarlyReports(db) },
  ];
}

/** One that the engine does not take keeps no other from being taken up. */
async function resendForgotten(db: Database, resend: SmsRounds['resend']): Promise<number> {
  const forgotten = await listForgotten(db);
  const failures: unknown[] = [];
  for (let begun = 0; begun < forgotten.length; begun += RESENT_AT_ONCE) {
    const some = forgotten.slice(begun, begun + RESENT_AT_ONCE);
    await Promise.all(
      some.map((smsId) => resend(smsId).catch((error: unknown) => void failures.push(error))),
    );
  }
  if (failures.length > 0) throw failures[0];
  return forgotten.length;
}

/** One batch after another, so that at the last hour too each is asked about in its time. */
async function askForReports(db: Database, sms: SmsRounds['sms']): Promise<number> {
  const until = performance.now() + LOOK_MS / 2;
  let ended = 0;
  for (;;) {
    const due = await takeUnreported(db);
    ended += await askAbout(db, sms, due);
    if (due.length < LOOKS_MAX || performance.now() > until) return ended;
  }
}

/** One provider that does not answer keeps no other from being asked. */
async function askAbout(db: Database, sms: SmsRounds['sms'], due: readonly Unreported[]): Promise<number> {
  const asked = SMS_PROVIDERS.map((provider) => {
    const gateway = sms[provider];
    const own = due.filter((one) => one.provider === provider);
    return gateway === undefined || own.length === 0
      ? Promise.resolve(0)
      : askAt(db, { provider, gateway }, own);
  });
  const results = await Promise.allSettled(asked);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
}

interface Asked {
  readonly provider: SmsProvider;
  readonly gateway: SmsGateway;
}

/** Returns how many ended. What is still on its way, or unknown there, is asked about again. */
async function askAt(
  db: Database,
  { provider, gateway }: Asked,
  due: readonly Unreported[],
): Promise<number> {
  const references = due.flatMap((one) => one.references);
  const states = await gateway.states(references);
  const stateOf = new Map(references.map((reference, index) => [reference, states[index] ?? 'unknown']));
  let ended = 0;
  for (const [reference, state] of stateOf) {
    if (state !== 'delivered' && state !== 'failed') continue;
    await settleSms(db, { provider, reference, state, at: Date.now() });
    ended += 1;
  }
  const onTheirWay = due.filter((one) =>
    one.references.some((reference) => stateOf.get(reference) === 'sent'),
  );
  await noteOnTheirWay(
    db,
    onTheirWay.map(({ smsId }) => smsId),
  );
  return ended;
}
