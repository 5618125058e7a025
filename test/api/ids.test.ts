/** API-3: what we hand out as names of things says nothing and leads to nothing else. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ROUTES } from '../../api/routes/index.ts';
import { parseTrackingCode, trackingCode } from '../../domain/tracking-code.ts';
import { newId } from '../../platform/secret.ts';
import { openRegistration } from './candidate.ts';
import { expectRefusal } from './client.ts';
import { openOffice, type Office } from './office.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

/** Of each value with the next one: near 0 when nothing follows from anything. */
function correlation(values: readonly number[]): number {
  const pairs = values.slice(1).map((value, index) => [values[index] ?? 0, value] as const);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = pairs.reduce((sum, [a, b]) => sum + (a - mean) * (b - mean), 0);
  return covariance / values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

describe('API-3: names that say nothing', () => {
  test('of 100,000 preliminary codes hardly any two are alike, none follows from the one before, all digits are used', () => {
    const codes = Array.from({ length: 100_000 }, () => trackingCode(randomBytes(8)));
    // Of so many, two are alike by chance once in 2,000 runs, and two such pairs come once in eight million; the
    // database keeps each once (registrations.preliminary_code).
    expect(new Set(codes).size).toBeGreaterThanOrEqual(codes.length - 1);
    const digits = codes.map((code) => code.replaceAll('-', '').slice(0, -1));
    const numbers = digits.map(Number);
    // 13 digits are 43 bits; for 100,000 independent values, 0.02 is six standard deviations.
    expect(Math.log2(10 ** 13)).toBeGreaterThan(40);
    expect(Math.abs(correlation(numbers))).toBeLessThan(0.02);
    expect(Math.abs(correlation(numbers.map((value) => value % 1_000)))).toBeLessThan(0.02);
    for (let place = 0; place < 13; place += 1) {
      const counts = Array.from({ length: 10 }, () => 0);
      for (const code of digits) counts[Number(code[place])] = (counts[Number(code[place])] ?? 0) + 1;
      for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(600);
    }
  });

  test('the check digit finds a slip of the finger before anything is looked up', () => {
    const code = trackingCode(randomBytes(8));
    const wrong = code.slice(0, -1) + String((Number(code.at(-1)) + 1) % 10);
    expect([parseTrackingCode(code), parseTrackingCode(wrong)]).toEqual([code, undefined]);
  });

  test('ids are UUIDs, and of two that were made one after the other most bits differ', () => {
    const ids = Array.from({ length: 10_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    const tails = ids.map((id) => Number.parseInt(id.slice(-10), 16));
    expect(Math.abs(correlation(tails))).toBeLessThan(0.07);
    for (const id of ids.slice(0, 100))
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
  });

  test('whoever holds a preliminary code learns the status, and nothing of the person', async () => {
    const route = ROUTES.find(({ operation }) => operation === 'getStatus');
    const schema = route?.answers[200];
    expect(schema instanceof z.ZodObject && Object.keys(schema.shape).toSorted()).toEqual([
      'status',
      'updatedAt',
      'whoseMove',
    ]);
    const me = await office.signIn();
    const id = await openRegistration(me);
    const code = trackingCode(randomBytes(8));
    await office.fresh.owner('registrations').where({ id }).update({ preliminary_code: code });
    const { body } = await office.client.get(`/status/${code}`);
    expect(Object.keys(body).toSorted()).toEqual(['status', 'updatedAt', 'whoseMove']);
    expectRefusal(await office.client.get(`/registrations/${code}`), 'sign-in-required');
    expectRefusal(await me.get(`/registrations/${code}`), 'not-found');
  });
});
