/** What a candidate confirms by a fresh code: to submit, also afterwards, and to withdraw. */
import { PRELIMINARY_NOTICE, UNCONFIRMED_NOTICE } from '../../domain/messages.ts';
import { acceptConfirmation, acceptSubmission, acceptWithdrawal, findCommand } from '../../store/commands.ts';
import { Refusal } from '../../domain/refusal.ts';
import { findPublicStatus } from '../../store/registrations.ts';
import { parseTrackingCode } from '../../domain/tracking-code.ts';
import { commandAnswer } from '../command-answer.ts';
import { requireConfirmed } from '../confirmation.ts';
import * as form from '../contract/registrations.ts';
import { answer, route } from '../route.ts';
import { CODE_REFUSALS } from './sign-in.ts';

export const submissionRoutes = [
  route({
    method: 'post',
    path: '/registrations/{id}/submission',
    operation: 'submit',
    summary: 'Submit draft and documents; the receipt is certain at once',
    who: 'own-registration',
    fromInside: true,
    needs: 'KM',
    body: form.submissionRequest,
    answers: { 200: form.submissionDone, 202: form.submissionAccepted },
    refusals: [
      ...(['draft-changed', 'incomplete', 'window-closed', 'not-your-move', 'not-verified'] as const),
      ...(['fresh-code-required', ...CODE_REFUSALS] as const),
    ],
    handle: async ({ params, body, version, session, idempotency, now }, services) => {
      const registrationId = params.id;
      const { candidateId } = session;
      const { codeAskedAt } = await requireConfirmed(services, {
        ...{ purpose: 'submission', session, registrationId, idempotency, given: body, now },
        mayWait: true,
      });
      const accepted = await acceptSubmission(services.db, {
        ...{ registrationId, candidateId, draftVersion: version, codeAskedAt, idempotency },
      });
      const { preliminaryCode, contentHash, confirmation } = accepted;
      const notice =
        confirmation === 'given' ? PRELIMINARY_NOTICE : `${UNCONFIRMED_NOTICE} ${PRELIMINARY_NOTICE}`;
      return commandAnswer(await services.desk.settle(accepted), {
        done: 200,
        certain: { preliminaryCode, contentHash, confirmation, notice },
      });
    },
  }),
  route({
    method: 'post',
    path: '/registrations/{id}/submission-confirmation',
    operation: 'confirmSubmission',
    summary: 'Confirm by a code what was submitted while none could be sent',
    who: 'own-registration',
    fromInside: true,
    needs: 'K',
    body: form.confirmationRequest,
    answers: { 200: form.confirmationDone, 202: form.commandAccepted },
    refusals: ['not-your-move', 'already-confirmed', 'fresh-code-required', ...CODE_REFUSALS],
    handle: async ({ params, body, session, idempotency, now }, services) => {
      const registrationId = params.id;
      const { candidateId } = session;
      await requireConfirmed(services, {
        ...{ purpose: 'submission', session, registrationId, idempotency, given: body, now },
      });
      const accepted = await acceptConfirmation(services.db, { registrationId, candidateId, idempotency });
      return commandAnswer(await services.desk.settle(accepted), { done: 200 });
    },
  }),
  route({
    method: 'post',
    path: '/registrations/{id}/withdrawal',
    operation: 'withdraw',
    summary: 'Withdraw; the registration is closed for good',
    who: 'own-registration',
    fromInside: true,
    needs: 'K',
    body: form.withdrawalRequest,
    answers: { 200: form.withdrawalDone, 202: form.commandAccepted },
    refusals: ['not-your-move', 'fresh-code-required', ...CODE_REFUSALS],
    handle: async ({ params, body, session, idempotency, now }, services) => {
      const registrationId = params.id;
      const { candidateId } = session;
      await requireConfirmed(services, {
        ...{ purpose: 'withdrawal', session, registrationId, idempotency, given: body, now },
      });
      const { reason } = body;
      const own = { registrationId, candidateId, idempotency };
      const accepted = await acceptWithdrawal(services.db, { ...own, reason });
      return commandAnswer(await services.desk.settle(accepted), { done: 200 });
    },
  }),
  route({
    method: 'get',
    path: '/commands/{id}',
    operation: 'getCommand',
    summary: 'How an accepted command stands',
    who: 'candidate',
    answers: { 200: form.command },
    handle: async ({ params, session }, { db }) => {
      const command = await findCommand(db, params.id, session.candidateId);
      if (!command) throw new Refusal('not-found');
      const { id, kind, state, code, receivedAt, decidedAt, result } = command;
      return answer(200, { id, kind, state, code, receivedAt, decidedAt, result: result ?? null });
    },
  }),
  route({
    method: 'get',
    path: '/status/{preliminaryCode}',
    operation: 'getStatus',
    summary: 'The status behind a preliminary code, and nothing about the person',
    who: 'public',
    limit: 'lookups',
    answers: { 200: form.publicStatus },
    handle: async ({ params }, { db }) => {
      const code = parseTrackingCode(params.preliminaryCode);
      const found = code === undefined ? undefined : await findPublicStatus(db, code);
      if (!found) throw new Refusal('not-found');
      const { status, whoseMove, updatedAt } = found;
      return answer(200, { status, whoseMove, updatedAt });
    },
  }),
];
