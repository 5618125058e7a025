/** Codes and sessions, through the door. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CodeSender } from '../../api/services.ts';
import { takeCodeToSend } from '../../store/one-time-codes.ts';
import { listForgotten } from '../../store/sms-rounds.ts';
import { deskOfCodes } from '../codes/office.ts';
import { expectRefusal, type Reply } from './client.ts';
import { DEVICE, openOffice, type Office } from './office.ts';

let office: Office;
let people = 0;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

const MINUTE_MS = 60_000;

/** A number that no other test uses. */
function somebody(): string {
  people += 1;
  return `0935${String(people).padStart(7, '0')}`;
}

interface CodeSent {
  readonly id: string;
  readonly expiresAt: string;
  readonly resendAt: string;
}

function askCode(mobile: string, device: string = DEVICE.id, key: string = randomUUID()) {
  const body = { mobile, device: { id: device } };
  return office.client.post<CodeSent>('/sign-in-codes', body, { 'idempotency-key': key });
}

interface Opened {
  readonly token: string;
  readonly expiresAt: string;
  readonly replaced: { kind: string; name: string; since: string } | null;
  readonly attemptsLeft: number;
}

function open(codeId: string, code: string, device: object = DEVICE, key: string = randomUUID()) {
  const body = { codeId, code, device };
  return office.client.post<Opened>('/sessions', body, { 'idempotency-key': key });
}

const another = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const statuses = (replies: readonly Reply<unknown>[]) =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b);

