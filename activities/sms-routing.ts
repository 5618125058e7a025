/**
 * How one SMS reaches one of two providers (WF-7, WF-8): in the order of their shares, without the one that is
 * switched off, and to the second at once when the first cannot take it. What a provider may have is asked there
 * before anything else is sent; only a code does not wait for the answer.
 *
 * Bound: at least once while a provider works, and at most 1 + the tries of which no provider ever says what became
 * of them (a crash inside a call, an answer that never came). Kavenegar can be asked about notices and takes each
 * once; of a code, and by an SMS centre, nothing can be learnt afterwards.
 */
import { randomInt } from 'node:crypto';
import { orderOf, restingShares, SMS_PROVIDERS, type SmsProvider } from '../domain/sms-failover.ts';
import { markSent } from '../store/sms-reports.ts';
import { readShares } from '../store/sms-standing.ts';
import { beginTry, endTry, listUnresolved, markRefused } from '../store/sms-tries.ts';
import type { Dependencies } from './dependencies.ts';
import { GatewayError } from './gateways/gateway-error.ts';
import type { Sms, SmsGateway } from './gateways/sms.ts';

const ALL_POINTS = 100;
/** Somebody waits in front of an empty screen: after this long the other provider gets the same code. */
const CODE_PATIENCE_MS = 3_000;
/** So that two providers, and a question to each, fit into one try of the activity. */
const NOTICE_PATIENCE_MS = 4_000;
/**
 * A provider that may have a notice and does not say so is waited for so long; after it, rather twice than never. With
 * the pauses of the activity another one has it within a minute (F13).
 */
const DOUBT_SECONDS = 30;

interface Outgoing {
  readonly message: Sms;
  /** How often it was handed to a provider before. */
  readonly attempts: number;
  /** For failpoints: their prefix and whose work it is. */
  readonly point: { readonly name: string; readonly subject: string };
}

type Result = 'taken' | 'refused';

/** Hands the SMS over; throws a GatewayError when no provider has (certainly) taken it. */
export async function handOver(dependencies: Dependencies, outgoing: Outgoing): Promise<Result> {
  const withinMs = outgoing.message.kind === 'code' ? CODE_PATIENCE_MS : NOTICE_PATIENCE_MS;
  const message = { ...outgoing.message, withinMs };
  const doubted = outgoing.attempts === 0 ? [] : await settleDoubts(dependencies, message);
  if (doubted === 'taken') return 'taken';
  let failure: GatewayError | undefined;
  for (const provider of await orderFor(dependencies, doubted)) {
    const attempt = await tryAt(dependencies, { ...outgoing, message }, provider);
    if (!(attempt instanceof GatewayError)) return attempt;
    // The one in doubt says how soon it may be tried again.
    failure = failure !== undefined && isDoubtful(failure) ? failure : attempt;
    if (!isDoubtful(attempt) || message.kind === 'code' || doubted.includes(provider)) continue;
    const answer = await ask(dependencies, {
      ...{ message, provider },
      believedAfter: attempt.pending ? DOUBT_SECONDS : 0,
    });
    if (answer === 'taken') return 'taken';
    // It is asked again by the next try of the activity.
    if (answer === 'doubt') break;
  }
  throw failure ?? new GatewayError('unavailable', 'sms: every provider is off', { retryable: true });
}

/** Whether the provider may have it all the same. */
function isDoubtful({ kind }: GatewayError): boolean {
  return kind === 'ambiguous' || kind === 'malformed';
}

/** Those that may be asked for anything now, the ones in doubt last. */
async function orderFor(
  { db, gateways, smsRest = ALL_POINTS }: Dependencies,
  doubted: readonly SmsProvider[],
): Promise<readonly SmsProvider[]> {
  const { shares, off } = await readShares(db, restingShares(smsRest));
  const order = orderOf(shares, randomInt(ALL_POINTS)).filter(
    (provider) => gateways.sms[provider] !== undefined && !off.includes(provider),
  );
  return [...order].sort((one, other) => Number(doubted.includes(one)) - Number(doubted.includes(other)));
}

function gatewayOf({ gateways }: Dependencies, provider: SmsProvider): SmsGateway {
  const gateway = gateways.sms[provider];
  if (gateway === undefined) throw new Error(`There is no ${provider}`);
  return gateway;
}

async function tryAt(
  dependencies: Dependencies,
  { message, point }: Outgoing,
  provider: SmsProvider,
): Promise<Result | GatewayError> {
  const { db, failpoint } = dependencies;
  const smsId = message.reference;
  const tryId = await beginTry(db, smsId, provider);
  await failpoint(`${point.name}.before-call`, point.subject);
  try {
    const { references } = await gatewayOf(dependencies, provider).send(message);
    await failpoint(`${point.name}.after-answer`, point.subject);
    await markSent(db, { smsId, tryId, provider, references });
    return 'taken';
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.kind === 'refused') {
      await markRefused(db, { smsId, tryId });
      return 'refused';
    }
    await endTry(db, { smsId, tryId, outcome: error.kind });
    return error;
  }
}

type Answer = 'taken' | 'not-arrived' | 'doubt';

interface Question {
  readonly message: Sms;
  readonly provider: SmsProvider;
  /** While a try is younger than these seconds, what the provider does not know may still be on its way to it. */
  readonly believedAfter: number;
}

/** Asks a provider about the tries there whose end is not known. */
async function ask(
  dependencies: Dependencies,
  { message, provider, believedAfter }: Question,
): Promise<Answer> {
  const { db } = dependencies;
  const tries = (await listUnresolved(db, message.reference)).filter((one) => one.provider === provider);
  const last = tries.at(-1);
  if (last === undefined) return 'not-arrived';
  const found = await gatewayOf(dependencies, provider)
    .find(message)
    .catch((error: unknown) => {
      if (error instanceof GatewayError) return undefined;
      throw error;
    });
  if (found === undefined || found.state === 'unknown') return 'doubt';
  const smsId = message.reference;
  if (found.state === 'not-found') {
    if (last.age < believedAfter) return 'doubt';
    for (const { id } of tries) await endTry(db, { smsId, tryId: id, outcome: 'not-arrived' });
    return 'not-arrived';
  }
  await markSent(db, { smsId, tryId: last.id, provider, references: found.references });
  return 'taken';
}

/**
 * Asks about earlier tries. Answers the providers that may still have it, after the wait for them is over.
 * @throws GatewayError `ambiguous` while it is not, for a notice.
 */
async function settleDoubts(
  dependencies: Dependencies,
  message: Sms,
): Promise<'taken' | readonly SmsProvider[]> {
  const { db } = dependencies;
  if (message.kind === 'code') return [];
  const unresolved = await listUnresolved(db, message.reference);
  const doubted: SmsProvider[] = [];
  for (const provider of SMS_PROVIDERS) {
    const first = unresolved.find((one) => one.provider === provider);
    if (first === undefined) continue;
    const answer =
      dependencies.gateways.sms[provider] === undefined
        ? 'doubt'
        : await ask(dependencies, { message, provider, believedAfter: DOUBT_SECONDS });
    if (answer === 'taken') return 'taken';
    if (answer === 'not-arrived') continue;
    if (first.age < DOUBT_SECONDS) {
      throw new GatewayError('ambiguous', `sms: ${provider} may have it`, { retryable: true });
    }
    doubted.push(provider);
  }
  return doubted;
}
