/** With the engine away everything is still accepted, with its receipt; API-12. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDesk, type Desk } from '../../store/desk.ts';
import type { Stage } from '../workflow/stage.ts';
import { decide, jpeg, ready, registrationBody, submit, until, viewOf, type DraftBody } from './candidate.ts';
import { expectRefusal } from './client.ts';
import { openOffice, openRealOffice, type Office, type RealOffice } from './office.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

describe('API-12: without the engine', () => {
  test('a command is answered 202 with a place to look, and again so for the same key', async () => {
    const me = await office.signIn();
    const key = { 'idempotency-key': randomUUID() };
    const body = registrationBody();
    const accepted = await me.post<{ id: string; commandId: string }>('/registrations', body, key);
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({ state: 'accepted' });
    const location = accepted.headers.get('location') ?? '';
    expect(location).toBe(`/api/v1/commands/${accepted.body.commandId}`);
    const command = await me.get(location.replace('/api/v1', ''));
    expect(command.body).toMatchObject({ kind: 'registration', state: 'accepted', decidedAt: null });
    const again = await me.post('/registrations', body, key);
    expect(again.body).toEqual(accepted.body);
    expectRefusal(await me.post('/registrations', registrationBody()), 'already-registered');
    expect((await viewOf(me, accepted.body.id)).status).toBe('awaiting-verification');
  });

  test('a code cannot be sent, and says so at once', async () => {
    office.engine(false);
    const began = Date.now();
    const reply = await office.client.post('/sign-in-codes', { mobile: '09129990000', device: { id: 'd' } });
    expectRefusal(reply, 'codes-unavailable');
    // At the first answer of the engine; a busy machine takes its time to say so.
    expect(Date.now() - began).toBeLessThan(15_000);
    office.engine(true);
  });
});

describe('API-12: with the worker away', () => {
  let stage: Stage;
  let real: RealOffice;
  beforeAll(async () => {
    real = await openRealOffice();
    stage = real.stage;
  });
  afterAll(() => real.close());

  test('a submission gets its receipt, nothing can be changed under it, and it goes through afterwards', async () => {
    const me = await real.signIn();
    const id = await ready(me, stage);
    await stage.stopWorkers();
    const services = real.services as { desk: Desk };
    const { desk: patient } = services;
    services.desk = createDesk({ ...stage, db: stage.fresh.db });
    const receipt = await submit(me, id);
    services.desk = patient;
    expect(receipt.status).toBe(202);
    expect(receipt.body).toMatchObject({
      preliminaryCode: expect.stringMatching(/^\d{4}-/u),
      contentHash: expect.any(String),
      notice: expect.stringContaining('نهایی نیست'),
    });
    const draft = await me.get<DraftBody>(`/registrations/${id}/draft`);
    const match = { 'if-match': draft.headers.get('etag') ?? '' };
    expectRefusal(await me.patch(`/registrations/${id}/draft`, { answers: {} }, match), 'item-locked');
    expectRefusal(await me.put(`/registrations/${id}/draft`, { answers: {} }, match), 'item-locked');
    expectRefusal(await me.picture(`/registrations/${id}/documents/photo`, await jpeg(50)), 'item-locked');
    await stage.startWorkers();
    await stage.handOver(id);
    await until(me, id, ({ status }) => status === 'under-review');
    expect((await viewOf(me, id)).preliminaryCode).toBe(receipt.body.preliminaryCode);
    await decide(stage, id, { kind: 'approval', revision: 1 });
    expect((await viewOf(me, id)).status).toBe('approved');
  });
});
