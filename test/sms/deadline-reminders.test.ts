/** A candidate is told by day, a day before a deadline, that nothing was sent yet; and not again for some hours more. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isFinal, STATUSES } from '../../domain/lifecycle.ts';
import { remindOfDeadlines } from '../../store/deadline-reminders.ts';
import { listForgotten } from '../../store/sms-rounds.ts';
import { writeSms } from '../../store/sms.ts';
import { DAMGHAN, putFile } from '../admin/files.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const HOUR_MS = 3_600_000;
/** Four in the afternoon in Tehran. */
const DEADLINE = Date.parse('2026-01-17T12:30:00Z');
const before = (hours: number): number => DEADLINE - hours * HOUR_MS;

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterEach(() => fresh.owner('registrations').update({ status: 'withdrawn' }));
afterAll(() => fresh.drop());

const change = (id: string, columns: object) => fresh.owner('registrations').where({ id }).update(columns);

async function open(status = 'awaiting-submission'): Promise<string> {
  const id = await putFile(fresh.db, { governorate: DAMGHAN });
  const times = { deadline: new Date(DEADLINE), created_at: new Date(before(200)) };
  const returned = status === 'awaiting-corrections' ? new Date(before(72)) : null;
  await change(id, { ...times, status, returned_at: returned });
  return id;
}

const told = (id: string): Promise<{ template: string; created_at: Date }[]> =>
  fresh
    .owner('sms')
    .where({ registration_id: id })
    .where('template', 'like', '%-reminder')
    .orderBy('created_at')
    .select('template', 'parameters', 'created_at');

/** The worker's rounds, every half hour from two days before it. */
async function untilTheEnd(end = DEADLINE): Promise<void> {
  for (let at = before(48); at <= end; at += HOUR_MS / 2) await remindOfDeadlines(fresh.db, at);
}

describe('a deadline', () => {
  test.each(STATUSES)('of a registration that is %s', async (status) => {
    const id = await open(status);
    await untilTheEnd();
    const template = status === 'awaiting-corrections' ? 'corrections-reminder' : 'deadline-reminder';
    const isMove = status.startsWith('awaiting-');
    expect(isMove && isFinal(status)).toBe(false);
    const once = { template, created_at: new Date(before(24)), parameters: { deadline: '۲۷ دی، ساعت ۱۶' } };
    expect(await told(id)).toEqual(isMove ? [once] : []);
    const messages = fresh.owner('messages').where({ registration_id: id, kind: 'info' }).pluck('text');
    expect(await messages).toEqual(isMove ? [expect.stringContaining('۲۷ دی، ساعت ۱۶')] : []);
  });

  test('in the morning is told of on the day before, when everybody is awake', async () => {
    const id = await open();
    // Half past six in Tehran: a day before, nobody is woken up.
    await change(id, { deadline: new Date(before(9.5)) });
    await untilTheEnd();
    expect((await told(id)).map(({ created_at: at }) => at)).toEqual([new Date(before(32))]);
  });

  test('that is put off by hours is not told of again at once, by days it is', async () => {
    const id = await open();
    await remindOfDeadlines(fresh.db, before(24));
    await change(id, { deadline: new Date(DEADLINE + 4 * HOUR_MS) });
    await untilTheEnd(before(0.5));
    expect(await told(id)).toHaveLength(1);
    await change(id, { deadline: new Date(DEADLINE + 96 * HOUR_MS) });
    await untilTheEnd(DEADLINE + 96 * HOUR_MS);
    expect(await told(id)).toHaveLength(2);
  });

  test('is told of once, though all workers look at once', async () => {
    const ids = [await open(), await open()];
    const counts = await Promise.all(
      Array.from({ length: 5 }, () => remindOfDeadlines(fresh.db, before(20))),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    for (const id of ids) expect(await told(id)).toHaveLength(1);
  });

  test('is told of by thousands of SMS behind which no other one waits', async () => {
    const id = await open();
    await remindOfDeadlines(fresh.db, before(20));
    const sms = { registrationId: null, cause: 'x', parameters: {}, mobile: '+989120000001' } as const;
    const lift = await writeSms(fresh.db, { ...sms, template: 'lock-lifted', at: Date.now() });
    const forgotten = await listForgotten(fresh.db);
    const reminder = await fresh.owner('sms').where({ registration_id: id }).first<{ id: string }>('id');
    expect(forgotten).toContain(reminder.id);
    expect(forgotten.indexOf(lift)).toBeLessThan(forgotten.indexOf(reminder.id));
  });
});
