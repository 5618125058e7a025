/** The bank: one call starts a transaction, and from then on it is only asked what became of it (OTP-11). */
import { activityInfo } from '@temporalio/activity';
import type { CardRefusal, Instant } from '../domain/registration.ts';
import { listBankPrefixes } from '../store/bank-prefixes.ts';
import {
  claimStart,
  findAttempt,
  readAttempt,
  writeStarted,
  writeVerdict,
  type Attempt,
} from '../store/card-verifications.ts';
import { readParticulars } from '../store/particulars.ts';
import { isOff } from '../store/provider-switches.ts';
import { verdictOf, type Verdict } from './card-verdict.ts';
import type { Dependencies } from './dependencies.ts';
import { notYet, outsideFailure } from './failures.ts';
import type { BankOutcome } from './gateways/bank.ts';
import { GatewayError } from './gateways/gateway-error.ts';

interface OfAttempt {
  readonly attemptId: string;
}

type Settled =
  { readonly outcome: 'started'; readonly expiresAt: Instant } | { readonly outcome: 'unavailable' };
/** `unknown`: the bank may have opened it, only an inquiry can tell. */
type Start = Settled | { readonly outcome: 'unknown' };

/** By then a call that was made has answered or timed out, and what it answered is written. */
const CALL_OVER_MS = 20_000;
/** A bank that cannot say for so long whether it has begun is of no use to the candidate, who tries again. */
const GIVE_UP_MS = 60_000;
const ASK_AGAIN_FIRST_MS = 1_000;
const ASK_AGAIN_WAITING_MS = 10_000;
const ASK_AGAIN_EXPIRED_MS = 300_000;

export function cardActivities(dependencies: Dependencies) {
  return {
    /** Never run twice by the engine, and never calling the bank twice, whoever runs it. */
    startCard: ({ attemptId }: OfAttempt): Promise<Start> => startCard(dependencies, attemptId),
    /** What came of a start whose answer was lost. */
    settleCardStart: ({ attemptId }: OfAttempt): Promise<Settled> => settle(dependencies, attemptId),
    /** Asks until the bank knows; unknown is pending, never passed. Writes what it learns to the attempt's row. */
    inquireCard: ({ attemptId }: OfAttempt): Promise<'confirmed' | CardRefusal> =>
      inquire(dependencies, attemptId),
  };
}

async function startCard(dependencies: Dependencies, attemptId: string): Promise<Start> {
  try {
    return await callOnce(dependencies, await readAttempt(dependencies.db, attemptId));
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind === 'ambiguous') return { outcome: 'unknown' };
    // The candidate reads that the bank does not answer, and would for ever.
    if (error.kind === 'misconfigured' || error.kind === 'refused') {
      dependencies.log.error(
        { provider: 'bank', reason: error.message },
        'ALARM: the bank takes no starts of ours',
      );
    }
    return giveUp(dependencies, attemptId);
  }
}

async function callOnce(dependencies: Dependencies, attempt: Attempt): Promise<Start> {
  const { db, gateways, publicApiUrl, failpoint } = dependencies;
  // Turned off since the candidate began.
  if (attempt.startCalledAt === null && (await isOff(db, 'bank'))) return giveUp(dependencies, attempt.id);
  const { mobile, nationalId } = await readParticulars(db, attempt.registrationId);
  if (!(await claimStart(db, attempt.id))) return { outcome: 'unknown' };
  await failpoint('startCard.before-call', attempt.registrationId);
  const returnUrl = `${publicApiUrl}/api/v1/bank-return/${attempt.reference}`;
  const started = await gateways.bank.start({ attemptId: attempt.id, mobile, nationalId, returnUrl });
  await failpoint('startCard.after-answer', attempt.registrationId);
  await writeStarted(db, attempt.id, started);
  return { outcome: 'started', expiresAt: started.expiresAt.getTime() };
}

async function giveUp({ db }: Dependencies, attemptId: string): Promise<Settled> {
  await writeVerdict(db, attemptId, { state: 'abandoned', reason: 'bank-unavailable', usedCard: null });
  return { outcome: 'unavailable' };
}

async function settle(dependencies: Dependencies, attemptId: string): Promise<Settled> {
  const attempt = await findAttempt(dependencies.db, attemptId);
  // Announced past the command log, which would have written it.
  if (attempt === undefined) return { outcome: 'unavailable' };
  if (attempt.expiresAt !== null) return { outcome: 'started', expiresAt: attempt.expiresAt };
  if (attempt.state !== 'starting') return { outcome: 'unavailable' };
  if (attempt.startCalledAt === null) {
    const started = await startCard(dependencies, attemptId);
    if (started.outcome !== 'unknown') return started;
    throw notYet('The start has no answer yet', ASK_AGAIN_FIRST_MS);
  }
  const sinceMs = Date.now() - attempt.startCalledAt;
  if (sinceMs < CALL_OVER_MS) {
    throw notYet('The start may be under way', Math.min(CALL_OVER_MS - sinceMs, ASK_AGAIN_FIRST_MS));
  }
  const answer = await askOrGiveUp(dependencies, attempt, sinceMs);
  // A transaction that has an outcome was used: the inquiry takes it up. One that only waits has an address that
  // nobody knows, and ends by itself.
  if (answer?.outcome === 'confirmed' || answer?.outcome === 'refused') {
    return { outcome: 'started', expiresAt: Date.now() };
  }
  return giveUp(dependencies, attemptId);
}

async function askOrGiveUp(
  dependencies: Dependencies,
  attempt: Attempt,
  sinceMs: number,
): Promise<BankOutcome | undefined> {
  try {
    return await ask(dependencies, attempt);
  } catch (error) {
    if (sinceMs < GIVE_UP_MS) throw outsideFailure(error);
    return undefined;
  }
}

async function ask({ gateways, failpoint }: Dependencies, attempt: Attempt): Promise<BankOutcome> {
  await failpoint('inquireCard.before-call', attempt.registrationId);
  const { id: attemptId, bankReference } = attempt;
  const answer = await gateways.bank.inquire({ attemptId, bankReference });
  await failpoint('inquireCard.after-answer', attempt.registrationId);
  return answer;
}

/** Asks the bank once, and writes down what its answer proves. */
export async function askForVerdict(dependencies: Dependencies, attempt: Attempt): Promise<Verdict> {
  const answer = await ask(dependencies, attempt);
  const now = Date.now();
  const verdict = verdictOf(attempt, answer, { banks: await listBankPrefixes(dependencies.db, now), now });
  await writeVerdict(dependencies.db, attempt.id, verdict);
  return verdict;
}

async function inquire(dependencies: Dependencies, attemptId: string): Promise<'confirmed' | CardRefusal> {
  const { db } = dependencies;
  const attempt = await readAttempt(db, attemptId);
  if (attempt.state === 'confirmed') return 'confirmed';
  // Known already: an earlier run of this inquiry has written it down.
  if (attempt.reason !== null) return attempt.reason;
  const verdict = await askForVerdict(dependencies, attempt).catch((error: unknown) => {
    throw outsideFailure(error);
  });
  if (verdict.state === 'confirmed') return 'confirmed';
  if (verdict.reason !== null) return verdict.reason;
  const expired = attempt.expiresAt !== null && attempt.expiresAt < Date.now();
  const mostMs = expired ? ASK_AGAIN_EXPIRED_MS : ASK_AGAIN_WAITING_MS;
  throw notYet(
    'The bank does not know yet',
    Math.min(ASK_AGAIN_FIRST_MS * 1.5 ** (activityInfo().attempt - 1), mostMs),
  );
}
