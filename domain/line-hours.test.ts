import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closedUntil } from './line-hours.ts';
import { localClock } from './local-time.ts';

const HOURS = { from: '07:00', to: '23:00' };
/** Of the winter: 2026-01-11, 03:30 before UTC. */
const tehran = (clock: string, day = '2026-01-11') => Date.parse(`${day}T${clock}+03:30`);

describe('the registry of lines', () => {
  test.each(['07:00:00', '07:00:01', '12:00:00', '22:59:59.999'])('is open at %s', (clock) => {
    expect(closedUntil(HOURS, tehran(clock))).toBeNull();
  });

  test.each([
    ['23:00:00', '2026-01-12'],
    ['23:59:59.999', '2026-01-12'],
    ['00:00:00', '2026-01-11'],
    ['03:17:42', '2026-01-11'],
    ['06:59:59.999', '2026-01-11'],
  ])('is closed at %s, until seven', (clock, day) => {
    const closed = { from: '23:00', to: '07:00' };
    expect(closedUntil(HOURS, tehran(clock))).toEqual({ until: tehran('07:00:00', day), closed });
  });

  test('without hours is always open', () => {
    expect(closedUntil(null, tehran('03:00:00'))).toBeNull();
    expect(closedUntil({ from: '00:00', to: '24:00' }, tehran('03:00:00'))).toBeNull();
  });

  test('understands hours that pass midnight', () => {
    const late = { from: '08:30', to: '01:15' };
    expect(closedUntil(late, tehran('00:30:00'))).toBeNull();
    expect(closedUntil(late, tehran('01:15:00'))?.until).toBe(tehran('08:30:00'));
  });

  test('opens at the moment that it says, within a day, and not a minute before', () => {
    const clock = fc.integer({ min: 0, max: 1439 }).map((minute) => {
      const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
      return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
    });
    const day = fc.integer({ min: tehran('00:00:00'), max: tehran('00:00:00', '2027-01-11') });
    fc.assert(
      fc.property(clock, clock, day, (from, to, now) => {
        fc.pre(from !== to);
        const closed = closedUntil({ from, to }, now);
        if (closed === null) return;
        expect(closed.until - now).toBeGreaterThan(0);
        expect(closed.until - now).toBeLessThanOrEqual(86_400_000);
        expect(localClock(closed.until, 'Asia/Tehran')).toBe(from);
        expect(closedUntil({ from, to }, closed.until)).toBeNull();
        expect(closedUntil({ from, to }, closed.until - 1)).not.toBeNull();
      }),
    );
  });
});
