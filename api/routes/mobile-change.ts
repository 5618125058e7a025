/** Another number for a candidate (SES-5): a code to the new one, and the change with both numbers shown to be theirs. */
import { localMobile, parseMobile } from '../../domain/mobile-number.ts';
import { asciiDigits } from '../../domain/persian-text.ts';
import { Refusal } from '../../domain/refusal.ts';
import { getMobile } from '../../store/candidates.ts';
import {
  changeMobile,
  findMobileChange,
  requireChangeDue,
  type ChangedMobile,
} from '../../store/mobile-change.ts';
import { clientAddress } from '../client-address.ts';
import { orderCode } from '../codes.ts';
import { requireConfirmed } from '../confirmation.ts';
import * as form from '../contract/sign-in.ts';
import { SESSION_COOKIE } from '../middleware/authenticate.ts';
import { answer, route } from '../route.ts';
import type { Services } from '../services.ts';
import type { Session } from '../../store/sessions.ts';
import { CODE_REFUSALS, COOKIE_ATTRIBUTES, SENDING_REFUSALS } from './sign-in.ts';

export const mobileChangeRoutes = [
  route({
    method: 'post',
    path: '/mobile-codes',
    operation: 'requestMobileCode',
    summary: 'Send a code to the number that is to take the place of the present one',
    who: 'candidate',
    fromInside: true,
    needs: 'K',
    body: form.mobileCodeRequest,
    answers: { 202: form.codeSent },
    refusals: ['mobile-invalid', 'mobile-unchanged', 'mobile-changed-lately', ...SENDING_REFUSALS],
    handle: async ({ body, session, request, idempotency, now }, services) => {
      const { id: sessionId, candidateId, device } = session;
      const mobile = parseMobile(body.mobile);
      if (mobile === undefined) throw new Refusal('mobile-invalid');
      // Whose it is otherwise, nobody is told before a code was typed that only its owner reads (OTP-9).
      if (mobile === (await getMobile(services.db, candidateId))) throw new Refusal('mobile-unchanged');
      await requireChangeDue(services.db, candidateId, now);
      const where = { sessionId, registrationId: null, deviceId: device.id };
      const address = clientAddress(request);
      return orderCode(services, { purpose: 'new-mobile', mobile, ...where, address, idempotency, now });
    },
  }),
  route({
    method: 'post',
    path: '/mobile-change',
    operation: 'changeMobile',
    summary:
      'Change the number; the session goes on under a new token, and every open registration asks about the line',
    who: 'candidate',
    fromInside: true,
    needs: 'K',
    limit: 'sign-ins',
    rotates: true,
    body: form.mobileChangeRequest,
    answers: { 200: form.mobileChanged },
    refusals: [
      ...(['fresh-code-required', 'mobile-unchanged', 'mobile-taken', 'mobile-changed-lately'] as const),
      ...CODE_REFUSALS,
    ],
    handle: async ({ body, session, idempotency, now }, services) => {
      const { db, keys } = services;
      const before = await findMobileChange(db, { idempotency, sessionKey: keys.session });
      if (before !== undefined) return changed(services, session, before);
      if (session.rotated) throw new Refusal('session-expired');
      // Before the code of the present number is used up for nothing.
      await requireChangeDue(db, session.candidateId, now);
      await requireConfirmed(services, {
        ...{ purpose: 'mobile-change', registrationId: null, session, idempotency, given: body, now },
      });
      const made = await changeMobile(db, {
        ...{ session, codeId: body.newMobileCodeId, code: asciiDigits(body.newMobileCode).trim() },
        ...{ idempotency, codeKey: keys.code, sessionKey: keys.session, now },
      });
      // Each hears of it at once, or from the re-deliverer; the change itself is done.
      await Promise.all(made.commands.map((command) => services.desk.settle(command)));
      return changed(services, session, made);
    },
  }),
];

async function changed({ db }: Services, { candidateId, device }: Session, made: ChangedMobile) {
  const { token, expiresAt } = made;
  const mobile = localMobile(await getMobile(db, candidateId));
  const cookie = `${SESSION_COOKIE}=${token}; ${COOKIE_ATTRIBUTES}`;
  return answer(200, { mobile, token, expiresAt }, device.kind === 'web' ? { 'Set-Cookie': cookie } : {});
}
