/** Who guesses codes: how far they come in a day, whom their lock meets, and whom not. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HELP_LINE } from '../../domain/messages.ts';
import { liftLock } from '../../store/code-lock-lifts.ts';
import { expectRefusal } from '../api/client.ts';
import { DEVICE, openOffice, type Office } from '../api/office.ts';
import { deskOfCodes, HOUR_MS, MINUTE_MS, somebody, wrong } from './office.ts';

let office: Office;
let desk: ReturnType<typeof deskOfCodes>;
beforeAll(async () => {
  office = await openOffice({ clockStands: true });
  desk = deskOfCodes(office);
});
afterAll(() => office.close());

const hmacOf = (mobile: string) =>
  office.fresh.db.sealing.fingerprint('mobile', mobile.replace(/^0/u, '+98'));
const waitOf = (reply: { readonly headers: Headers }) => Number(reply.headers.get('retry-after') ?? 0);

/** Asks for codes of this number and gets them wrong, as often as is let. */
async function failTimes(mobile: string, times: number, device = 'thief'): Promise<void> {
  for (let left = times; left > 0;) {
    const sent = await desk.ask(mobile, device);
    if (sent.status === 429) {
      office.wait(waitOf(sent) * 1_000);
      continue;
    }
    const code = office.codeFor(mobile);
    for (const turn of [1, 2, 3, 4, 5].slice(0, left)) {
      const reply = await desk.open(sent.body.id, wrong(code, turn), device);
      if (reply.status === 401) left -= 1;
      else office.wait(waitOf(reply) * 1_000);
    }
  }
}

/** The desk lifts the lock of this number. */
const lift = (mobile: string): Promise<boolean> =>
  liftLock(office.fresh.db, { mobile: mobile.replace(/^0/u, '+98'), now: office.services.now(), by: null });

/** Guesses for a day with two devices; `locked` is called at each lock with the wait in seconds, 0 when it is closed. */
async function guessForADay(mobile: string, locked: (seconds: number) => unknown) {
  const begun = office.services.now();
  while (office.services.now() < begun + 24 * HOUR_MS) {
    let soonest = HOUR_MS;
    for (const device of ['bot-1', 'bot-2']) {
      const sent = await desk.ask(mobile, device);
      if (sent.status === 429) {
        soonest = Math.min(soonest, waitOf(sent) * 1_000);
        continue;
      }
      const code = office.codeFor(mobile);
      for (let turn = 1; turn <= 6; turn += 1) {
        const reply = await desk.open(sent.body.id, wrong(code, turn), device);
        if (reply.status === 429) await locked(waitOf(reply));
      }
      soonest = MINUTE_MS;
    }
    office.wait(soonest);
  }
  const rows = await office.fresh
    .owner('one_time_codes')
    .where({ mobile_hmac: hmacOf(mobile) })
    .whereBetween('created_at', [new Date(begun), new Date(begun + 24 * HOUR_MS - 1)])
    .select<{ attempts: number }[]>('attempts');
  return { codes: rows.length, evaluated: rows.reduce((sum, { attempts }) => sum + attempts, 0) };
}

