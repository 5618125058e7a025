/** Opening a registration, and reading one's own. */
import { HELP_LINE } from '../../domain/messages.ts';
import { parseNationalId } from '../../domain/national-id.ts';
import { Refusal } from '../../domain/refusal.ts';
import { acceptRegistration } from '../../store/commands.ts';
import { getRegistration, listRegistrations, type RegistrationView } from '../../store/registrations.ts';
import { commandAnswer } from '../command-answer.ts';
import * as form from '../contract/registrations.ts';
import { etagOf } from '../etag.ts';
import { BASE_PATH } from '../policy.ts';
import { answer, route } from '../route.ts';

function shown(view: RegistrationView): object {
  return { ...view, help: HELP_LINE };
}

export const registrationRoutes = [
  route({
    method: 'post',
    path: '/registrations',
    operation: 'openRegistration',
    summary: 'Open a registration in a constituency',
    who: 'candidate',
    fromInside: true,
    needs: 'K',
    body: form.registrationRequest,
    answers: { 201: form.registrationOpened, 202: form.registrationAccepted },
    refusals: [
      ...(['already-registered', 'window-closed', 'national-id-invalid', 'under-age'] as const),
      ...(['constituency-unknown', 'not-found'] as const),
    ],
    handle: async ({ body, session: { candidateId }, idempotency }, { db, desk }) => {
      const nationalId = parseNationalId(body.nationalId);
      if (nationalId === undefined) throw new Refusal('national-id-invalid');
      const accepted = await acceptRegistration(db, { ...body, nationalId, candidateId, idempotency });
      const { registrationId } = accepted;
      return commandAnswer(await desk.settle(accepted), {
        done: 201,
        certain: { id: registrationId },
        location: `${BASE_PATH}/registrations/${registrationId}`,
        result: async () => shown(await getRegistration(db, registrationId, candidateId)),
      });
    },
  }),
  route({
    method: 'get',
    path: '/registrations',
    operation: 'listRegistrations',
    summary: 'Own registrations, newest first',
    who: 'candidate',
    answers: { 200: form.registrations },
    handle: async ({ session }, { db }) => {
      const views = await listRegistrations(db, session.candidateId);
      return answer(200, { items: views.map(shown) });
    },
  }),
  route({
    method: 'get',
    path: '/registrations/{id}',
    operation: 'getRegistration',
    summary: 'An own registration: status, whose move, identity, open defects',
    who: 'own-registration',
    answers: { 200: form.registration, 304: null },
    handle: async ({ params, session }, { db }) => {
      const body = shown(await getRegistration(db, params.id, session.candidateId));
      return answer(200, body, { ETag: etagOf(body) });
    },
  }),
];