describe('one-time codes', () => {
  test('a code is sent, says how long it lives, and opens a session', async () => {
    const mobile = somebody();
    const sent = await askCode(mobile);
    expect(sent.body).toMatchObject({ digits: 6 });
    expect(Date.parse(sent.body.expiresAt) - Date.now()).toBeGreaterThan(100_000);
    const opened = await open(sent.body.id, office.codeFor(mobile));
    expect(opened.status).toBe(201);
    const current = await office.client.as(opened.body.token).get('/sessions/current');
    const { kind, name } = DEVICE;
    expect(current.body).toMatchObject({ who: { mobile }, device: { kind, name } });
  });

  test.each(['۰۹۱۲۰۰۰۰۰۰۱', '٠٩١٢٠٠٠٠٠٠٢', '+98 912 000 0003', '0098912-000-0004'])(
    'the mobile may be written %s, and the code in Persian digits',
    async (mobile) => {
      const sent = await askCode(mobile);
      expect(sent.status).toBe(202);
      const [{ mobile_sealed: sealed } = {}] = (await office.fresh
        .owner('one_time_codes')
        .where({ id: sent.body.id })) as { mobile_sealed: Buffer }[];
      const place = { table: 'one_time_codes', column: 'mobile_sealed', row: sent.body.id };
      const kept = office.fresh.db.sealing.open(place, sealed ?? Buffer.alloc(0)).toString();
      expect(kept).toMatch(/^\+98912000000\d$/u);
      const persian = office.codeFor(kept).replace(/\d/gu, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)] ?? '');
      expect((await open(sent.body.id, persian)).status).toBe(201);
    },
  );

  test.each(['0212345678', '08123456789', '+4915112345678', '0912', 'abc', '0912000000a'])(
    'OTP-10: %s is no mobile of ours, and nothing is sent',
    async (mobile) => {
      const before = office.codesSent();
      expectRefusal(await askCode(mobile), 'mobile-invalid');
      expect(office.codesSent()).toBe(before);
    },
  );

  test('OTP-3: the database holds an HMAC, and the sealed code only until it is sent', async () => {
    const mobile = somebody();
    const sent = await askCode(mobile);
    const [row] = (await office.fresh.owner('one_time_codes').where({ id: sent.body.id })) as unknown[];
    expect(row).toMatchObject({ code_sealed: null });
    expect(JSON.stringify(row)).not.toContain(`"${office.codeFor(mobile)}"`);
  });

  test('OTP-7: the next code after 60 seconds; it ends the one before', async () => {
    const mobile = somebody();
    const first = await askCode(mobile);
    const firstCode = office.codeFor(mobile);
    const early = await askCode(mobile);
    expectRefusal(early, 'too-many-codes');
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(50);
    office.wait(MINUTE_MS);
    const second = await askCode(mobile);
    expect(second.status).toBe(202);
    expectRefusal(await open(first.body.id, firstCode), 'code-expired');
    expect((await open(second.body.id, office.codeFor(mobile))).status).toBe(201);
  });

  test('OTP-7: five in an hour, from whatever device', async () => {
    const mobile = somebody();
    for (let count = 0; count < 5; count += 1) {
      const sent = await askCode(mobile, `device-${count}`);
      expect(sent.status).toBe(202);
      // What others asked for is nobody's business (OTP-9): each device is told of its own.
      expect(sent.headers.get('ratelimit')).toContain('r=4;');
      office.wait(2 * MINUTE_MS);
    }
    const sixth = await askCode(mobile);
    expectRefusal(sixth, 'too-many-codes');
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(40 * 60);
  });

  test('OTP-7, API-5: ten equal requests with one key, one code; another body with that key is refused', async () => {
    const mobile = somebody();
    const before = office.codesSent();
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 10 }, () => askCode(mobile, DEVICE.id, key)));
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect(office.codesSent()).toBe(before + 1);
    expectRefusal(await askCode(somebody(), DEVICE.id, key), 'idempotency-key-reused');
  });

  test('an engine that is away costs neither the key nor a place in the limits, and spares the code before', async () => {
    const mobile = somebody();
    const first = await askCode(mobile);
    const firstCode = office.codeFor(mobile);
    office.wait(MINUTE_MS);
    const key = randomUUID();
    office.engine(false);
    for (let count = 0; count < 7; count += 1) {
      const reply = await askCode(mobile, DEVICE.id, key);
      expectRefusal(reply, 'codes-unavailable');
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    office.engine(true);
    expect((await open(first.body.id, firstCode)).status).toBe(201);
    expect((await askCode(mobile, DEVICE.id, key)).status).toBe(202);
  });

  /** Plays the engine for one request after another. */
  const playEngine = (...starts: CodeSender['start'][]): void => {
    const services = office.services as { codes: CodeSender };
    const real = services.codes;
    services.codes = {
      start: (code) => {
        const start = starts.shift() ?? real.start;
        if (starts.length === 0) services.codes = real;
        return start(code);
      },
    };
  };
  const away = () => Promise.reject(new Error('No answer in time'));

  test('a repeat that cannot start the sending leaves the code of the first request alone', async () => {
    const mobile = somebody();
    const key = randomUUID();
    let send = (): Promise<void> => Promise.reject(new Error('Nothing was started'));
    const sender = office.services.codes;
    // Started, and slow: nothing is sent yet.
    playEngine((code) => {
      send = () => sender.start(code);
      return Promise.resolve();
    }, away);
    const sent = await askCode(mobile, DEVICE.id, key);
    expect(sent.status).toBe(202);
    expectRefusal(await askCode(mobile, DEVICE.id, key), 'codes-unavailable');
    await send();
    expect((await open(sent.body.id, office.codeFor(mobile))).status).toBe(201);
  });

  test('a sending that had begun when its start was not answered keeps its code', async () => {
    const mobile = somebody();
    let taken: Awaited<ReturnType<typeof takeCodeToSend>>;
    playEngine(async ({ codeId }) => {
      taken = await takeCodeToSend(office.fresh.db, codeId, office.services.now());
      throw new Error('No answer in time');
    });
    const sent = await askCode(mobile);
    expect(sent.status).toBe(202);
    expect((await open(sent.body.id, taken?.code ?? '')).status).toBe(201);
  });
});

