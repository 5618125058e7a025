/** SES-1, SES-2, SES-4, SES-6 at the API: one session at a time, at once, on every server. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Services } from '../../api/services.ts';
import { rounds } from '../support/rounds.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { DEVICE, type Office } from './office.ts';
import { LAPTOP, open, openTwoServers, type TwoServers } from './two-servers.ts';

let servers: TwoServers;
let office: Office;
let second: ApiClient;
beforeAll(async () => {
  servers = await openTwoServers();
  ({ office, second } = servers);
});
afterAll(() => servers.close());

describe('SES-1: the token', () => {
  test('is of 256 bits, kept as a hash, and no two are alike', async () => {
    const tokens = new Set<string>();
    for (let count = 0; count < 5; count += 1) tokens.add((await office.signIn()).token ?? '');
    expect(tokens.size).toBe(5);
    const rows = JSON.stringify(await office.fresh.owner('sessions'));
    for (const token of tokens) {
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      expect(rows).not.toContain(token);
      expect(rows).not.toContain(Buffer.from(token, 'base64url').toString('base64'));
      expect(rows).not.toContain(JSON.stringify([...Buffer.from(token, 'base64url')]).slice(1, -1));
    }
  });

  test('is believed in no address, and stands in no log, answer or header', async () => {
    const me = await office.signIn();
    const { token = '' } = me;
    for (const name of ['token', 'access_token', 'session', 'authorization']) {
      expectRefusal(await office.client.get(`/sessions/current?${name}=${token}`), 'sign-in-required');
    }
    // An error of ours, with the token in the address and in the header: whatever is written about it, it is not there.
    const { lines, secondServices } = servers;
    const { db } = secondServices;
    const there = second.as(token);
    secondServices.db = {
      ...db,
      knex: (() => {
        throw new Error(`broken ${token}`);
      }) as unknown as Services['db']['knex'],
    };
    const replies = [];
    try {
      replies.push(await there.get(`/registrations?token=${token}`), await there.get('/registrations'));
    } finally {
      secondServices.db = db;
    }
    replies.push(await there.get('/sessions/current'));
    for (const { bytes, headers } of replies) {
      expect(bytes.toString()).not.toContain(token);
      expect(JSON.stringify([...headers])).not.toContain(token);
    }
    expect(lines.some((line) => line.includes('request failed'))).toBe(true);
    expect(lines.join('\n')).not.toContain(token.slice(0, 20));
  });
});

describe('SES-2: one live session', () => {
  test('of 20 parallel completed sign-ins one lives, round after round', async () => {
    for (let round = 0; round < rounds(2, 50); round += 1) {
      const { ids, code } = await servers.codesFor(servers.newMobile(), 20);
      const replies = await Promise.all(
        ids.map((id, index) => open(index % 2 === 0 ? office.client : second, { codeId: id, code })),
      );
      expect(replies.map(({ status }) => status)).toEqual(ids.map(() => 201));
      const live = await office.fresh.owner('sessions').whereNull('ended_at').whereIn('code_id', ids);
      expect(live).toHaveLength(1);
      const asked = await Promise.all(
        replies.map(({ body }) => second.as(body.token).get('/sessions/current')),
      );
      expect(asked.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  test('the one who was replaced is told by which kind of device, and when', async () => {
    const mobile = servers.newMobile();
    const [{ ids, code }, before] = [await servers.codesFor(mobile, 2), Date.now()];
    const first = await open(office.client, { codeId: ids[0] ?? '', code });
    await open(office.client, { codeId: ids[1] ?? '', code }, LAPTOP);
    const reply = await second.as(first.body.token).get('/registrations');
    expectRefusal(reply, 'session-replaced');
    const device = reply.body['device'] as { kind: string; name: string; since: string };
    expect(device).toMatchObject({ kind: 'windows', name: 'Laptop' });
    expect(Date.parse(device.since)).toBeGreaterThanOrEqual(before);
    expect(reply.body['detail']).toContain('دو دستگاه');
  });

  test('asking for a code, a wrong one, a locked one and one for another device evict nobody', async () => {
    const mobile = servers.newMobile();
    const me = await office.signIn({ mobile });
    const { ids, code } = await servers.codesFor(mobile, 1);
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 6; tries += 1)
      await open(second, { codeId: ids[0] ?? '', code: wrong }, LAPTOP);
    await open(second, { codeId: ids[0] ?? '', code }, { ...LAPTOP, id: 'thief' });
    expect((await me.get('/sessions/current')).status).toBe(200);
  });
});

describe('SES-4: at once, on every server', () => {
  test('signing out', async () => {
    const me = await office.signIn();
    const there = second.as(me.token ?? '');
    expect((await there.get('/sessions/current')).status).toBe(200);
    expect((await me.ask('DELETE', '/sessions/current')).status).toBe(204);
    expectRefusal(await there.get('/sessions/current'), 'session-expired');
  });

  test('being replaced, at the very next request', async () => {
    const mobile = servers.newMobile();
    const me = await office.signIn({ mobile });
    const there = second.as(me.token ?? '');
    for (let round = 0; round < 3; round += 1) expect((await there.get('/registrations')).status).toBe(200);
    const { ids, code } = await servers.codesFor(mobile, 1);
    await open(office.client, { codeId: ids[0] ?? '', code }, LAPTOP);
    expectRefusal(await there.get('/registrations'), 'session-replaced');
    expectRefusal(await me.get('/registrations'), 'session-replaced');
  });
});

describe('SES-6: a token is new at each sign-in', () => {
  test('one that was planted before is worth nothing after', async () => {
    const planted = 'A'.repeat(43);
    const { ids, code } = await servers.codesFor(servers.newMobile(), 1);
    const reply = await open(
      office.client.as(planted),
      { codeId: ids[0] ?? '', code },
      { ...DEVICE, kind: 'web' },
      { cookie: `__Host-davtalab=${planted}` },
    );
    expect(reply.body.token).not.toBe(planted);
    expect(reply.headers.get('set-cookie')).toBe(
      `__Host-davtalab=${reply.body.token}; Path=/; Secure; HttpOnly; SameSite=Strict`,
    );
    expectRefusal(await office.client.as(planted).get('/sessions/current'), 'sign-in-required');
  });

  test('the same device again: a new token, and the one before is over', async () => {
    const { ids, code } = await servers.codesFor(servers.newMobile(), 2);
    const [first, again] = [
      await open(office.client, { codeId: ids[0] ?? '', code }),
      await open(office.client, { codeId: ids[1] ?? '', code }),
    ];
    expect(again.body.token).not.toBe(first.body.token);
    expectRefusal(await office.client.as(first.body.token).get('/sessions/current'), 'session-replaced');
    expect((await office.client.as(again.body.token).get('/sessions/current')).status).toBe(200);
  });
});
