import { describe, expect, test } from '@jest/globals';
import { currentVersion, smsParts, smsText, SMS_TEXTS, withWebOtp, type SmsTemplate } from './sms-text.ts';

/** Units and parts of each text of today: those of iran.md §8, but for thirteen that are ours, or other than there. */
const LENGTHS: Readonly<Record<SmsTemplate, readonly [units: number, parts: number]>> = {
  'code-sign-in': [38, 1],
  'code-submission': [39, 1],
  'code-withdrawal': [42, 1],
  'code-mobile-change': [42, 1],
  'code-new-mobile': [41, 1],
  'device-new': [65, 1],
  'identity-confirmed': [60, 1],
  'line-confirmed': [61, 1],
  'mobile-changed': [81, 2],
  'new-line-refused': [68, 1],
  'identity-refused': [60, 1],
  'lock-lifted': [67, 1],
  'identity-declined': [68, 1],
  submitted: [89, 2],
  resubmitted: [51, 1],
  'submitted-unconfirmed': [67, 1],
  'confirmation-reminder': [65, 1],
  'deadline-reminder': [63, 1],
  'corrections-reminder': [67, 1],
  defects: [59, 1],
  approved: [63, 1],
  rejected: [57, 1],
  withdrawn: [42, 1],
  'corrections-expired': [58, 1],
  expired: [54, 1],
};
const TEMPLATES = Object.keys(LENGTHS) as SmsTemplate[];

const CODE_TEXTS = TEMPLATES.filter((template) => template.startsWith('code-'));

const codeOf = (template: SmsTemplate): string => (template.startsWith('code-') ? '482913' : '1404-081-37');

describe('WF-8: the text of an SMS', () => {
  test.each(TEMPLATES)('%s has the units and parts of the facts', (template) => {
    const text = smsText({ template, parameters: { code: codeOf(template), deadline: '۲۷ دی، ساعت ۱۶' } });
    expect([text.length, smsParts(text)]).toEqual(LENGTHS[template]);
  });

  test.each(CODE_TEXTS)('%s says what it is for, and to tell nobody', (template) => {
    const said = {
      'code-sign-in': 'ورود',
      'code-submission': 'ارسال پرسشنامه',
      'code-withdrawal': 'انصراف از ثبت‌نام',
      'code-mobile-change': 'تغییر شماره همراه',
      'code-new-mobile': 'ثبت شماره',
    };
    const text = smsText({ template, parameters: { code: '482913' } });
    expect(text).toContain(said[template as keyof typeof said]);
    expect(text).toContain('به کسی ندهید');
  });

  test.each(TEMPLATES)(
    '%s has no link, Persian letters, and two parts at most with a long code',
    (template) => {
      for (const text of SMS_TEXTS[template]) {
        expect(text).not.toMatch(/https?:|www\.|[يكىة]/u);
        const parameter = template.endsWith('-reminder') ? '{deadline}' : '{code}';
        expect(text.match(/\{\w+\}/gu) ?? []).toEqual(text.includes('{') ? [parameter] : []);
      }
      const code = template.startsWith('code-') ? '482913' : '1404-0813-7000-00';
      const parameters = { code, deadline: '۳۱ اردیبهشت، ساعت ۲۳:۵۹' };
      expect(smsParts(smsText({ template, parameters }))).toBeLessThanOrEqual(2);
    },
  );

  test('of a code leaves the code in digits that can be copied', () => {
    expect(smsText({ template: 'code-sign-in', parameters: { code: '482913' } })).toContain(': 482913\n');
    expect(() => smsText({ template: 'code-sign-in' })).toThrow(RangeError);
  });

  test('is the one of its version, and a version that never was is an error', () => {
    for (const template of TEMPLATES) expect(currentVersion(template)).toBe(SMS_TEXTS[template].length);
    const parameters = { code: '1' };
    expect(smsText({ template: 'expired', version: 1, parameters })).toBe(SMS_TEXTS.expired[0]);
    expect(() => smsText({ template: 'expired', version: 99 })).toThrow('no version 99');
    expect(() => smsText({ template: 'expired', version: 0 })).toThrow('no version 0');
  });
});

describe('the line for browsers', () => {
  const code = '482913';

  test('comes only where it costs no part', () => {
    const host = 'davtalab.ir';
    const short = 'کد ورود: 482913';
    expect(withWebOtp(short, { host, code })).toBe(`${short}\n@davtalab.ir #482913`);
    expect(withWebOtp('ب'.repeat(49), { host, code })).toHaveLength(70);
    expect(withWebOtp('ب'.repeat(50), { host, code })).toBe('ب'.repeat(50));
  });

  test.each(CODE_TEXTS)(
    'fits below the text of %s for a host of ordinary length, and not for one that is too long',
    (template) => {
      const text = smsText({ template, parameters: { code } });
      const whole = withWebOtp(text, { host: 'davtalab.moi.ir', code });
      expect(whole).toBe(`${text}\n@davtalab.moi.ir #482913`);
      expect(whole.length).toBeLessThanOrEqual(70);
      expect(smsParts(whole)).toBe(1);

      const longest = 70 - text.length - '\n@ #482913'.length;
      expect(longest).toBeGreaterThanOrEqual(18);
      const exactly = withWebOtp(text, { host: 'h'.repeat(longest), code });
      expect([exactly.length, smsParts(exactly)]).toEqual([70, 1]);
      expect(withWebOtp(text, { host: 'h'.repeat(longest + 1), code })).toBe(text);
    },
  );

  test('finds no room below the first texts of codes, which stay as they were sent', () => {
    for (const template of CODE_TEXTS.filter((one) => currentVersion(one) > 1)) {
      const text = smsText({ template, version: 1, parameters: { code } });
      expect(withWebOtp(text, { host: 'x.ir', code })).toBe(text);
    }
  });

  test('is left out without pages of ours', () => {
    expect(withWebOtp('کد', { host: null, code })).toBe('کد');
  });
});

describe('parts', () => {
  test.each([
    ['', 1],
    ['ا'.repeat(70), 1],
    ['ا'.repeat(71), 2],
    ['ا'.repeat(134), 2],
    ['ا'.repeat(135), 3],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['a'.repeat(69) + '‌', 1],
  ])('%j has so many', (text, parts) => {
    expect(smsParts(text)).toBe(parts);
  });
});