describe('OTP-5', () => {
  test('OTP-5: who guesses for 24 hours with two devices is evaluated 75 times at most', async () => {
    const waits: number[] = [];
    const { codes, evaluated } = await guessForADay(somebody(), (seconds) => waits.push(seconds));
    expect(codes).toBeLessThanOrEqual(15);
    expect(evaluated).toBeGreaterThan(20);
    expect(evaluated).toBeLessThanOrEqual(75);
    expect(Math.max(...waits)).toBeGreaterThan(1_000);
  });

  test('OTP-5: nor more when the desk opens the number as often as it is locked', async () => {
    const mobile = somebody();
    await failTimes(mobile, 1);
    await desk.failuresOf(mobile).update({ failures: 90 });
    office.wait(24 * HOUR_MS);
    let lifts = 0;
    const { evaluated } = await guessForADay(mobile, async () => {
      if (await lift(mobile)) lifts += 1;
    });
    expect(evaluated).toBeGreaterThan(50);
    expect(evaluated).toBeLessThanOrEqual(75);
    expect(lifts).toBeGreaterThan(4);
    // None of it is forgotten: each opening gave ten tries, and the next wrong code but nine closes it again.
    expect((await desk.failuresOf(mobile).first())?.failures).toBeGreaterThanOrEqual(90);
  });

  test('OTP-5: the right code is refused while the number is locked, and told how long', async () => {
    const mobile = somebody();
    await failTimes(mobile, 7);
    office.wait(MINUTE_MS);
    const last = await desk.ask(mobile, 'thief');
    const left = [];
    for (let turn = 1; turn <= 3; turn += 1) {
      const { body } = await desk.open(last.body.id, wrong(office.codeFor(mobile), turn), 'thief');
      left.push(body.attemptsLeft);
    }
    // The tenth in a row locks the number, and with it what was left of this code.
    expect(left).toEqual([4, 3, 0]);
    office.wait(MINUTE_MS);
    const sent = await desk.ask(mobile, 'thief');
    expect(sent.status).toBe(202);
    const reply = await desk.open(sent.body.id, office.codeFor(mobile), 'thief');
    expectRefusal(reply, 'code-locked');
    expect(waitOf(reply)).toBeGreaterThan(8 * 60);
    expect(waitOf(reply)).toBeLessThanOrEqual(10 * 60);
    expect(reply.body.detail).toMatch(/[۹۱][۰]? دقیقه/u);
    expect(await desk.rowOf(sent.body.id)).toMatchObject({ attempts: 0, consumed_at: null });

    office.wait(waitOf(reply) * 1_000);
    const next = await desk.ask(mobile, 'thief');
    expect((await desk.open(next.body.id, office.codeFor(mobile), 'thief')).status).toBe(201);
    expect(await desk.failuresOf(mobile)).toMatchObject([{ failures: 0, last_failed_at: null }]);
  });

  test('OTP-5: a right code ends the row, a locked one does not lengthen it', async () => {
    const mobile = somebody();
    await failTimes(mobile, 9);
    office.wait(HOUR_MS);
    const right = await desk.ask(mobile, 'thief');
    expect((await desk.open(right.body.id, office.codeFor(mobile), 'thief')).status).toBe(201);
    office.wait(HOUR_MS);
    await failTimes(mobile, 10, 'another-thief');
    office.wait(MINUTE_MS);
    const sent = await desk.ask(mobile, 'another-thief');
    for (let count = 0; count < 3; count += 1) {
      expectRefusal(await desk.open(sent.body.id, '000000', 'another-thief'), 'code-locked');
    }
    expect(await desk.failuresOf(mobile).where({ lane: 'strangers' })).toMatchObject([{ failures: 10 }]);
  });

  test('OTP-5: a hundred in a row close it, whatever the clock says, until the desk opens it', async () => {
    const mobile = somebody();
    await failTimes(mobile, 1);
    await desk.failuresOf(mobile).update({ failures: 99 });
    office.wait(HOUR_MS);
    await failTimes(mobile, 1);
    office.wait(48 * HOUR_MS);
    const sent = await desk.ask(mobile);
    const code = office.codeFor(mobile);
    const reply = await desk.open(sent.body.id, code);
    expectRefusal(reply, 'code-locked');
    expect(reply.headers.get('retry-after')).toBeNull();
    expect(reply.body.detail).toContain(HELP_LINE);
    expect(await lift(mobile)).toBe(true);
    expect((await desk.open(sent.body.id, code)).status).toBe(201);
    expect(await desk.failuresOf(mobile)).toMatchObject([{ failures: 0 }]);
    expect(await lift(mobile)).toBe(false);
  });

  test('OTP-5: what the desk has opened is closed again by ten wrong codes, not by a hundred', async () => {
    const mobile = somebody();
    await failTimes(mobile, 1);
    await desk.failuresOf(mobile).update({ failures: 100 });
    expect(await lift(mobile)).toBe(true);
    office.wait(HOUR_MS);
    await failTimes(mobile, 10);
    office.wait(48 * HOUR_MS);
    const sent = await desk.ask(mobile);
    const reply = await desk.open(sent.body.id, office.codeFor(mobile));
    expectRefusal(reply, 'code-locked');
    expect(reply.headers.get('retry-after')).toBeNull();
    expect(await desk.failuresOf(mobile)).toMatchObject([{ failures: 100 }]);
  });

  test('OTP-5, DL-4: who guesses from outside locks out neither the session nor the device of the owner', async () => {
    const mobile = somebody();
    const me = await office.signIn({ mobile });
    office.wait(MINUTE_MS);
    await failTimes(mobile, 10);
    expect((await me.get('/sessions/current')).status).toBe(200);
    const stranger = await desk.ask(mobile, 'new-device');
    // The thief has used up what strangers may have; the owner’s device has its own.
    if (stranger.status === 202) {
      expectRefusal(await desk.open(stranger.body.id, office.codeFor(mobile), 'new-device'), 'code-locked');
    }
    const mine = await desk.ask(mobile, DEVICE.id);
    expect(mine.status).toBe(202);
    expect((await desk.open(mine.body.id, office.codeFor(mobile), DEVICE.id)).status).toBe(201);
    expect(await desk.failuresOf(mobile).where({ lane: 'strangers' })).toMatchObject([{ failures: 10 }]);
  });

  test('OTP-7, DL-4: who asks for codes of a number does not use up its owner’s', async () => {
    const mobile = somebody();
    await office.signIn({ mobile });
    office.wait(HOUR_MS);
    for (let count = 0; count < 5; count += 1) {
      expect((await desk.ask(mobile, `thief-${count}`)).status).toBe(202);
      office.wait(MINUTE_MS);
    }
    expectRefusal(await desk.ask(mobile, 'thief-6'), 'too-many-codes');
    expect((await desk.ask(mobile)).status).toBe(202);
  });

  test('OTP-7: a code kills the one before it on its own device, and nobody else’s', async () => {
    const mobile = somebody();
    const mine = await desk.ask(mobile, 'mine');
    const code = office.codeFor(mobile);
    office.wait(61_000);
    expect((await desk.ask(mobile, 'thief')).status).toBe(202);
    expect((await desk.open(mine.body.id, code, 'mine')).status).toBe(201);

    const again = somebody();
    const old = await desk.ask(again, 'mine');
    const oldCode = office.codeFor(again);
    office.wait(61_000);
    const next = await desk.ask(again, 'mine');
    expectRefusal(await desk.open(old.body.id, oldCode, 'mine'), 'code-expired');
    expect((await desk.open(next.body.id, office.codeFor(again), 'mine')).status).toBe(201);
  });

  test('OTP-5: the owner’s device that gets it wrong is locked like any other', async () => {
    const mobile = somebody();
    await office.signIn({ mobile });
    office.wait(HOUR_MS);
    await failTimes(mobile, 10, DEVICE.id);
    office.wait(MINUTE_MS);
    const sent = await desk.ask(mobile, DEVICE.id);
    expectRefusal(await desk.open(sent.body.id, office.codeFor(mobile)), 'code-locked');
    expect(await desk.failuresOf(mobile).where({ lane: 'own' })).toMatchObject([{ failures: 10 }]);
  });
});

