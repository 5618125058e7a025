/** The questionnaire as a draft: read whole, and written whole or by what has changed. */
import { changeDraft, getDraft, saveDraft, type CheckedDraft } from '../../store/drafts.ts';
import type { Request } from 'express';
import * as form from '../contract/questionnaire.ts';
import { etagOf } from '../etag.ts';
import { itemIn } from '../item-texts.ts';
import { languageOf } from '../problem.ts';
import { answer, route, type Answer } from '../route.ts';

function shown({ version, answers, problems }: CheckedDraft, request: Request): Answer<200> {
  const language = languageOf(request);
  const told = problems.map((item) => itemIn(language, item));
  const body = { version, answers, problems: told };
  const headers = { 'Content-Language': language, Vary: 'Accept-Language, Origin' };
  return answer(200, body, { ...headers, ETag: etagOf(body, version) });
}

export const draftRoutes = [
  route({
    method: 'get',
    path: '/registrations/{id}/draft',
    operation: 'getDraft',
    summary: 'The draft with what is still missing',
    who: 'own-registration',
    answers: { 200: form.draft, 304: null },
    handle: async ({ params, request, session: { candidateId } }, { db }) =>
      shown(await getDraft(db, { registrationId: params.id, candidateId }), request),
  }),
  route({
    method: 'put',
    path: '/registrations/{id}/draft',
    operation: 'saveDraft',
    summary: 'Replace the draft; an answer that is merely wrong is kept and listed under problems',
    who: 'own-registration',
    needs: 'M',
    body: form.draftRequest,
    answers: { 200: form.draft },
    refusals: ['draft-changed', 'item-locked', 'read-only'],
    handle: async ({ params, request, body: { answers }, version, session: { candidateId } }, { db }) =>
      shown(await saveDraft(db, { registrationId: params.id, candidateId, version, answers }), request),
  }),
  route({
    method: 'patch',
    path: '/registrations/{id}/draft',
    operation: 'changeDraft',
    summary: 'Change some answers of the version in If-Match; merged with later changes, all or nothing',
    who: 'own-registration',
    needs: 'M',
    body: form.draftChanges,
    media: 'application/merge-patch+json',
    answers: { 200: form.draft },
    refusals: ['draft-changed', 'item-locked', 'read-only'],
    handle: async ({ params, request, body: { answers }, version, session: { candidateId } }, { db }) =>
      shown(await changeDraft(db, { registrationId: params.id, candidateId, version, answers }), request),
  }),
];
