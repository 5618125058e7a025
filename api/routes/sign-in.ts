/** Codes and sessions: how a candidate comes in, and out. */
import { asciiDigits } from '../../domain/persian-text.ts';
import { localMobile, parseMobile } from '../../domain/mobile-number.ts';
import { Refusal } from '../../domain/refusal.ts';
import { requireOwn } from '../../store/registration-change.ts';
import { getMobile } from '../../store/candidates.ts';
import { endSession } from '../../store/sessions.ts';
import { signIn } from '../../store/sign-in.ts';
import { clientAddress } from '../client-address.ts';
import { orderCode } from '../codes.ts';
import * as form from '../contract/sign-in.ts';
import { keptDeviceId } from '../device.ts';
import { SESSION_COOKIE } from '../middleware/authenticate.ts';
import { answer, route } from '../route.ts';

export const COOKIE_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** Why a code did not open what it was meant for. */
export const CODE_REFUSALS = ['code-wrong', 'code-expired', 'code-used', 'code-locked'] as const;
export const SENDING_REFUSALS = ['too-many-codes', 'codes-unavailable'] as const;

export const signInRoutes = [
  route({
    method: 'post',
    path: '/sign-in-codes',
    operation: 'requestSignInCode',
    summary: 'Send a one-time code to a mobile',
    who: 'public',
    fromInside: true,
    needs: 'K',
    body: form.signInCodeRequest,
    answers: { 202: form.codeSent },
    refusals: ['mobile-invalid', ...SENDING_REFUSALS],
    handle: async ({ body, request, idempotency, now }, services) => {
      const mobile = parseMobile(body.mobile);
      if (mobile === undefined) throw new Refusal('mobile-invalid');
      const where = {
        sessionId: null,
        registrationId: null,
        deviceId: keptDeviceId(services.db, body.device.id),
      };
      const address = clientAddress(request);
      return orderCode(services, { purpose: 'sign-in', mobile, ...where, address, idempotency, now });
    },
  }),
  route({
    method: 'post',
    path: '/sessions',
    operation: 'signIn',
    summary: 'Open a session with a code; it ends a session on another device',
    who: 'public',
    fromInside: true,
    needs: 'K',
    limit: 'sign-ins',
    body: form.sessionRequest,
    answers: { 201: form.sessionOpened },
    refusals: CODE_REFUSALS,
    handle: async ({ body, idempotency, now }, { db, keys }) => {
      const code = asciiDigits(body.code).trim();
      const device = { ...body.device, id: keptDeviceId(db, body.device.id) };
      const signedIn = await signIn(db, {
        ...{ codeId: body.codeId, code, device, idempotency, now },
        ...{ codeKey: keys.code, sessionKey: keys.session },
      });
      const cookie = `${SESSION_COOKIE}=${signedIn.token}; ${COOKIE_ATTRIBUTES}`;
      const headers = body.device.kind === 'web' ? { 'Set-Cookie': cookie } : {};
      return answer(201, signedIn, headers);
    },
  }),
  route({
    method: 'get',
    path: '/sessions/current',
    operation: 'getSession',
    summary: 'Who is signed in, on what',
    who: 'candidate',
    answers: { 200: form.currentSession },
    handle: async ({ session: { candidateId, device, expiresAt } }, { db }) => {
      const mobile = localMobile(await getMobile(db, candidateId));
      const { kind, name } = device;
      return answer(200, { who: { candidateId, mobile }, device: { kind, name }, expiresAt });
    },
  }),
  route({
    method: 'delete',
    path: '/sessions/current',
    operation: 'signOut',
    summary: 'Sign out',
    who: 'candidate',
    answers: { 204: null },
    handle: async ({ session, now }, { db }) => {
      await endSession(db, session.id, now);
      return answer(204, undefined, { 'Set-Cookie': `${SESSION_COOKIE}=; Max-Age=0; ${COOKIE_ATTRIBUTES}` });
    },
  }),
  route({
    method: 'post',
    path: '/confirmation-codes',
    operation: 'requestConfirmationCode',
    summary: 'Send a fresh code for a submission, a withdrawal or a change of the number',
    who: 'candidate',
    fromInside: true,
    needs: 'K',
    body: form.confirmationCodeRequest,
    answers: { 202: form.codeSent },
    refusals: ['not-found', ...SENDING_REFUSALS],
    handle: async ({ body, session, request, idempotency, now }, services) => {
      const { id: sessionId, candidateId, device } = session;
      const { purpose } = body;
      const registrationId = body.purpose === 'mobile-change' ? null : body.registrationId;
      if (registrationId !== null) await requireOwn(services.db, { registrationId, candidateId });
      const mobile = await getMobile(services.db, candidateId);
      const where = { sessionId, registrationId, deviceId: device.id };
      const address = clientAddress(request);
      return orderCode(services, { purpose, mobile, ...where, address, idempotency, now });
    },
  }),
];
