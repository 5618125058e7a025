/** SES-1: when a session is over by itself: twelve hours after the sign-in, and half an hour after its last use. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiClient } from './client.ts';
import { expectRefusal } from './client.ts';
import { openRegistration } from './candidate.ts';
import { openOffice, type Office } from './office.ts';

const MINUTE_MS = 60_000;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

const use = (me: ApiClient) => me.get('/sessions/current');

/** The stream of an app's registration, as its platform opens it again by itself. */
function connect(me: ApiClient, id: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${me.token}`, Accept: 'text/event-stream' };
  return fetch(`${me.url}/api/v1/registrations/${id}/events`, { headers });
}

describe('SES-1: a session that nobody ends', () => {
  test('lives for half an hour without use, however long it was used before', async () => {
    const me = await office.signIn();
    for (let uses = 0; uses < 3; uses += 1) {
      office.wait(29 * MINUTE_MS);
      expect((await use(me)).status).toBe(200);
    }
    office.wait(31 * MINUTE_MS);
    expectRefusal(await use(me), 'session-expired');
  });

  test('is over twelve hours after the sign-in, used or not', async () => {
    const me = await office.signIn();
    for (let uses = 0; uses < 24; uses += 1) {
      office.wait(29 * MINUTE_MS);
      expect((await use(me)).status).toBe(200);
    }
    office.wait(25 * MINUTE_MS);
    expectRefusal(await use(me), 'session-expired');
  });

  test('is not kept alive by an app that was left open and connects again every ten minutes', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    for (let connected = 0; connected < 2; connected += 1) {
      office.wait(10 * MINUTE_MS);
      const stream = await connect(me, id);
      expect(stream.status).toBe(200);
      await stream.body?.cancel();
    }
    office.wait(11 * MINUTE_MS);
    expect((await connect(me, id)).status).toBe(401);
    expectRefusal(await use(me), 'session-expired');
  });

  test('ends its open event streams with the first news after it', async () => {
    const me = await office.signIn();
    const id = await openRegistration(me);
    const stream = await connect(me, id);
    office.wait(31 * MINUTE_MS);
    await office.fresh.owner.raw(`select pg_notify('registration_changed', ?)`, [id]);
    // Read to its end: the line is closed by the server.
    await expect(stream.text()).resolves.toContain('retry:');
  });
});
