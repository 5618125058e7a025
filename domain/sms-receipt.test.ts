import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comparableId, parseReceipt, stateOfMessage, writtenId } from './sms-receipt.ts';

const receipt = (id: string, stat: string): string =>
  `id:${id} sub:001 dlvrd:001 submit date:2611260130 done date:2611260131 stat:${stat} err:000 text:`;

describe('WF-8: a delivery receipt', () => {
  test.each([
    ['DELIVRD', 'delivered'],
    ['EXPIRED', 'failed'],
    ['UNDELIV', 'failed'],
    ['REJECTD', 'failed'],
    ['DELETED', 'failed'],
    ['ACCEPTD', 'sent'],
    ['ENROUTE', 'sent'],
    ['UNKNOWN', 'unknown'],
    ['SKIPPED', 'unknown'],
  ])('with stat:%s means %s', (stat, state) => {
    expect(parseReceipt(receipt('8100000001', stat))).toEqual({ id: '8100000001', state });
  });

  test('may write its members in any case and order', () => {
    expect(parseReceipt('stat:delivrd ID: 1F-a.7')).toEqual({ id: '1F-a.7', state: 'delivered' });
  });

  test.each(['', 'سلام', 'id:1', 'stat:DELIVRD', 'id: stat:DELIVRD', 'valid:1 stat:'])(
    '%j is none',
    (text) => {
      expect(parseReceipt(text)).toBeUndefined();
    },
  );

  test('in any text is read or left, never a failure', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = parseReceipt(text);
        if (read !== undefined) expect(read.id).not.toBe('');
      }),
    );
  });

  test.each([
    [0, 'unknown'],
    [1, 'sent'],
    [2, 'delivered'],
    [5, 'failed'],
    [6, 'sent'],
    [8, 'failed'],
    [255, 'unknown'],
  ])('with the state %d means %s', (state, meaning) => {
    expect(stateOfMessage(state)).toBe(meaning);
  });
});

describe('WF-8: ids', () => {
  test('in hex and in decimal are the same, with any zeros before them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.nat(4), (number, zeros) => {
        const hex = '0'.repeat(zeros) + number.toString(16);
        expect(comparableId(hex, 'hex')).toBe(comparableId(number.toString(), 'decimal'));
        expect(comparableId(hex.toUpperCase(), 'hex')).toBe(number.toString());
        expect(comparableId(writtenId(number.toString(), 'hex'), 'hex')).toBe(number.toString());
      }),
    );
  });

  test('that are no numbers stay as they are', () => {
    expect(comparableId('msg-7', 'hex')).toBe('msg-7');
    expect(comparableId('1F', 'decimal')).toBe('1F');
    expect(comparableId('00a7', 'text')).toBe('00a7');
    expect(writtenId('msg-7', 'hex')).toBe('msg-7');
  });
});
