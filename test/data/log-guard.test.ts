/** DAT-4: what the log lets pass, what it writes down how, and that personal data in it fails a test. */
import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../platform/log.ts';
import { lineInspector, takeFindings } from '../support/findings.ts';
import { failOnFindings } from '../support/log-guard.ts';
import { knowPerson } from '../support/personal-data.ts';
import { quietLog } from '../support/quiet-log.ts';

/** What a careless programmer could put into a message. */
const PLANTED: readonly (readonly [string, string])[] = [
  ['a mobile number', 'sent to 09121234567'],
  ['a mobile number with its country', 'sent to +989121234567'],
  ['a mobile number in Persian digits', 'sent to ۰۹۱۲۱۲۳۴۵۶۷'],
  ['a mobile number in an address', 'GET /x?to=%DB%B0%DB%B9%DB%B1%DB%B2%DB%B1%DB%B2%DB%B3%DB%B4%DB%B5%DB%B6%DB%B7'],
  ['a national id', 'no person 0499370899'],
  ['a card number', 'card 6037991234567893'],
  ['a card number in groups', '6037-9912-3456-7893 was tried'],
  ['a signed token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
  ['a bearer token', 'Authorization: Bearer abcdefghijklmnop1234'],
  ['a session token', `token ${'aB3-'.repeat(10)}xyz`],
  ['a one-time code', 'otp=123456'],
  ['an e-mail address', 'no account reza@example.ir'],
  ['a name', 'no registration of رضا'],
]; // prettier-ignore

/** What the log says every day. */
const HARMLESS: readonly (readonly [string, object])[] = [
  ['ids and times', { registrationId: '01980000-0000-7000-8000-000000000000', at: '2026-11-26T01:30:28.123Z' }],
  ['a port and a process', { port: 5432, pid: 1_234_567 }],
  ['codes of PostgreSQL and ours', { code: '23505', reason: 'card-not-own' }],
  ['a hash', { event: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' }],
  ['the place of an error', { err: new Error('no answer within 5000 ms') }],
]; // prettier-ignore

describe('DAT-4: a line with personal data', () => {
  test.each(PLANTED)(
    'DAT-4: %s throws at its writer, and fails the test that swallows it',
    (_name, message) => {
      expect(() => quietLog().info(message)).toThrow('the log wrote');
      expect(failOnFindings).toThrow('the log wrote');
      expect(failOnFindings).not.toThrow();
    },
  );

  test.each(HARMLESS)('DAT-4: %s pass', (_name, fields) => {
    quietLog().info(fields, 'm');
    expect(takeFindings()).toEqual([]);
  });

  test('DAT-4: particulars of the people of a test are known by their value, in any encoding', () => {
    knowPerson({ 'the canary': 'Nightingale-7', 'a code': '482913' });
    expect(() => quietLog().warn({ reason: 'Nightingale-7' }, 'm')).toThrow('the canary');
    expect(() => quietLog().warn(Buffer.from('Nightingale-7').toString('base64'))).toThrow('the canary');
    expect(() => quietLog().warn('482913 was wrong')).toThrow('a code');
    expect(takeFindings()).toHaveLength(3);
  });

  test('DAT-4: of a process that a test started counts too, wherever its output is cut', () => {
    const inspect = lineInspector('api/main.ts');
    for (const piece of ['{"msg":"ok"}\n{"msg":"to 0912', '1234567"}', '\n{"msg":"ok"}\n']) inspect(piece);
    const [finding, ...others] = takeFindings();
    expect(others).toEqual([]);
    expect(finding).toMatch(/^api\/main\.ts wrote a mobile number: /u);
    expect(finding).not.toContain('0912');
  });

  test('DAT-4: what a level or a field list swallows is not written, so it is no finding', () => {
    createLogger('test', { level: 'silent' }).info('09121234567');
    quietLog().info({ mobile: '09121234567', url: '/inbox/09121234567', answers: ['رضا'] }, 'm');
    quietLog().info({ err: new Error('no line of "رضا" <reza@example.ir> at 09121234567') }, 'm');
    expect(takeFindings()).toEqual([]);
  });
});

describe('DAT-4: a line of the log', () => {
  test('DAT-4: stays one line and moves no cursor, whatever somebody sent', () => {
    const lines: string[] = [];
    const log = createLogger('test', { destination: { write: (line) => lines.push(line) } });
    const sent = 'a\r\nlevel=fatal\u001b[2J\u009b31m\u202egnp\u2028\u0007';
    log.info({ reason: sent }, sent);
    expect(lines).toHaveLength(1);
    const [line = ''] = lines;
    // oxlint-disable-next-line no-control-regex -- Control characters are what must not be there.
    expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/u);
    expect(JSON.parse(line)).toMatchObject({ reason: sent, msg: sent });
  });
});
