/** Codes under races: parallel right answers, parallel wrong ones, and equal requests. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectRefusal } from '../api/client.ts';
import { openOffice, type Office } from '../api/office.ts';
import { rounds } from '../support/rounds.ts';
import { deskOfCodes, MINUTE_MS, somebody, wrong } from './office.ts';

let office: Office;
let desk: ReturnType<typeof deskOfCodes>;
beforeAll(async () => {
  office = await openOffice();
  desk = deskOfCodes(office);
});
afterAll(() => office.close());

/** How many replies had each status; on a crowded machine a few find no connection in time, and are told 503. */
function countOf(replies: readonly { readonly status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

test(
  'OTP-4: of 50 parallel right answers one opens a session, in every round',
  async () => {
    for (let round = 0; round < rounds(4, 100); round += 1) {
      const mobile = somebody();
      const sent = await desk.ask(mobile);
      const code = office.codeFor(mobile);
      const replies = await Promise.all(Array.from({ length: 50 }, () => desk.open(sent.body.id, code)));
      const { 201: opened, 409: used = 0, 503: turnedAway = 0 } = countOf(replies);
      expect([opened, used + turnedAway]).toEqual([1, 49]);
      const row = await desk.rowOf(sent.body.id);
      expect(row).toMatchObject({ attempts: 1, consumed_at: expect.any(Date), code_sealed: null });
      expect(await office.fresh.owner('sessions').where({ code_id: sent.body.id })).toHaveLength(1);
    }
  },
  rounds(120_000, 900_000),
);

describe('OTP-6', () => {
  /** Each comparison is one update of the row: a trigger sees them, whatever the answers say. */
  const COUNTED = `
    create table comparisons (code_id uuid not null);
    create function count_comparison() returns trigger language plpgsql security definer as $$
      begin insert into comparisons values (new.id); return new; end $$;
    create trigger count_comparison after update of attempts on one_time_codes
      for each row execute function count_comparison();`;

  test('OTP-6: of 200 parallel wrong guesses five are compared, and each is counted before', async () => {
    await office.fresh.owner.raw(COUNTED);
    const mobile = somebody();
    const sent = await desk.ask(mobile);
    const code = office.codeFor(mobile);
    const guesses = Array.from({ length: 200 }, (_, turn) => desk.open(sent.body.id, wrong(code, turn + 1)));
    const replies = await Promise.all(guesses);
    const { 401: compared, 429: locked = 0, 503: turnedAway = 0 } = countOf(replies);
    expect([compared, locked + turnedAway]).toEqual([5, 195]);
    const left = replies.flatMap(({ body }) => body.attemptsLeft ?? []);
    expect(left.toSorted((a, b) => b - a)).toEqual([4, 3, 2, 1, 0]);
    expect(await office.fresh.owner('comparisons').where({ code_id: sent.body.id })).toHaveLength(5);
    expect(await desk.rowOf(sent.body.id)).toMatchObject({ attempts: 5, consumed_at: null });
    expect(await desk.failuresOf(mobile)).toMatchObject([{ lane: 'strangers', failures: 5 }]);
    expectRefusal(await desk.open(sent.body.id, code), 'code-locked');
  });

  test('OTP-6: parallel guesses at several codes of one number do not slip past its lock together', async () => {
    const mobile = somebody();
    const codes = [];
    for (let device = 0; device < 3; device += 1) {
      const id = `device-${device}`;
      const sent = await desk.ask(mobile, id);
      codes.push({ id: sent.body.id, device: id, code: office.codeFor(mobile) });
      office.wait(MINUTE_MS);
    }
    // The first of them has ended by now; make them all live again.
    await office.fresh
      .owner('one_time_codes')
      .whereIn(
        'id',
        codes.map(({ id }) => id),
      )
      .update({ expires_at: new Date(office.services.now() + MINUTE_MS) });
    const replies = await Promise.all(
      codes.flatMap(({ id, device, code }) =>
        Array.from({ length: 20 }, () => desk.open(id, wrong(code), device)),
      ),
    );
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(await desk.failuresOf(mobile)).toMatchObject([{ failures: 10 }]);
    const rest = await Promise.all(codes.map(({ id, device, code }) => desk.open(id, code, device)));
    for (const reply of rest) expectRefusal(reply, 'code-locked');
  });
});

test('OTP-7: ten equal requests at once and ten more later make one code and one SMS', async () => {
  const mobile = somebody();
  const before = office.codesSent();
  const key = randomUUID();
  const device = 'repeating';
  const replies = await Promise.all(Array.from({ length: 10 }, () => desk.ask(mobile, device, key)));
  for (let count = 0; count < 10; count += 1) replies.push(await desk.ask(mobile, device, key));
  expect(countOf(replies)).toEqual({ 202: 20 });
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  expect(office.codesSent()).toBe(before + 1);
});
