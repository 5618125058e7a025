import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  askedInVain,
  CODE_ATTEMPTS_MAX,
  CODES_PER_DAY,
  CODES_PER_HOUR,
  judgeCode,
  mayRequestCode,
  RESEND_AFTER_SECONDS,
  type CodeTry,
} from './one-time-code.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-01-11T08:00:00Z');
const ago = (...spans: number[]) => spans.map((span) => NOW - span);

describe('asking for a code', () => {
  test.each([
    ['for the first time', [], null],
    ['a second before the minute is over', ago(59 * SECOND), 1],
    ['when the minute is over', ago(60 * SECOND), null],
    ['at the same instant', ago(0), 60],
    ['for the fifth time in an hour', ago(61_000, 122_000, 183_000, 244_000), null],
    ['for the sixth time in an hour', ago(61_000, 122_000, 183_000, 244_000, 305_000), 3_295],
    ['when the first of five is an hour old', ago(61_000, 122_000, 183_000, 244_000, HOUR), null],
    [
      'for the sixteenth time in a day',
      Array.from({ length: 15 }, (_none, index) => NOW - (index + 1) * HOUR),
      9 * 3_600,
    ],
  ] as const)('%s', (_when, previous, wait) => {
    expect(mayRequestCode({ previous, own: null, now: NOW })).toEqual(
      wait === null ? { ok: true } : { ok: false, retryAfterSeconds: wait },
    );
  });

  test('the wait that is told suffices and a second less does not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: DAY }), { maxLength: 30 }), (spans) => {
        const previous = ago(...spans);
        const verdict = mayRequestCode({ previous, own: null, now: NOW });
        fc.pre(!verdict.ok);
        const then = NOW + verdict.retryAfterSeconds * SECOND;
        expect(mayRequestCode({ previous, own: null, now: then })).toEqual({ ok: true });
        expect(mayRequestCode({ previous, own: null, now: then - SECOND }).ok).toBe(false);
      }),
    );
  });

  describe('OTP-7: the owner’s own device, when others ask for codes of its number', () => {
    const others = ago(61_000, 122_000, 183_000, 244_000, 305_000);
    test.each([
      ['once more when strangers have used up the hour', others, [], null],
      ['in the minute of a stranger’s code', ago(1_000), [], null],
      ['a minute after its own', others, ago(59_000), 1],
      ['a fourth time in the hour, beside strangers', others, ago(61_000, 122_000, 183_000), 3_295],
      [
        'a fourth time in the hour, alone',
        ago(61_000, 122_000, 183_000),
        ago(61_000, 122_000, 183_000),
        null,
      ],
      ['a sixth time in the hour, alone', others, others, 3_295],
    ] as const)('%s', (_when, previous, own, wait) => {
      expect(mayRequestCode({ previous, own, now: NOW })).toEqual(
        wait === null ? { ok: true } : { ok: false, retryAfterSeconds: wait },
      );
    });
  });

  test('however somebody insists, no more than the limits are sent', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 * 60 }), { minLength: 50, maxLength: 300 }),
        (pauses) => {
          let now = NOW;
          const sent: number[] = [];
          for (const pause of pauses) {
            now += pause * SECOND;
            if (mayRequestCode({ previous: sent, own: null, now }).ok) sent.push(now);
          }
          const within = (span: number) =>
            Math.max(
              ...sent.map((start) => sent.filter((time) => time >= start && time < start + span).length),
            );
          expect(within(RESEND_AFTER_SECONDS * SECOND)).toBe(1);
          expect(within(HOUR)).toBeLessThanOrEqual(CODES_PER_HOUR);
          expect(within(DAY)).toBeLessThanOrEqual(CODES_PER_DAY);
        },
      ),
    );
  });
});

describe('trying a code', () => {
  const good: CodeTry = {
    attempt: 1,
    expiresAt: NOW + 120 * SECOND,
    consumed: false,
    superseded: false,
    matches: true,
    now: NOW,
  };

  test.each<[string, Partial<CodeTry>, ReturnType<typeof judgeCode>]>([
    ['the right one', {}, { verdict: 'accepted' }],
    ['the right one a millisecond before its end', { now: good.expiresAt - 1 }, { verdict: 'accepted' }],
    ['the right one at its end', { now: good.expiresAt }, { verdict: 'code-expired' }],
    ['a wrong one', { matches: false }, { verdict: 'code-wrong', attemptsLeft: 4 }],
    [
      'a wrong one for the fifth time',
      { matches: false, attempt: 5 },
      { verdict: 'code-wrong', attemptsLeft: 0 },
    ],
    ['the right one at the fifth try', { attempt: 5 }, { verdict: 'accepted' }],
    ['the right one at the sixth try', { attempt: 6 }, { verdict: 'code-locked' }],
    ['a used one', { consumed: true }, { verdict: 'code-used' }],
    ['a used one after its end', { consumed: true, now: good.expiresAt }, { verdict: 'code-used' }],
    ['one that a newer one replaced', { superseded: true }, { verdict: 'code-expired' }],
  ])('%s', (_what, change, verdict) => {
    expect(judgeCode({ ...good, ...change })).toEqual(verdict);
  });

  test('is accepted only fresh, unused, in time, in five tries, and with the right digits', () => {
    const any = fc.record({
      attempt: fc.integer({ min: 1, max: 10 }),
      expiresAt: fc.integer({ min: NOW - 5, max: NOW + 5 }),
      consumed: fc.boolean(),
      superseded: fc.boolean(),
      matches: fc.boolean(),
      now: fc.constant(NOW),
    });
    fc.assert(
      fc.property(any, (one) => {
        const sound =
          !one.consumed && !one.superseded && one.now < one.expiresAt && one.attempt <= CODE_ATTEMPTS_MAX;
        expect(judgeCode(one).verdict === 'accepted').toBe(sound && one.matches);
        // A code that is dead for another reason must not tell whether the digits were right.
        if (!sound)
          expect(judgeCode({ ...one, matches: true })).toEqual(judgeCode({ ...one, matches: false }));
      }),
    );
  });
});

describe('a code that our side could not send', () => {
  const at = (seconds: number) => NOW - seconds * SECOND;
  const code = (secondsAgo: number, state: { sent?: boolean; usable?: boolean } = {}) => ({
    ...{ askedAt: at(secondsAgo), sent: false, usable: false },
    ...state,
  });
  test.each([
    ['nothing was asked for', null, null, null],
    ['the request was refused', at(1), null, at(1)],
    ['it was refused ten minutes ago', at(600), null, null],
    ['nobody has taken it over for ten seconds', null, code(10), at(10)],
    ['it may yet be taken over', null, code(9), null],
    ['it was asked for ten minutes ago', null, code(600), null],
    ['it was sent, and can be typed', null, code(20, { sent: true, usable: true }), null],
    ['it was sent, and has ended', null, code(200, { sent: true }), null],
    ['one was refused after it was sent and has ended', at(5), code(200, { sent: true }), at(5)],
    ['one was refused while another one can be typed', at(5), code(70, { sent: true, usable: true }), null],
    ['one was sent after the refusal, and has ended', at(300), code(200, { sent: true }), null],
    ['one was refused, the next is not taken over', at(30), code(5), at(30)],
  ] as const)('%s', (_what, refusedAt, newest, since) => {
    expect(askedInVain({ refusedAt, newest, now: NOW })).toBe(since);
  });
});
