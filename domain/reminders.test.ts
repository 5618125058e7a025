import { describe, expect, test } from '@jest/globals';
import { isDaytime, isDeadlineReminderDue, isReminderDue } from './reminders.ts';

const HOUR_MS = 3_600_000;
const SINCE = Date.parse('2026-04-01T05:00:00Z');

describe('a reminder of a code that is awaited', () => {
  test.each([
    ['none yet, just before a day has passed', { sent: 0, lastAt: null }, 24 - 0.01, false],
    ['none yet, after a day', { sent: 0, lastAt: null }, 24, true],
    ['one, two days after the submission', { sent: 1, lastAt: 24 }, 48, false],
    ['one, three days after the submission', { sent: 1, lastAt: 24 }, 72, true],
    ['the first came late, after an outage: not at once again', { sent: 1, lastAt: 71 }, 72, false],
    ['the first came late, and a day after it', { sent: 1, lastAt: 71 }, 95, true],
    ['two, and never again', { sent: 2, lastAt: 72 }, 10_000, false],
  ])('%s', (_, { sent, lastAt }, hours, due) => {
    const wait = { since: SINCE, sent, lastAt: lastAt === null ? null : SINCE + lastAt * HOUR_MS };
    expect(isReminderDue(wait, SINCE + hours * HOUR_MS)).toBe(due);
  });

  test.each([
    ['07:59', '2026-04-01T04:29:00Z', false],
    ['08:00', '2026-04-01T04:30:00Z', true],
    ['20:59', '2026-04-01T17:29:00Z', true],
    ['21:00', '2026-04-01T17:30:00Z', false],
    ['midnight', '2026-04-01T20:30:00Z', false],
  ])('comes by day, by the clock of Tehran: %s', (_, at, day) => {
    expect(isDaytime(Date.parse(at), 'Asia/Tehran')).toBe(day);
  });
});

describe('a reminder of a deadline', () => {
  const DEADLINE = Date.parse('2026-04-10T12:00:00Z');
  const at = (hours: number) => DEADLINE - hours * HOUR_MS;
  test.each([
    ['more than a day before', 24.01, { since: 100, lastAt: null }, false],
    ['a day before', 24, { since: 100, lastAt: null }, true],
    ['an hour before', 1, { since: 100, lastAt: null }, true],
    ['when it has come', 0, { since: 100, lastAt: null }, false],
    ['to whom the time was given a day before', 20, { since: 24, lastAt: null }, true],
    ['to whom it was given within the last day', 20, { since: 23.9, lastAt: null }, false],
    ['again within a day, because it was put off by some hours', 20, { since: 100, lastAt: 26 }, false],
    ['again, because it was put off by days', 20, { since: 100, lastAt: 70 }, true],
  ])('%s', (_, hours, { since, lastAt }, due) => {
    const ahead = { deadline: DEADLINE, since: at(since), lastAt: lastAt === null ? null : at(lastAt) };
    expect(isDeadlineReminderDue(ahead, at(hours))).toBe(due);
  });
});
