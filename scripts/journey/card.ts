/** The candidate's own bank card: the attempt, the bank's page with its dynamic password, and the outcome. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Deviation, expectThat } from './deviation.ts';
import { PATIENCE_MS, until } from './door.ts';
import type { CardVerification } from './contract.ts';
import type { Candidate, Card } from './outside-world.ts';
import type { Play } from './play.ts';
import { bodyOf, type CommandOutcome } from './rest.ts';

const PASSWORD_DIGITS = 7;

export interface CardTry {
  readonly card: Card;
  /** To whose phone the bank sends the dynamic password. */
  readonly holder: Candidate;
  readonly password: 'right' | 'wrong';
  /** How it ends: confirmed, or the reason of the refusal. */
  readonly expected: string;
}

/** Asks for a card to be tried, perhaps after a warning that was read; gives the refusal or the attempt. */
export function askForCard(
  { rest }: Play,
  id: string,
  { number, guardAccepted }: Pick<Card, 'number'> & { readonly guardAccepted?: boolean },
): Promise<CommandOutcome> {
  const warned = guardAccepted === true ? { guardAccepted } : {};
  const body = { cardPrefix: number.slice(0, 6), cardSuffix: number.slice(-4), ...warned };
  const path = `/registrations/${id}/card-verifications`;
  return rest.command({ kind: 'verification', path, body, registrationId: id });
}

function attemptOf(play: Play, path: string, ready: (attempt: CardVerification) => boolean) {
  return until({
    what: 'the next state of the card attempt',
    patienceMs: PATIENCE_MS,
    look: async () => {
      const attempt = bodyOf<CardVerification>(await play.rest.get(path), 200);
      return ready(attempt) ? attempt : undefined;
    },
  });
}

const TRY_AGAIN_MS = 2_000;

/**
 * A bank that could not be reached is tried again with a new attempt, as the answer advises. Who is warned by the
 * guardian reads it and agrees; who is to wait for an earlier try waits.
 */
async function startedAttempt(
  play: Play,
  id: string,
  card: Card,
): Promise<CardVerification & { redirectUrl: string }> {
  const end = performance.now() + PATIENCE_MS;
  let guardAccepted = false;
  for (let tries = 1; performance.now() < end; tries += 1) {
    if (tries > 1) await sleep(TRY_AGAIN_MS);
    const outcome = await askForCard(play, id, { ...card, guardAccepted });
    guardAccepted ||= outcome.refused === 'card-guard';
    if (outcome.refused === 'bank-unavailable' || outcome.refused === 'card-guard') continue;
    if (outcome.refused !== null) throw new Deviation(`the card was refused: ${outcome.refused}`);
    const attemptId = outcome.result['attemptId'] ?? outcome.result['id'] ?? outcome.answer['id'];
    const path = `/registrations/${id}/card-verifications/${String(attemptId)}`;
    const attempt = await attemptOf(play, path, ({ state }) => state !== 'starting');
    const { redirectUrl } = attempt;
    if (redirectUrl) return { ...attempt, redirectUrl };
  }
  throw new Deviation(`no payment page within ${PATIENCE_MS / 1000} s`);
}

/** Another password of the same length; each time another one. */
function otherDigits(password: string): string {
  const shift = randomInt(1, 10 ** password.length);
  return String((Number(password) + shift) % 10 ** password.length).padStart(password.length, '0');
}

const ASK_PASSWORD = 'درخواست رمز پویا';
const CANCEL = 'انصراف';

/** On the bank's page: asks for the dynamic password, reads it on the holder's phone, types it. */
async function pay(play: Play, redirectUrl: string, { card, holder, password }: CardTry): Promise<string> {
  const { browser, world } = play;
  const seen = (await world.inbox(holder.mobile)).length;
  const entered = { pan: card.number, cvv2: card.cvv2, month: String(card.month), year: String(card.year) };
  const page = await browser.open(redirectUrl);
  const asked = await browser.press(page, (text) => text.includes(ASK_PASSWORD), entered);
  const wanted = { seen, digits: PASSWORD_DIGITS, patienceMs: PATIENCE_MS };
  const sent = await world.codeFor(holder.mobile, wanted);
  if (sent === undefined) throw new Deviation('no dynamic password came');
  const typed = { ...entered, dynamicPassword: password === 'right' ? sent : otherDigits(sent) };
  const isPay = (text: string) => !text.includes(ASK_PASSWORD) && !text.includes(CANCEL);
  play.rest.receipts.typeOn(redirectUrl);
  const end = await browser.press(asked, isPay, typed);
  return `${end.reply.status} at ${new URL(end.url).pathname.replace(/[^/]*$/u, '…')}`;
}

/** One try of a card from the start to its outcome. */
export async function verifyCard(play: Play, id: string, attempt: CardTry): Promise<void> {
  const { trace } = play;
  const { card, expected } = attempt;
  const started = await trace.step(
    'bank started',
    () => startedAttempt(play, id, card),
    (now) => `attempt ${now.id}, ${now.state}`,
  );
  await trace.step(
    'bank page',
    () => pay(play, started.redirectUrl, attempt),
    (end) => `back with ${end}`,
  );
  const path = `/registrations/${id}/card-verifications/${started.id}`;
  await trace.step(
    'card',
    async () => {
      const ended = (now: CardVerification) => ['confirmed', 'refused', 'abandoned'].includes(now.state);
      const now = await attemptOf(play, path, ended);
      const outcome = now.state === 'confirmed' ? 'confirmed' : (now.reason ?? now.state);
      expectThat(outcome === expected, `the card ended as ${outcome}, expected ${expected}`);
      return now;
    },
    ({ state, reason }) => `${state}${reason ? ` (${reason})` : ''}`,
  );
}
