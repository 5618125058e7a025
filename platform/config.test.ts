import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { KEYS_OF, loadConfig, type Role } from './config.ts';

const key = (): string => randomBytes(32).toString('base64');

function complete(): Record<string, string> {
  return {
    DATABASE_URL: 'postgres://user:password@127.0.0.1:5432/davtalab',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    SEALING_KEY: key(),
    FINGERPRINT_KEY: key(),
    PAYLOAD_KEY: key(),
    CODE_KEY: key(),
    SESSION_KEY: key(),
    SMS_REPORT_KEY: '0123456789abcdef',
    KAVENEGAR_URL: 'http://127.0.0.1:3002/',
    KAVENEGAR_KEY: 'k',
    SMPP_HOST: '127.0.0.1',
    SMPP_SYSTEM_ID: 'davtalab',
    SMPP_PASSWORD: 'secret08',
    SMPP_SOURCE: '2000500777',
    ZIBAL_URL: 'http://127.0.0.1:3002',
    ZIBAL_TOKEN: 't',
    BANK_URL: 'http://127.0.0.1:3002',
    BANK_TERMINAL: 't',
    BANK_KEY: 'k',
    CODEC_TOKEN: '0123456789abcdef',
  };
}

const production = (): Record<string, string> => ({
  ...complete(),
  NODE_ENV: 'production',
  PUBLIC_API_URL: 'https://api.example.org',
  PUBLIC_ADMIN_URL: 'https://panel.example.org',
  TEMPORAL_UI_URL: 'https://history.example.org',
});

const ROLES: readonly Role[] = ['api', 'admin', 'worker', 'sandbox', 'codec'];

describe('configuration', () => {
  test.each(ROLES)('of the %s is complete with what it needs', (role) => {
    const config = loadConfig(role, complete());
    for (const name of KEYS_OF[role]) expect(config.keys[name]).toHaveLength(32);
  });

  test('DAT-8: names every variable that is missing or wrong in one message, and no value', () => {
    const env = {
      ...complete(),
      DATABASE_URL: 'mysql://secret',
      PORT: 'high',
      SEALING_KEY: 'short',
      CODE_KEY: '',
    };
    let message = '';
    try {
      loadConfig('api', env);
    } catch (error) {
      ({ message } = error as Error);
    }
    for (const name of ['DATABASE_URL', 'PORT', 'SEALING_KEY', 'CODE_KEY: is missing'])
      expect(message).toContain(name);
    for (const value of ['mysql', 'high', 'short']) expect(message).not.toContain(value);
  });

  test('gives a role only its own keys', () => {
    const { keys } = loadConfig('worker', complete());
    expect(() => keys.session).toThrow('The worker has no session key');
    expect(() => keys.code).toThrow('The worker has no code key');
    expect(keys.payload).toHaveLength(32);
  });

  test('DAT-8: does not show a key when it is printed', () => {
    const env = complete();
    const shown = inspect(loadConfig('api', env), { depth: 9 }) + JSON.stringify(loadConfig('api', env));
    const hex = Buffer.from(env['SEALING_KEY'] ?? '', 'base64').toString('hex');
    for (const form of [env['SEALING_KEY'] ?? '', hex, hex.slice(0, 8).replace(/(..)(?=.)/gu, '$1 ')]) {
      expect(shown).not.toContain(form);
    }
  });

  test('trusts the loopback as a proxy in development, and nobody in production', () => {
    expect(loadConfig('api', complete()).http.trustedProxies).toEqual(['127.0.0.0/8', '::1/128']);
    expect(loadConfig('api', production()).http.trustedProxies).toEqual([]);
  });

  test.each(['warn', 'enforce'])(
    'NET-1: refuses in production to judge addresses (%s) when no proxy is named',
    (rule) => {
      const env = { NETWORK_RULE: rule, NETWORKS_FILE: 'networks.txt' };
      expect(() => loadConfig('api', { ...production(), ...env })).toThrow('TRUSTED_PROXIES: is missing');
      const named = { ...production(), ...env, TRUSTED_PROXIES: '10.0.0.0/8' };
      expect(loadConfig('api', named).http.networkRule.mode).toBe(rule);
      expect(loadConfig('api', { ...complete(), ...env }).http.networkRule.mode).toBe(rule);
    },
  );
});

