/** The identity step: a bank card, tried on the bank's own page. */
import { parseCardPrefix, parseCardSuffix } from '../../domain/bank-card.ts';
import { adviceAfter, BANK_SILENT_ADVICE, CARD_STEP_ADVICE } from '../../domain/identity-texts.ts';
import { Refusal } from '../../domain/refusal.ts';
import {
  findReturnTarget,
  getCardVerification,
  type CardVerificationView,
} from '../../store/card-verifications.ts';
import { acceptBankReturn, acceptVerification } from '../../store/commands.ts';
import { commandAnswer } from '../command-answer.ts';
import * as form from '../contract/registrations.ts';
import { BASE_PATH } from '../policy.ts';
import { answer, route } from '../route.ts';
import { BACK_TO_THE_APP } from './bank-return-page.ts';

/** A candidate reads this before the bank's page, while the bank is silent, and why the try failed after it. */
function adviceOf({ state, reason, expiresAt }: CardVerificationView): readonly string[] {
  if (reason !== null) return adviceAfter(reason);
  if (state === 'started' && expiresAt !== null && expiresAt.getTime() <= Date.now())
    return BANK_SILENT_ADVICE;
  if (state === 'starting' || state === 'started') return CARD_STEP_ADVICE;
  return state === 'returned' || state === 'pending' ? BANK_SILENT_ADVICE : [];
}

function cardDigits({ cardPrefix, cardSuffix }: { cardPrefix: string; cardSuffix: string }) {
  const prefix = parseCardPrefix(cardPrefix);
  const suffix = parseCardSuffix(cardSuffix);
  if (prefix === undefined || suffix === undefined) throw new Refusal('card-invalid');
  return { cardPrefix: prefix, cardSuffix: suffix };
}

/** Only where the operator has said: a return address from a request must not lead anywhere else. */
function requireListed(returnUrl: string | undefined, origins: readonly string[]): string | null {
  if (returnUrl === undefined) return null;
  if (!origins.includes(new URL(returnUrl).origin)) throw new Refusal('return-url-unknown');
  return returnUrl;
}

function attemptOf(result: unknown): string {
  return (result as { attemptId: string }).attemptId;
}

export const cardVerificationRoutes = [
  route({
    method: 'post',
    path: '/registrations/{id}/card-verifications',
    operation: 'startVerification',
    summary: 'Start a try with a bank card; its number and password are typed at the bank only',
    who: 'own-registration',
    fromInside: true,
    needs: 'K',
    body: form.verificationRequest,
    answers: { 201: form.verificationStarted, 202: form.verificationAccepted },
    refusals: [
      ...(['bank-not-supported', 'card-invalid', 'card-guard', 'line-not-own', 'person-not-found'] as const),
      ...(['already-registered', 'already-verified', 'not-your-move', 'window-closed'] as const),
      ...([
        'return-url-unknown',
        'bank-unavailable',
        'attempt-over',
        'card-digits-needed',
        'person-not-alive',
      ] as const),
    ],
    handle: async ({ params, body, session: { candidateId }, idempotency }, { db, desk, origins }) => {
      const accepted = await acceptVerification(db, {
        ...cardDigits(body),
        ...{ registrationId: params.id, candidateId, idempotency },
        guardAccepted: body.guardAccepted ?? false,
        returnUrl: requireListed(body.returnUrl, origins),
      });
      const attemptId = attemptOf(accepted.result);
      return commandAnswer(await desk.settle(accepted), {
        done: 201,
        certain: { id: attemptId },
        location: `${BASE_PATH}/registrations/${params.id}/card-verifications/${attemptId}`,
        result: async () => {
          const attempt = await getCardVerification(db, {
            registrationId: params.id,
            attemptId,
            candidateId,
          });
          const { redirectUrl, expiresAt } = attempt;
          return { redirectUrl, expiresAt, advice: adviceOf(attempt) };
        },
      });
    },
  }),
  route({
    method: 'get',
    path: '/registrations/{id}/card-verifications/{attemptId}',
    operation: 'getVerification',
    summary: 'How a try with a card stands',
    who: 'own-registration',
    answers: { 200: form.verification },
    handle: async ({ params, session: { candidateId } }, { db }) => {
      const { id: registrationId, attemptId } = params;
      const attempt = await getCardVerification(db, { registrationId, attemptId, candidateId });
      const { id, state, redirectUrl, expiresAt, reason } = attempt;
      return answer(200, { id, state, redirectUrl, expiresAt, reason, advice: adviceOf(attempt) });
    },
  }),
  route({
    method: 'get',
    path: '/bank-return/{reference}',
    operation: 'returnFromBank',
    summary: 'Where the bank sends the browser; leads on to the app',
    who: 'public',
    query: 'any',
    answers: { 200: { media: 'text/html' }, 303: null },
    handle: async ({ params: { reference } }, { db, desk, origins }) => {
      const target = await findReturnTarget(db, reference);
      if (!target) throw new Refusal('not-found');
      const returned = await acceptBankReturn(db, { reference });
      if (returned) await desk.settle(returned);
      const { returnUrl } = target;
      // The list may have become shorter since the try was started.
      if (returnUrl !== null && origins.includes(new URL(returnUrl).origin)) {
        return answer(303, undefined, { Location: returnUrl });
      }
      return { ...answer(200), content: { type: 'text/html; charset=utf-8', bytes: BACK_TO_THE_APP } };
    },
  }),
];
