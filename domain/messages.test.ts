import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { IDENTITY_TEXTS } from './identity-texts.ts';
import {
  APPROVAL_NOTE,
  APPROVED_MESSAGE,
  fillIn,
  MESSAGES,
  messageKind,
  messageText,
  PRELIMINARY_NOTICE,
  type MessageKey,
} from './messages.ts';
import { smsParts, SMS_TEXTS, type SmsTemplate } from './sms-text.ts';
import { FACT_TEXTS } from './what-next.ts';

const KEYS = Object.keys(MESSAGES) as MessageKey[];
const TEMPLATES = Object.keys(SMS_TEXTS) as SmsTemplate[];

describe('the final message', () => {
  test('is the real system’s, byte for byte', () => {
    const bytes = Buffer.from(messageText('approved'), 'utf8');
    expect(bytes.toString('utf8')).toBe(
      'داوطلب گرامی؛ ثبتنام شما توسط کارشناس فرمانداری حوزه انتخابیه تائید گردید.',
    );
    expect(bytes).toHaveLength(137);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'b928f68e5c5d039e38837fa94511c90c1197b24ae4632e27351d18b7bf83c529',
    );
    expect(messageKind('approved')).toBe('approved');
  });

  test('stands in «پیام‌ها» and in no other text', () => {
    const others = [
      ...KEYS.filter((key) => key !== 'approved').map((key) => MESSAGES[key].text),
      ...TEMPLATES.flatMap((template) => SMS_TEXTS[template]),
      ...Object.values(FACT_TEXTS),
      ...Object.values(IDENTITY_TEXTS),
      APPROVAL_NOTE,
      PRELIMINARY_NOTICE,
    ];
    for (const text of others) expect(text).not.toContain(APPROVED_MESSAGE.slice(14));
  });
});

describe('a message', () => {
  test('fills in its parameters, numbers in Persian digits, codes as they are', () => {
    const text = messageText('defects', { governorate: 'فرمانداری دامغان', count: 12, deadline: '۲۷ دی' });
    expect(text).toContain('کارشناس فرمانداری دامغان در پرسشنامه شما ۱۲ مورد ایراد دید.');
    expect(messageText('submitted', { code: '0000-0000-0000-00' })).toContain('0000-0000-0000-00');
  });

  test('does not go out with a hole in it', () => {
    expect(() => fillIn('{code}', {})).toThrow(RangeError);
    expect(() => fillIn('{constructor}', {})).toThrow(RangeError);
  });

  test('does not read a parameter as a template', () => {
    expect(fillIn('{reason}', { reason: '{code} $& $1' })).toBe('{code} $& $1');
  });

  test.each(KEYS.filter((key) => messageKind(key) === 'submitted'))(
    '%s says that its code is not final',
    (key) => {
      expect(MESSAGES[key].text).toContain('به معنای ثبت‌نام نهایی نیست');
    },
  );

  test.each(KEYS)('%s is written with Persian letters', (key) => {
    expect(MESSAGES[key].text).not.toMatch(/[يكىة]/u);
    expect(MESSAGES[key].version).toBeGreaterThan(0);
  });

  test('uses every kind that clients know', () => {
    const kinds = ['info', 'submitted', 'defects', 'approved', 'rejected', 'withdrawn', 'expired'];
    expect(new Set(KEYS.map(messageKind))).toEqual(new Set(kinds));
  });
});

describe('the final message', () => {
  test('would take two parts as an SMS, which is one more reason to keep it in «پیام‌ها»', () => {
    expect(smsParts(APPROVED_MESSAGE)).toBe(2);
  });
});