describe('sessions', () => {
  async function signedIn(
    mobile: string,
    device: { readonly id: string; readonly kind: string; readonly name: string } = DEVICE,
  ): Promise<Opened> {
    office.wait(MINUTE_MS);
    const sent = await askCode(mobile, device.id);
    return (await open(sent.body.id, office.codeFor(mobile), device)).body;
  }

  test('SES-1: the token is 256 bits, derived, and not in the database', async () => {
    const { token } = await signedIn(somebody());
    expect(token).toMatch(/^[\w-]{43}$/u);
    const dump = JSON.stringify(await office.fresh.owner('sessions'));
    expect(dump).not.toContain(token);
    expect(dump).not.toContain(Buffer.from(token, 'base64url').toString('base64'));
  });

  test('API-5: the same key gives the same token, also to parallel requests', async () => {
    const mobile = somebody();
    const sent = await askCode(mobile);
    const key = randomUUID();
    const code = office.codeFor(mobile);
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => open(sent.body.id, code, DEVICE, key)),
    );
    expect(statuses(replies)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(replies.map(({ body }) => body.token)).size).toBe(1);
    expectRefusal(await open(sent.body.id, another(code), DEVICE, key), 'idempotency-key-reused');
  });

  test('SES-2: a second device takes over and the first is told which', async () => {
    const mobile = somebody();
    const first = await signedIn(mobile);
    expect(first.replaced).toBeNull();
    const second = await signedIn(mobile, { id: 'laptop', kind: 'windows', name: 'Laptop' });
    expect(second.replaced).toMatchObject({ kind: DEVICE.kind, name: DEVICE.name });
    const reply = await office.client.as(first.token).get('/registrations');
    expectRefusal(reply, 'session-replaced');
    expect(reply.body['device']).toMatchObject({ kind: 'windows', name: 'Laptop' });
    expect((await office.client.as(second.token).get('/registrations')).status).toBe(200);
    // By SMS too, for whoever has lost the first one: taken up without a workflow.
    const [told, ...more] = await deskOfCodes(office).smsTo(mobile, 'device-new');
    expect(more).toEqual([]);
    expect(await listForgotten(office.fresh.db)).toContain(told?.id);
  });

  test('SES-2: the same device again replaces nobody', async () => {
    const mobile = somebody();
    await signedIn(mobile);
    expect((await signedIn(mobile)).replaced).toBeNull();
    expect(await deskOfCodes(office).smsTo(mobile, 'device-new')).toEqual([]);
  });

  test('SES-2: asking for a code, or getting it wrong, ends nobody’s session', async () => {
    const mobile = somebody();
    const { token } = await signedIn(mobile);
    office.wait(MINUTE_MS);
    const sent = await askCode(mobile, 'thief');
    await open(sent.body.id, another(office.codeFor(mobile)), { ...DEVICE, id: 'thief' });
    expect((await office.client.as(token).get('/sessions/current')).status).toBe(200);
  });

  test('SES-2: of parallel sign-ins one session lives', async () => {
    const mobile = somebody();
    const sent = await askCode(mobile);
    // Copies of the code under other ids: what parallel sign-ins of one person would need.
    const [row] = (await office.fresh.owner('one_time_codes').where({ id: sent.body.id })) as object[];
    const { createHmac } = await import('node:crypto');
    const { TEST_KEYS } = await import('../support/keys.ts');
    const code = office.codeFor(mobile);
    const ids = Array.from({ length: 10 }, () => randomUUID());
    for (const id of ids) {
      const place = { table: 'one_time_codes', column: 'mobile_sealed', row: id };
      const mobile_sealed = office.fresh.db.sealing.seal(place, mobile.replace(/^0/u, '+98'));
      const code_hmac = createHmac('sha256', TEST_KEYS.code).update(`${id}|${code}`).digest();
      await office.fresh.owner('one_time_codes').insert({ ...row, id, mobile_sealed, code_hmac });
    }
    const replies = await Promise.all(ids.map((id) => open(id, code)));
    expect(statuses(replies)).toEqual(ids.map(() => 201));
    const asked = await Promise.all(
      replies.map(({ body }) => office.client.as(body.token).get('/sessions/current')),
    );
    expect(statuses(asked)).toEqual([200, ...Array.from({ length: 9 }, () => 401)]);
  });

  test('SES-1: a session ends after 30 idle minutes, and after 12 hours in any case', async () => {
    const { token } = await signedIn(somebody());
    const me = office.client.as(token);
    office.wait(29 * MINUTE_MS);
    expect((await me.get('/sessions/current')).status).toBe(200);
    office.wait(29 * MINUTE_MS);
    expect((await me.get('/sessions/current')).status).toBe(200);
    office.wait(31 * MINUTE_MS);
    expectRefusal(await me.get('/sessions/current'), 'session-expired');
    const other = office.client.as((await signedIn(somebody())).token);
    for (let hours = 0; hours < 12; hours += 0.4) {
      office.wait(24 * MINUTE_MS);
      await other.get('/sessions/current');
    }
    expectRefusal(await other.get('/sessions/current'), 'session-expired');
  });

  test('signing out counts at once', async () => {
    const me = office.client.as((await signedIn(somebody())).token);
    expect((await me.ask('DELETE', '/sessions/current')).status).toBe(204);
    expectRefusal(await me.get('/sessions/current'), 'session-expired');
  });
});