describe('the SMS centre', () => {
  const withTls = (changes: Record<string, string>) =>
    loadConfig('worker', { ...production(), ...changes }).gateways.smpp;

  test('is none without a host', () => {
    expect(withTls({ SMPP_HOST: '', SMPP_PASSWORD: '' })).toBeNull();
  });

  test('is reached with TLS in production, unless it is switched off', () => {
    expect(withTls({})).toMatchObject({ tls: true, port: 3550, window: 10, ids: { answers: 'text' } });
    expect(withTls({ SMPP_TLS: 'off' })).toMatchObject({ tls: false, port: 2775 });
    expect(loadConfig('worker', complete()).gateways.smpp).toMatchObject({ tls: false });
  });

  test.each([
    ['SMPP_PASSWORD', ''],
    ['SMPP_PASSWORD', 'longer than eight'],
    ['SMPP_SYSTEM_ID', 'longer than fifteen'],
    ['SMPP_SOURCE', ''],
    ['SMPP_RECEIPT_IDS', 'octal'],
    ['SMPP_TLS', 'yes'],
    ['SMS_FIRST_POINTS', '101'],
    ['SMS_NOTICES_PER_SECOND', '0'],
  ])('does not take %s = %j', (name, value) => {
    expect(() => loadConfig('worker', { ...production(), [name]: value })).toThrow(name);
  });
});

describe('one-time codes', () => {
  const codesOf = (env: Record<string, string>) => loadConfig('api', { ...complete(), ...env }).codes;

  test('live two minutes, or as the operator says within one and five', () => {
    expect(codesOf({})).toEqual({ lifeSeconds: 120, forecastPerHour: 90_000 });
    for (const seconds of [60, 300])
      expect(codesOf({ CODE_LIFE_SECONDS: String(seconds) })).toMatchObject({ lifeSeconds: seconds });
  });

  test.each(['601', '301', '59', '0', '90.5', 'long'])(
    'OTP-2: the API refuses to start with a life of %s',
    (life) => {
      expect(() => codesOf({ CODE_LIFE_SECONDS: life })).toThrow('CODE_LIFE_SECONDS');
    },
  );
});

describe('the hours of the registry of lines', () => {
  const hoursOf = (env: Record<string, string>, hours = '') =>
    loadConfig('worker', { ...env, LINE_OWNER_HOURS: hours }).gateways.registry.lineHours;

  test('are those of the service in production, and none in development', () => {
    expect(hoursOf(production())).toEqual({ from: '07:00', to: '23:00' });
    expect(hoursOf(complete())).toBeNull();
  });

  test.each(['06:30-24:00', '08:00-01:30', '00:00-24:00'])('may be %s', (hours) => {
    const [from, to] = hours.split('-');
    expect(hoursOf(production(), hours)).toEqual({ from, to });
  });

  test.each(['7-23', '07:00', '07:00-07:00', '24:00-07:00', '07:60-23:00', 'always'])(
    'are not %s',
    (hours) => {
      expect(() => hoursOf(production(), hours)).toThrow('LINE_OWNER_HOURS');
    },
  );
});

describe('production', () => {
  test('starts with everything set', () => {
    expect(loadConfig('api', production()).production).toBe(true);
  });

  test.each<[string, Record<string, string>]>([
    ['a missing public address', { PUBLIC_API_URL: '' }],
    ['no key of delivery reports', { SMS_REPORT_KEY: '' }],
    ['a key of delivery reports that can be guessed', { SMS_REPORT_KEY: 'guess' }],
    ['a short key', { SESSION_KEY: randomBytes(16).toString('base64') }],
    ['a placeholder', { SESSION_KEY: Buffer.alloc(32, 7).toString('base64') }],
    ['a failpoint', { FAILPOINT: 'before-row' }],
    ['a forced new run', { CONTINUE_AFTER_COMMANDS: '1' }],
  ])('refuses %s', (_name, changes) => {
    const [variable = ''] = Object.keys(changes);
    expect(() => loadConfig('api', { ...production(), ...changes })).toThrow(variable);
  });

  test('refuses two equal keys', () => {
    const same = key();
    expect(() => loadConfig('api', { ...production(), CODE_KEY: same, SESSION_KEY: same })).toThrow(
      'same key',
    );
  });
});
