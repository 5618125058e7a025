/** «پیام‌ها» and the history: what came back, and what happened. */
import { FACT_TEXTS } from '../../domain/what-next.ts';
import { listHistory } from '../../store/history.ts';
import { listMessages, markRead } from '../../store/messages.ts';
import * as form from '../contract/questionnaire.ts';
import { answer, route } from '../route.ts';

export const messageRoutes = [
  route({
    method: 'get',
    path: '/registrations/{id}/messages',
    operation: 'listMessages',
    summary: 'Messages, oldest first; those of kind defects with their items',
    who: 'own-registration',
    answers: { 200: form.messages },
    handle: async ({ params }, { db }) => answer(200, { items: await listMessages(db, params.id) }),
  }),
  route({
    method: 'post',
    path: '/registrations/{id}/messages/{messageId}/read',
    operation: 'readMessage',
    summary: 'Note that a message was read; the first time counts',
    who: 'own-registration',
    answers: { 200: form.message },
    handle: async ({ params: { id: registrationId, messageId }, now }, { db }) =>
      answer(200, await markRead(db, { registrationId, messageId, at: new Date(now) })),
  }),
  route({
    method: 'get',
    path: '/registrations/{id}/history',
    operation: 'getHistory',
    summary: 'What happened, oldest first; no names of staff',
    who: 'own-registration',
    answers: { 200: form.history },
    handle: async ({ params }, { db }) => {
      const facts = await listHistory(db, params.id);
      return answer(200, { items: facts.map((item) => ({ ...item, text: FACT_TEXTS[item.fact] })) });
    },
  }),
];
