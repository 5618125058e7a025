/** SES-5: a change of the number that dies half way, and one that meets another at the same moment. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRegistration } from '../api/candidate.ts';
import { expectRefusal } from '../api/client.ts';
import { openOffice, type Office } from '../api/office.ts';
import { international, mobileChanges, whoIs, type MobileChanges } from './mobile-changes.ts';
import { deskOfCodes, MINUTE_MS } from './office.ts';

let office: Office;
let desk: ReturnType<typeof deskOfCodes>;
let numbers: MobileChanges;
beforeAll(async () => {
  office = await openOffice();
  desk = deskOfCodes(office);
  numbers = mobileChanges(office);
});
afterAll(() => office.close());

describe('SES-5: a change that meets bad luck', () => {
  /** The next request dies at this point, as the process would. */
  async function dyingAt<T>(point: string, work: () => Promise<T>): Promise<T> {
    const services = office.services as { db: Office['services']['db'] };
    const { db } = services;
    services.db = {
      ...db,
      failpoint: (name) => (name === point ? Promise.reject(new Error('died here')) : Promise.resolve()),
    };
    return work().finally(() => (services.db = db));
  }

  test('SES-5: that dies before its end has changed nothing, and the same codes and key change it', async () => {
    const one = await numbers.candidate();
    const [given, key] = [await numbers.newCodeOf(one), randomUUID()];
    expectRefusal(
      await dyingAt('mobileChange.before-commit', () => numbers.change(one, given, key)),
      'internal-error',
    );
    expect(await whoIs(one.me)).toBe(one.old);
    const { status, body } = await numbers.change(one, given, key);
    expect([status, await whoIs(one.me.as(body.token))]).toEqual([200, one.next]);
  });

  test('SES-5: that dies after it is done, and its repeat gets the token and changes nothing twice', async () => {
    const one = await numbers.candidate();
    const id = await openRegistration(one.me);
    const [given, key] = [await numbers.newCodeOf(one), randomUUID()];
    expectRefusal(
      await dyingAt('mobileChange.after-commit', () => numbers.change(one, given, key)),
      'internal-error',
    );
    expectRefusal(await one.me.get('/sessions/current'), 'session-expired');
    const { status, body } = await numbers.change(one, given, key);
    expect([status, await whoIs(one.me.as(body.token))]).toEqual([200, one.next]);
    const told = await office.fresh
      .owner('commands')
      .where({ registration_id: id, kind: 'mobileChange' })
      .select('id');
    expect(told).toHaveLength(1);
  });

  test('OTP-9, SES-5: that meets the first sign-in with that number ends with one owner of it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const one = await numbers.candidate();
      const sent = await desk.ask(one.next);
      const code = office.codeFor(one.next);
      office.wait(MINUTE_MS);
      const given = await numbers.newCodeOf(one);
      const [changed, opened] = await Promise.all([
        numbers.change(one, given),
        desk.open(sent.body.id, code),
      ]);
      expect([changed.status, opened.status]).toEqual([200, 201]);
      const hmac = office.fresh.db.sealing.fingerprint('mobile', international(one.next));
      expect(await office.fresh.owner('candidates').where({ mobile_hmac: hmac })).toHaveLength(1);
    }
  });

  test('OTP-9, SES-5: that has not seen the first sign-in with that number looks again', async () => {
    const one = await numbers.candidate();
    const given = await numbers.newCodeOf(one);
    const { db, owner } = office.fresh;
    const id = randomUUID();
    const mobile = international(one.next);
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    const changing = await owner.transaction(async (signingIn) => {
      await signingIn('candidates').insert({
        id,
        mobile_sealed: db.sealing.seal({ table: 'candidates', column: 'mobile_sealed', row: id }, mobile),
        mobile_hmac: db.sealing.fingerprint('mobile', mobile),
      });
      const reply = numbers.change(one, given);
      while ((await owner.raw<{ rowCount: number }>(waiting)).rowCount === 0) await delay(5);
      return { reply };
    });
    expect((await changing.reply).status).toBe(200);
    expect(await owner('candidates').where({ id }).first()).toMatchObject({ mobile_hmac: null });
  });

  test('OTP-9, SES-5: of two who take each other’s number at once one gets it, and nobody waits for ever', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [one, other] = [await numbers.candidate(), await numbers.candidate()];
      office.wait(MINUTE_MS);
      const [ours, theirs] = [
        await numbers.newCodeOf(one, other.old),
        await numbers.newCodeOf(other, one.old),
      ];
      const replies = await Promise.all([numbers.change(one, ours), numbers.change(other, theirs)]);
      expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 401]);
    }
  });
});
