/** What anybody may read before signing in. */
import { listConstituencies } from '../../store/constituencies.ts';
import { getElection, listElections } from '../../store/elections.ts';
import { listNotices } from '../../store/notices.ts';
import { clientAddress } from '../client-address.ts';
import * as form from '../contract/elections.ts';
import { answer, route } from '../route.ts';

const PAGE_USUAL = 20;

export const electionRoutes = [
  route({
    method: 'get',
    path: '/notices',
    operation: 'listNotices',
    summary: 'What a candidate should know before a step',
    who: 'public',
    answers: { 200: form.notices },
    handle: async ({ request }, { db, networkRule }) => {
      const here = networkRule.noticesFor(clientAddress(request));
      return answer(200, { items: [...here, ...(await listNotices(db))] });
    },
  }),
  route({
    method: 'get',
    path: '/elections',
    operation: 'listElections',
    summary: 'Elections with their windows, questionnaire and document kinds',
    who: 'public',
    answers: { 200: form.elections },
    handle: async (_call, { db }) => answer(200, { items: await listElections(db) }),
  }),
  route({
    method: 'get',
    path: '/elections/{id}',
    operation: 'getElection',
    summary: 'One election',
    who: 'public',
    answers: { 200: form.election },
    handle: async ({ params }, { db }) => answer(200, await getElection(db, params.id)),
  }),
  route({
    method: 'get',
    path: '/elections/{id}/constituencies',
    operation: 'listConstituencies',
    summary: 'Constituencies of an election, a page at a time',
    who: 'public',
    query: form.constituencyQuery,
    answers: { 200: form.constituencies },
    handle: async ({ params, query }, { db }) => {
      const limit = Number(query.limit ?? PAGE_USUAL);
      return answer(200, await listConstituencies(db, { ...query, electionId: params.id, limit }));
    },
  }),
];
