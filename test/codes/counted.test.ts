/** OTP-10: which brakes a code is counted by, and that it is counted once. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SendingRules } from '../../api/sending-limits.ts';
import type { Services } from '../../api/services.ts';
import { expectRefusal } from '../api/client.ts';
import { DEVICE, openOffice, type Office } from '../api/office.ts';
import { HOUR_MS, MINUTE_MS, somebody } from './office.ts';

const FEW: SendingRules = { perPlace: 2, perNeighbourhood: 3, perBlock: 1_000, inAll: 1_000 };

let office: Office;
beforeAll(async () => {
  office = await openOffice({ sending: FEW });
});
afterAll(() => office.close());

interface Asking {
  readonly mobile?: string;
  readonly device?: string;
  readonly key?: string;
}

const from = (address: string, { mobile = somebody(), device = 'any', key = randomUUID() }: Asking = {}) =>
  office.client.post(
    '/sign-in-codes',
    { mobile, device: { id: device } },
    { 'x-forwarded-for': address, 'idempotency-key': key },
  );

describe('the device that signed in last', () => {
  test('OTP-10: is not held up by who shares its address, its neighbourhood or its block', async () => {
    const mobile = somebody();
    await office.signIn({ mobile });
    office.wait(MINUTE_MS);
    for (let count = 0; count < 2; count += 1) expect((await from('5.1.1.1')).status).toBe(202);
    expectRefusal(await from('5.1.1.1'), 'too-many-codes');
    expect((await from('5.1.1.2')).status).toBe(202);
    expectRefusal(await from('5.1.1.3'), 'too-many-codes');
    // A stranger to the number, from the same village, is one of those; its owner's device is not.
    expectRefusal(await from('5.1.1.1', { mobile, device: 'another' }), 'too-many-codes');
    expect((await from('5.1.1.1', { mobile, device: DEVICE.id })).status).toBe(202);
    // What the number may have holds for the owner too.
    const again = await from('5.1.1.1', { mobile, device: DEVICE.id });
    expectRefusal(again, 'too-many-codes');
    expect(Number(again.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  test('OTP-10: takes of the budget of all, and of no other limit', async () => {
    const mobile = somebody();
    await office.signIn({ mobile });
    const points = () =>
      office.fresh
        .owner('rate_limits')
        .where('key', 'like', 'codes-%')
        .select('key', 'points')
        .orderBy('key');
    const before = (await points()) as { key: string; points: number }[];
    office.wait(HOUR_MS);
    expect((await from('5.2.2.2', { mobile, device: DEVICE.id })).status).toBe(202);
    const after = (await points()) as { key: string; points: number }[];
    const grown = after.filter(({ key, points: now }) =>
      before.every((one) => one.key !== key || one.points !== now),
    );
    expect(grown.map(({ key }) => key.split(':')[0])).toEqual(['codes-all']);
  });
});

describe('a request that died before its code was counted', () => {
  /** Asks a process that ends when it has made the code, and before it counts it. */
  async function askAndDie(asking: () => Promise<{ status: number }>): Promise<void> {
    const services = office.services as { db: Services['db'] };
    const { db } = services;
    services.db = {
      ...db,
      failpoint: (name) =>
        name === 'code.after-commit' ? Promise.reject(new Error('killed')) : Promise.resolve(),
    };
    const { status } = await asking();
    services.db = db;
    expect(status).toBe(500);
  }

  test('OTP-10: two repeats at once are counted once', async () => {
    const one = { mobile: somebody(), key: randomUUID() };
    await askAndDie(() => from('5.6.6.6', one));
    const replies = await Promise.all([from('5.6.6.6', one), from('5.6.6.6', one)]);
    expect(replies.map(({ status }) => status)).toEqual([202, 202]);
    expect((await from('5.6.6.6')).status).toBe(202);
    expectRefusal(await from('5.6.6.6'), 'too-many-codes');
  });

  test('OTP-10: its repeat is counted, once, and sends the code', async () => {
    const [first, second] = [somebody(), somebody()].map((mobile) => ({ mobile, key: randomUUID() }));
    const before = office.codesSent();
    for (const one of [first, second]) {
      await askAndDie(() => from('5.3.3.3', one));
      expect((await from('5.3.3.3', one)).status).toBe(202);
      expect((await from('5.3.3.3', one)).status).toBe(202);
    }
    expect(office.codesSent()).toBe(before + 2);
    expectRefusal(await from('5.3.3.3'), 'too-many-codes');
  });

  test('OTP-10: when the limit is reached meanwhile its repeat is refused, and sends nothing', async () => {
    const late = { mobile: somebody(), key: randomUUID() };
    await askAndDie(() => from('5.4.4.4', late));
    for (let count = 0; count < 2; count += 1) expect((await from('5.4.4.4')).status).toBe(202);
    const before = office.codesSent();
    for (let count = 0; count < 2; count += 1) expectRefusal(await from('5.4.4.4', late), 'too-many-codes');
    expect(office.codesSent()).toBe(before);
  });

  test('OTP-10: a repeat of what was counted is not counted again', async () => {
    const counted = { mobile: somebody(), key: randomUUID() };
    for (let count = 0; count < 3; count += 1) expect((await from('5.5.5.5', counted)).status).toBe(202);
    expect((await from('5.5.5.5')).status).toBe(202);
    expectRefusal(await from('5.5.5.5'), 'too-many-codes');
  });
});
