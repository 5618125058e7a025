import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { STATUSES } from './lifecycle.ts';
import { localClock, localDay } from './local-time.ts';
import { submissionInTime, windowText, windowVerdict, type ElectionWindow } from './window.ts';

const TEHRAN = 'Asia/Tehran';
const at = (iso: string) => Date.parse(iso);
/** 21 to 27 Dey 1404, daily 08 to 16, Tehran (+03:30). */
const DAYTIME: ElectionWindow = {
  opensAt: at('2026-01-11T04:30:00Z'),
  closesAt: at('2026-01-17T12:30:00Z'),
  dailyFrom: '08:00',
  dailyTo: '16:00',
};
const ALWAYS: ElectionWindow = { ...DAYTIME, dailyFrom: null, dailyTo: null };

describe('a window', () => {
  test.each([
    ['a millisecond before it opens', '2026-01-11T04:29:59.999Z', 'not-yet'],
    ['the day before, in the hours', '2026-01-10T08:00:00Z', 'not-yet'],
    ['when it opens', '2026-01-11T04:30:00Z', 'open'],
    ['a millisecond before the evening', '2026-01-11T12:29:59.999Z', 'open'],
    ['in the evening', '2026-01-11T12:30:00Z', 'out-of-hours'],
    ['at night', '2026-01-12T00:00:00Z', 'out-of-hours'],
    ['on the next morning', '2026-01-12T04:30:00Z', 'open'],
    ['a millisecond before it closes', '2026-01-17T12:29:59.999Z', 'open'],
    ['when it closes', '2026-01-17T12:30:00Z', 'closed'],
    ['one second after it closes', '2026-01-17T12:30:01Z', 'closed'],
  ])('%s', (_when, instant, verdict) => {
    expect(windowVerdict(DAYTIME, TEHRAN, at(instant))).toBe(verdict);
  });

  test('without hours is open day and night', () => {
    expect(windowVerdict(ALWAYS, TEHRAN, at('2026-01-12T00:00:00Z'))).toBe('open');
  });

  test('on the last day prolonged to midnight', () => {
    const prolonged = { ...DAYTIME, dailyTo: '24:00', closesAt: at('2026-01-17T20:30:00Z') };
    expect(windowVerdict(prolonged, TEHRAN, at('2026-01-17T20:29:59Z'))).toBe('open');
    expect(windowVerdict(prolonged, TEHRAN, at('2026-01-17T20:30:00Z'))).toBe('closed');
  });

  test('whose hours pass midnight', () => {
    const night = { ...DAYTIME, dailyFrom: '22:00', dailyTo: '02:00' };
    expect(windowVerdict(night, TEHRAN, at('2026-01-12T19:00:00Z'))).toBe('open');
    expect(windowVerdict(night, TEHRAN, at('2026-01-12T22:00:00Z'))).toBe('open');
    expect(windowVerdict(night, TEHRAN, at('2026-01-12T22:30:00Z'))).toBe('out-of-hours');
    expect(windowVerdict(night, TEHRAN, at('2026-01-12T12:00:00Z'))).toBe('out-of-hours');
  });

  test('is never open outside its ends, whatever its hours', () => {
    const clock = fc.option(fc.constantFrom('00:00', '06:30', '12:00', '23:59'));
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(),
        fc.integer(),
        clock,
        clock,
        (opensAt, length, now, dailyFrom, dailyTo) => {
          const window = { opensAt, closesAt: opensAt + length, dailyFrom, dailyTo };
          const verdict = windowVerdict(window, TEHRAN, now);
          if (now < opensAt) expect(verdict).toBe('not-yet');
          else if (now >= opensAt + length) expect(verdict).toBe('closed');
          else expect(['open', 'out-of-hours']).toContain(verdict);
        },
      ),
    );
  });
});

describe('a submission', () => {
  const moment = { window: DAYTIME, timeZone: TEHRAN } as const;

  test('of a first revision is in time only while the window is open', () => {
    const first = { ...moment, status: 'awaiting-submission', deadline: DAYTIME.closesAt } as const;
    expect(submissionInTime({ ...first, now: at('2026-01-12T06:00:00Z') })).toBe(true);
    expect(submissionInTime({ ...first, now: at('2026-01-12T14:00:00Z') })).toBe(false);
    expect(submissionInTime({ ...first, now: DAYTIME.closesAt })).toBe(false);
  });

  test('of a correction is in time until its own deadline, at any hour and beyond the window', () => {
    const deadline = DAYTIME.closesAt + 86_400_000;
    const correction = { ...moment, status: 'awaiting-corrections', deadline } as const;
    expect(submissionInTime({ ...correction, now: DAYTIME.closesAt + 3_600_000 })).toBe(true);
    expect(submissionInTime({ ...correction, now: deadline - 1 })).toBe(true);
    expect(submissionInTime({ ...correction, now: deadline })).toBe(false);
    expect(submissionInTime({ ...correction, deadline: null, now: DAYTIME.opensAt })).toBe(false);
  });

  test('after the window is late in every status but that of corrections', () => {
    for (const status of STATUSES.filter((one) => one !== 'awaiting-corrections')) {
      const late = { ...moment, status, deadline: null, now: DAYTIME.closesAt };
      expect(submissionInTime(late)).toBe(false);
    }
  });
});

describe('local time', () => {
  test.each([
    ['2026-01-11T20:29:59Z', '2026-01-11', '23:59'],
    ['2026-01-11T20:30:00Z', '2026-01-12', '00:00'],
    // The last summer time of Iran: +04:30.
    ['2022-07-01T19:30:00Z', '2022-07-02', '00:00'],
  ])('%s is %s %s in Tehran', (instant, day, clock) => {
    expect(localDay(at(instant), TEHRAN)).toBe(day);
    expect(localClock(at(instant), TEHRAN)).toBe(clock);
  });
});

test('who comes outside the window is told why', () => {
  expect(windowText('not-yet', DAYTIME).fa).toBe('مهلت ثبت‌نام هنوز آغاز نشده است.');
  expect(windowText('closed', DAYTIME).fa).toBe('مهلت ثبت‌نام پایان یافته است.');
  const { fa, en } = windowText('out-of-hours', { ...DAYTIME, dailyTo: '16:30' });
  expect(fa).toBe(
    'ثبت‌نام هر روز از ساعت ۸ تا ۱۶:۳۰ انجام می‌شود. می‌توانید پیش‌نویس را همین حالا کامل کنید.',
  );
  expect(en).toContain('from 08:00 to 16:30');
});