describe('OTP-2', () => {
  test('OTP-2: a code is good a second before its end and gone a second after it', async () => {
    for (const [shift, code] of [
      [-1_000, null],
      [1_000, 'code-expired'],
    ] as const) {
      const mobile = somebody();
      const sent = await desk.ask(mobile);
      const { expiresAt, expiresInSeconds } = sent.body;
      expect(expiresInSeconds).toBe(120);
      office.wait(Date.parse(expiresAt) - office.services.now() + shift);
      const reply = await desk.open(sent.body.id, office.codeFor(mobile));
      if (code === null) expect(reply.status).toBe(201);
      else expectRefusal(reply, code);
    }
  });

  test('OTP-2: no code lives longer than ten minutes, whoever asks, and the database says so too', async () => {
    const services = office.services as { codeLifeSeconds: number };
    services.codeLifeSeconds = 601;
    try {
      expectRefusal(await desk.ask(somebody()), 'internal-error');
    } finally {
      services.codeLifeSeconds = 120;
    }
    const sent = await desk.ask(somebody());
    const row = office.fresh.owner('one_time_codes').where({ id: sent.body.id });
    await expect(row.update({ expires_at: new Date(office.services.now() + HOUR_MS) })).rejects.toThrow(
      'lives_at_most_ten_minutes',
    );
  });
});
