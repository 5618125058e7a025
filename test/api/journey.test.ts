/** The candidate's whole way through REST, on the real engine: to the approval, with a round of corrections. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { APPROVED_MESSAGE } from '../../domain/messages.ts';
import type { Stage } from '../workflow/stage.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import {
  decide,
  fillDraft,
  jpeg,
  openRegistration,
  proveIdentity,
  ready,
  registrationBody,
  submit,
  until,
  uploadAll,
  viewOf,
  type DraftBody,
} from './candidate.ts';
import { openRealOffice, soon, type RealOffice } from './office.ts';

let stage: Stage;
let office: RealOffice;
beforeAll(async () => {
  office = await openRealOffice();
  stage = office.stage;
});
afterAll(() => office.close());

interface MessagesBody {
  readonly items: readonly {
    readonly id: string;
    readonly kind: string;
    readonly text: string;
    readonly defects: readonly { readonly target: string; readonly whatToDo: string }[] | null;
    readonly readAt: string | null;
  }[];
}

const messagesOf = async (me: ApiClient, id: string) =>
  (await me.get<MessagesBody>(`/registrations/${id}/messages`)).body.items;

test('from the code to the approval', async () => {
  const me = await office.signIn();
  const body = registrationBody();
  const opened = await me.post<{ id: string; state: string; commandId: string }>('/registrations', body);
  expect(opened.status).toBe(201);
  const { id } = opened.body;
  expect(opened.headers.get('location')).toBe(`/api/v1/registrations/${id}`);
  await until(me, id, ({ identity }) => identity.line === 'confirmed');
  const command = await me.get(`/commands/${opened.body.commandId}`);
  expect(command.body).toMatchObject({ kind: 'registration', state: 'done', code: null });

  await proveIdentity(me, stage, id);
  const draft = await fillDraft(me, id);
  expect(draft.problems).toEqual([]);
  expect(draft.answers['identity']).toMatchObject({ firstName: 'قناری', nationalId: body.nationalId });
  const early = await submit(me, id);
  expectRefusal(early, 'incomplete');
  await uploadAll(me, id);

  const submitted = await submit(me, id);
  expect(submitted.status).toBe(200);
  const code = submitted.body.preliminaryCode;
  expect(code).toMatch(/^\d{4}-\d{4}-\d{4}-\d{2}$/u);
  const status = await office.client.get(`/status/${code}`);
  expect(status.body).toMatchObject({ status: 'under-review', whoseMove: 'governorate' });

  const defects = [
    { target: '/answers/identity/birthPlace', reason: 'answer-incomplete' },
    { target: '/documents/photo', reason: 'document-unreadable', note: 'چهره پیدا نیست' },
  ];
  await decide(stage, id, { kind: 'corrections', revision: 1, defects });
  expect((await viewOf(me, id)).openDefects.map(({ target }) => target).sort()).toEqual(
    defects.map(({ target }) => target).sort(),
  );
  const told = (await messagesOf(me, id)).find(({ kind }) => kind === 'defects');
  expect(told?.defects).toHaveLength(2);
  expect(told?.defects?.[0]?.whatToDo).not.toBe('');
  const read = await me.ask(`POST`, `/registrations/${id}/messages/${told?.id ?? ''}/read`);
  expect(read.body['readAt']).not.toBeNull();

  const path = `/registrations/${id}`;
  const now = await me.get<DraftBody>(`${path}/draft`);
  const match = { 'if-match': now.headers.get('etag') ?? '' };
  const locked = { ...now.body.answers, family: { maritalStatus: 'widowed', children: 2 } };
  expectRefusal(await me.put(`${path}/draft`, { answers: locked }, match), 'item-locked');
  const identity = { ...now.body.answers['identity'], birthPlace: 'سمنان، شهمیرزاد' };
  const corrected = await me.put(`${path}/draft`, { answers: { ...now.body.answers, identity } }, match);
  expect(corrected.status).toBe(200);
  // Merged into a newer version, what is locked stays locked, also beside what is not.
  const stale = { family: { maritalStatus: 'widowed' }, identity: { birthPlace: 'سمنان، شهمیرزاد' } };
  const changed = await me.patch(`${path}/draft`, { answers: stale }, match);
  expectRefusal(changed, 'item-locked');
  expect(changed.body['errors']).toMatchObject([{ pointer: '/answers/family/maritalStatus' }]);
  expect((await me.get(`${path}/draft`)).body).toEqual(corrected.body);
  expectRefusal(await me.picture(`${path}/documents/national-card`, await jpeg(77)), 'item-locked');
  const items = (await me.get<{ items: { kind: string; accepted: boolean }[] }>(`${path}/documents`)).body
    .items;
  expect(items.find(({ kind }) => kind === 'photo')?.accepted).toBe(false);
  expect(items.find(({ kind }) => kind === 'national-card')?.accepted).toBe(true);
  const index = items.findIndex(({ kind }) => kind === 'photo');
  expectRefusal(await me.picture(`${path}/documents/photo`, await jpeg(index + 1)), 'document-unchanged');
  expect((await me.picture(`${path}/documents/photo`, await jpeg(99))).status).toBe(200);
  const again = await submit(me, id);
  expect(again.status).toBe(200);

  await decide(stage, id, { kind: 'approval', revision: 2 });
  expect(await viewOf(me, id)).toMatchObject({ status: 'approved', revision: 2, round: 2, openDefects: [] });
  expect((await messagesOf(me, id)).at(-1)?.text).toBe(APPROVED_MESSAGE);
  const history = await me.get<{ items: { fact: string }[] }>(`${path}/history`);
  expect(history.body.items.map(({ fact }) => fact)).toEqual(
    expect.arrayContaining(['opened', 'submitted', 'returned', 'approved']),
  );
  expectRefusal(await me.post(`${path}/withdrawal`, {}), 'not-your-move');
});

describe('API-5: the same key again', () => {
  test('a registration, a try with a card and a submission have one effect and the same answer', async () => {
    const me = await office.signIn();
    const key = { 'idempotency-key': randomUUID() };
    const body = registrationBody();
    const opened = await Promise.all(
      Array.from({ length: 5 }, () => me.post<{ id: string }>('/registrations', body, key)),
    );
    expect(new Set(opened.map((reply) => reply.body.id)).size).toBe(1);
    expectRefusal(await me.post('/registrations', registrationBody(), key), 'idempotency-key-reused');
    const id = opened[0]?.body.id ?? '';
    await proveIdentity(me, stage, id);
    await fillDraft(me, id);
    await uploadAll(me, id);
    const submission = { 'idempotency-key': randomUUID() };
    const receipts = await Promise.all(Array.from({ length: 5 }, () => submit(me, id, submission)));
    expect(new Set(receipts.map((reply) => reply.body.preliminaryCode)).size).toBe(1);
    expect(new Set(receipts.map((reply) => reply.body.commandId)).size).toBe(1);
    expect(await viewOf(me, id)).toMatchObject({ status: 'under-review', revision: 1 });
    const later = await submit(me, id, submission);
    expect(later.body).toMatchObject({ preliminaryCode: receipts[0]?.body.preliminaryCode, state: 'done' });
  });
});

describe('SES-5: a fresh code', () => {
  test('is asked for when the session is older than ten minutes, and works once, for this only', async () => {
    const mobile = '09367770001';
    const me = await office.signIn({ mobile });
    const id = await ready(me, stage);
    office.wait(11 * 60_000);
    expectRefusal(await submit(me, id), 'fresh-code-required');
    const ask = (purpose: string) =>
      me.post<{ id: string }>('/confirmation-codes', { purpose, registrationId: id });
    const before = stage.world.sent.length;
    const sent = await ask('withdrawal');
    await soon(() => stage.world.sent.slice(before).some(({ kind }) => kind === 'code'));
    const code = office.codeFor(mobile);
    const draft = await me.get<DraftBody>(`/registrations/${id}/draft`);
    const match = { 'if-match': draft.headers.get('etag') ?? '' };
    const submission = { declaration: true, codeId: sent.body.id, code };
    expectRefusal(await me.post(`/registrations/${id}/submission`, submission, match), 'code-wrong');
    const withdrawal = { codeId: sent.body.id, code };
    const key = { 'idempotency-key': randomUUID() };
    expect((await me.post(`/registrations/${id}/withdrawal`, withdrawal, key)).status).toBe(200);
    expect((await me.post(`/registrations/${id}/withdrawal`, withdrawal, key)).status).toBe(200);
    expect((await viewOf(me, id)).status).toBe('withdrawn');
  });
});

describe('server-sent events', () => {
  async function listen(me: ApiClient, id: string, lastEventId?: string) {
    const controller = new AbortController();
    const response = await fetch(`${me.url}/api/v1/registrations/${id}/events`, {
      signal: controller.signal,
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${me.token ?? ''}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    let text = '';
    let over = false;
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
      over = true;
    })().catch(() => {});
    const events = () =>
      [...text.matchAll(/id: (\S+)\nevent: (\w+)\ndata: (.*)\n\n/gu)].map(([, eventId, name, data]) => ({
        eventId: eventId ?? '',
        name: name ?? '',
        data: JSON.parse(data ?? '{}') as Record<string, unknown>,
      }));
    return { response, events, ended: () => over, stop: async () => (controller.abort(), await reading) };
  }

  test('tell of each move and message, and go on after the last one that was seen', async () => {
    let me = await office.signIn({ mobile: '09367770002' });
    const id = await openRegistration(me);
    await until(me, id, ({ identity }) => identity.line === 'confirmed');
    const first = await listen(me, id);
    expect(first.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await soon(() => first.events().length > 0);
    expect(first.events().at(-1)?.data).toMatchObject({ status: 'awaiting-verification' });
    const seen = first.events().at(-1)?.eventId ?? '';
    await me.post(`/registrations/${id}/withdrawal`, {});
    const moved = () => first.events().some(({ data }) => data['status'] === 'withdrawn');
    expect(await soon(moved)).toBe(true);
    await first.stop();

    const second = await listen(me, id, seen);
    await soon(() => second.events().some(({ data }) => data['status'] === 'withdrawn'));
    expect(second.events().map(({ name }) => name)).toEqual(['message', 'status']);
    expect(second.events()[0]?.data).toMatchObject({ kind: 'withdrawn' });
    await second.stop();

    const replaced = await listen(me, id, second.events().at(-1)?.eventId);
    await me.ask('DELETE', '/sessions/current');
    await office.fresh.owner.raw('select pg_notify(?, ?)', ['registration_changed', id]);
    expect(await soon(() => replaced.ended())).toBe(true);
    expect(replaced.events()).toEqual([]);
    await replaced.stop();
    office.wait(60_000);
    me = await office.signIn({ mobile: '09367770002' });

    const third = await listen(me, id, second.events().at(-1)?.eventId);
    await new Promise((go) => setTimeout(go, 300));
    expect(third.events()).toEqual([]);
    await third.stop();
  });

  test('are at most three for one session, and a place that is left is free again', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    const streams = [await listen(me, id), await listen(me, id), await listen(me, id)];
    const path = `/registrations/${id}/events`;
    expectRefusal(await me.get(path), 'too-many-streams');
    await streams[0]?.stop();
    const again = await soon(async () => {
      const stream = await listen(me, id);
      if (stream.response.ok) return stream;
      return void (await stream.stop());
    });
    expect(again?.response.status).toBe(200);
    for (const stream of [...streams, again]) await stream?.stop();
  });
});
