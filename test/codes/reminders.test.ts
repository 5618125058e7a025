/** A submission that waits for its code: its candidate is reminded by day, twice, and no more once it is confirmed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { remindUnconfirmed } from '../../store/confirmation-reminders.ts';
import { readParticulars } from '../../store/particulars.ts';
import { listForgotten } from '../../store/sms-rounds.ts';
import { takeSms } from '../../store/sms.ts';
import { DAMGHAN, putFile } from '../admin/files.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const HOUR_MS = 3_600_000;
const DAYS = 12;

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

/** Submitted without a code at this moment (ISO). */
async function unconfirmed(since: string): Promise<string> {
  const id = await putFile(fresh.db, { governorate: DAMGHAN });
  await change(id, { confirmation: 'awaited', waiting_since: new Date(since) });
  return id;
}

const change = (id: string, columns: object) => fresh.owner('registrations').where({ id }).update(columns);
const remindersOf = (id: string): Promise<{ id: string; cause: string; created_at: Date }[]> =>
  fresh
    .owner('sms')
    .where({ registration_id: id, template: 'confirmation-reminder' })
    .orderBy('created_at')
    .select('id', 'cause', 'created_at');
const timesOf = async (id: string) => (await remindersOf(id)).map(({ created_at: at }) => at.toISOString());

/** The worker's rounds, every hour for twelve days, by a clock that is played; `meanwhile` comes before each. */
async function longTime(
  since: string,
  meanwhile: (hours: number) => Promise<unknown> = () => Promise.resolve(),
) {
  for (let hours = 0; hours <= DAYS * 24; hours += 1) {
    await meanwhile(hours);
    await remindUnconfirmed(fresh.db, Date.parse(since) + hours * HOUR_MS);
  }
}

describe('SES-5: whoever has not confirmed the submission', () => {
  test('is reminded after a day and after three, by message and SMS, and never again', async () => {
    // Ten in the morning in Tehran.
    const id = await unconfirmed('2026-04-01T06:30:00Z');
    await longTime('2026-04-01T06:30:00Z');
    expect(await timesOf(id)).toEqual(['2026-04-02T06:30:00.000Z', '2026-04-04T06:30:00.000Z']);
    const messages = fresh.owner('messages').where({ registration_id: id, kind: 'info' }).orderBy('sent_at');
    expect(await messages.select('kind', 'cause', 'text')).toMatchObject([
      { kind: 'info', cause: 'confirmation-reminder-1-1', text: expect.stringContaining('کد تازه بگیرید') },
      { kind: 'info', cause: 'confirmation-reminder-1-2' },
    ]);
    await change(id, { confirmation: 'given' });
  });

  test('late in the evening is not woken up: the reminders wait for eight o’clock', async () => {
    // Ten in the evening in Tehran.
    const id = await unconfirmed('2026-05-01T18:30:00Z');
    await longTime('2026-05-01T18:00:00Z');
    // Half past eight, for the rounds of this test come at the half hour of Tehran’s clock.
    expect(await timesOf(id)).toEqual(['2026-05-03T05:00:00.000Z', '2026-05-05T05:00:00.000Z']);
    await change(id, { confirmation: 'given' });
  });

  test.each([
    ['confirmed', { confirmation: 'given' }],
    ['withdrawn', { status: 'withdrawn' }],
  ])('and has %s meanwhile is not reminded again', async (_, end) => {
    const id = await unconfirmed('2026-06-01T06:30:00Z');
    await longTime('2026-06-01T06:30:00Z', async (hours) => (hours === 48 ? change(id, end) : undefined));
    expect(await timesOf(id)).toEqual(['2026-06-02T06:30:00.000Z']);
  });

  test('and waits again with a later revision is reminded of that one anew', async () => {
    const id = await unconfirmed('2026-07-01T06:30:00Z');
    await remindUnconfirmed(fresh.db, Date.parse('2026-07-02T06:30:00Z'));
    await change(id, { revision: 2, frozen_revision: 2, waiting_since: new Date('2026-07-20T06:30:00Z') });
    await remindUnconfirmed(fresh.db, Date.parse('2026-07-21T06:29:00Z'));
    await remindUnconfirmed(fresh.db, Date.parse('2026-07-21T06:30:00Z'));
    expect((await remindersOf(id)).map(({ cause }) => cause)).toEqual([
      'confirmation-reminder-1-1',
      'confirmation-reminder-2-1',
    ]);
    await change(id, { confirmation: 'given' });
  });

  test('gets one reminder though all workers of an outage’s end come at once, and the next a day later', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => unconfirmed('2026-08-01T06:30:00Z')));
    const late = Date.parse('2026-08-09T06:30:00Z');
    const reminded = await Promise.all(Array.from({ length: 5 }, () => remindUnconfirmed(fresh.db, late)));
    expect(reminded.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(await remindUnconfirmed(fresh.db, late + 23 * HOUR_MS)).toBe(0);
    expect(await remindUnconfirmed(fresh.db, late + 24 * HOUR_MS)).toBe(3);
    for (const id of ids) expect(await remindersOf(id)).toHaveLength(2);
    await fresh.owner('registrations').whereIn('id', ids).update({ confirmation: 'given' });
  });

  test('is reminded however many are due, and whoever is before in the line', async () => {
    const ids: string[] = [];
    // More than are looked for at a time, the first of them with a number that cannot be read.
    for (let count = 0; count < 205; count += 1) ids.push(await unconfirmed('2026-10-01T06:30:00Z'));
    await change(ids[0] ?? '', { waiting_since: new Date('2026-10-01T06:00:00Z') });
    const { owner, db } = fresh;
    const broken = owner('candidates').whereIn(
      'id',
      owner('registrations').where({ id: ids[0] }).select('candidate_id'),
    );
    await broken.update({ mobile_sealed: Buffer.alloc(40) });
    await expect(remindUnconfirmed(db, Date.parse('2026-10-02T06:30:00Z'))).rejects.toThrow();
    const told = await owner('sms').whereIn('registration_id', ids).distinct('registration_id');
    expect(told).toHaveLength(204);
    await owner('registrations').whereIn('id', ids).update({ confirmation: 'given' });
  });

  test('has an SMS that the worker’s rounds take up at once, to the candidate’s own number', async () => {
    const id = await unconfirmed('2026-09-01T06:30:00Z');
    await remindUnconfirmed(fresh.db, Date.parse('2026-09-02T06:30:00Z'));
    const [sms] = await remindersOf(id);
    expect(await listForgotten(fresh.db)).toContain(sms?.id);
    const { mobile } = await readParticulars(fresh.db, id);
    expect(await takeSms(fresh.db, sms?.id ?? '', 1)).toMatchObject({
      mobile,
      template: 'confirmation-reminder',
    });
  });
});
