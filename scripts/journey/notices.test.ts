import { expect, test } from '@jest/globals';
import { smsReport } from './notices.ts';

test('an SMS that came once more is counted, and the bank has its own', () => {
  const sms = { to: '09120000001', text: 'متن', provider: 'sms-a' };
  const other = { ...sms, to: '09120000002' };
  const inbox = [sms, other, { ...sms, provider: 'sms-b' }, { ...sms, provider: 'bank' }];
  const report = smsReport(inbox);
  expect([...report.sent]).toEqual([
    ['sms-a', 2],
    ['sms-b', 1],
  ]);
  expect(report.doubles).toBe(1);
});
