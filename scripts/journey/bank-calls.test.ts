import { describe, expect, test } from '@jest/globals';
import { presentedTwice } from './bank-calls.ts';
import { type Evidence, since } from './evidence.ts';

const START = { invoice: '0199-aa' };
const ENTRY = { invoice: '0199-aa', card: '5022290000001234', password: 'digest' };
const PAGE = { invoice: '0199-aa', urlId: 'page', authenticated: true, card: null };

function seen(bank: Partial<Evidence['bank']> = {}): Evidence {
  const whole = { starts: [START], entries: [ENTRY], transactions: [PAGE], ...bank };
  return { faults: [], registry: { lines: [], people: [] }, bank: whole };
}

describe('codes presented to the bank twice', () => {
  test('are none when each was typed once and came once', () => {
    expect(presentedTwice(seen(), ['page'])).toEqual([]);
  });

  test('are seen when a code came once more', () => {
    expect(presentedTwice(seen({ entries: [ENTRY, ENTRY] }), ['page', 'page'])).toHaveLength(1);
    const elsewhere = { ...ENTRY, invoice: '0199-bb' };
    const pages = [PAGE, { ...PAGE, invoice: '0199-bb', urlId: 'other' }];
    const twice = seen({ entries: [ENTRY, elsewhere], transactions: pages });
    expect(presentedTwice(twice, ['page', 'other'])).toHaveLength(1);
  });

  test('are seen when nobody typed what came', () => {
    expect(presentedTwice(seen(), [])).toHaveLength(1);
    const another = { ...ENTRY, password: 'other digest' };
    expect(presentedTwice(seen({ entries: [ENTRY, another] }), ['page'])).toHaveLength(1);
  });

  test('are seen when an attempt was begun twice, however its id is written', () => {
    expect(presentedTwice(seen({ starts: [START, { invoice: '0199AA' }] }), ['page'])).toHaveLength(1);
  });
});

test('what was seen before the run is none of it', () => {
  const fault = { provider: 'bank', mode: 'hang', times: 2 };
  const before = { ...seen(), faults: [fault] };
  const after = {
    ...seen({ entries: [ENTRY, ENTRY], starts: [START, START] }),
    faults: [{ ...fault, times: 5 }],
  };
  expect(since(before, after)).toMatchObject({
    faults: [{ ...fault, times: 3 }],
    bank: { entries: [ENTRY], starts: [START] },
  });
  expect(since(before, before).faults).toEqual([]);
});
