/** Answers of the bank that are not what its documents promise, read one by one. */
import { describe, expect, test } from '@jest/globals';
import { readInquiry } from './bank-answers.ts';

const ASKED = { attemptId: 'a1', bankReference: 'u1' };
const ended = (status: number, cardNumber?: unknown) => ({
  status: 200,
  body: {
    resultCode: 0,
    data: { status, invoice: 'a1', url: 'u1', ...(cardNumber === undefined ? {} : { cardNumber }) },
  },
});

describe('OTP-13: an inquiry', () => {
  test.each(['', '6037', null, 'نامعلوم'])(
    'about a cancelled page with the card %j is understood',
    (card) => {
      expect(readInquiry(ended(13045, card), ASKED)).toMatchObject({
        outcome: 'refused',
        reason: 'cancelled',
      });
    },
  );

  test.each(['603799******1234', '603799XXXXXX1234', '6037-99**-****-1234'])('passes with %s', (card) => {
    expect(readInquiry(ended(13328, card), ASKED)).toEqual({ outcome: 'confirmed', maskedPan: card });
  });

  test.each([undefined, null, '', '6037991234561234', '****1234'])(
    'never passes with the card %j',
    (card) => {
      expect(() => readInquiry(ended(13328, card), ASKED)).toThrow('success without a card');
    },
  );

  test.each([13025, 13307, 77_777])(
    'that fails itself with %d says nothing about the transaction',
    (resultCode) => {
      const failed = { status: 200, body: { resultCode } };
      expect(() => readInquiry(failed, ASKED)).toThrow(`result ${resultCode}`);
    },
  );
});
