/** NET-2: no VPN at any step, by tables that the operator keeps. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createNetworkRule, type NetworkRule } from '../../api/network-rule.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { loadConfig, type NetworkMode } from '../../platform/config.ts';
import { createLogger } from '../../platform/log.ts';
import { openNetworkTables, type NetworkTables } from '../../platform/network-tables.ts';
import { TEST_KEY_ENVIRONMENT } from '../support/keys.ts';
import { countryTable } from '../support/mmdb.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { openOffice, type Office } from './office.ts';

const DEMO = 'docker/networks/demo.txt';
const INSIDE = '192.0.2.9';
const OUTSIDE = '203.0.113.7';
const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-26T00:00:00Z');

let folder: string;
let lines: { msg: string; level: string }[] = [];
const log = createLogger('test', { destination: { write: (line) => void lines.push(JSON.parse(line)) } });
const alarms = (): string[] => lines.filter(({ level }) => level === 'error').map(({ msg }) => msg);
async function tablesOf(files: readonly string[], now: () => number = () => NOW): Promise<NetworkTables> {
  const tables = await openNetworkTables({ files, country: 'IR', log, now });
  // A look of its own, in the middle of what a test writes, would tell of half a file.
  tables.close();
  return tables;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'networks-'));
});
afterEach(() => {
  lines = [];
});
afterAll(() => rm(folder, { recursive: true }));

const MODES: readonly NetworkMode[] = ['off', 'warn', 'enforce'];
async function ruleOf(
  mode: NetworkMode,
  files: readonly string[] = [DEMO],
  withoutTables: NetworkMode = 'warn',
) {
  return createNetworkRule({ mode, withoutTables, tables: await tablesOf(files), log });
}

describe('NET-2: the verdict on an address', () => {
  test.each(
    MODES.flatMap(
      (mode) =>
        [
          [mode, INSIDE, 'allowed'],
          [mode, '2001:db8:1::5', 'allowed'],
          [mode, '10.1.2.3', 'allowed'],
          [mode, '192.168.1.1', 'allowed'],
          [mode, '100.64.0.1', 'allowed'],
          [mode, '127.0.0.1', 'allowed'],
          [mode, 'fd00::1', 'allowed'],
          [mode, OUTSIDE, { off: 'allowed', warn: 'warned', enforce: 'refused' }[mode]],
          [mode, '2001:db8:2::5', { off: 'allowed', warn: 'warned', enforce: 'refused' }[mode]],
          [mode, 'unknown', { off: 'allowed', warn: 'warned', enforce: 'refused' }[mode]],
        ] as const,
    ),
  )('%s: %s is %s', async (mode, address, verdict) => {
    expect((await ruleOf(mode)).judge(address)).toBe(verdict);
  });

  test.each(['nested', 'flat'] as const)('a country table (%s), and a list beside it', async (style) => {
    const table = join(folder, `${style}.mmdb`);
    const list = join(folder, 'allowed.txt');
    const networks = { '5.1.0.0/16': 'IR', '8.8.0.0/16': 'US' };
    await writeFile(table, countryTable(networks, { builtAt: new Date(NOW), style }));
    await writeFile(list, '# ours\n8.8.4.0/24 # an embassy\n');
    const rule = await ruleOf('enforce', [table, list]);
    expect(
      ['5.1.2.3', '8.8.8.8', '8.8.4.4', '9.9.9.9', '2a01:5ec0::1'].map((address) => rule.judge(address)),
    ).toEqual(
      // The last two are not in the table: such an address is warned.
      ['allowed', 'refused', 'allowed', 'warned', 'warned'],
    );
    expect(alarms()).toEqual([]);
  });
});

describe('NET-2: over HTTP', () => {
  const offices: Office[] = [];
  const officeOf = async (networkRule: NetworkRule): Promise<Office> => {
    const office = await openOffice({ networkRule });
    offices.push(office);
    return office;
  };
  afterAll(() => Promise.all(offices.map((office) => office.close())));
  const via = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
  const askCode = (client: ApiClient, headers: Record<string, string>) =>
    client.post('/sign-in-codes', { mobile: '1', device: { id: 'd' } }, headers);

  test('enforce: every guarded route refuses in Persian, every other one answers, and reading goes on', async () => {
    const office = await officeOf(await ruleOf('enforce'));
    const me = await office.signIn();
    expect((await me.get('/registrations', via(OUTSIDE))).status).toBe(200);
    for (const route of ROUTES) {
      const path = route.path.replaceAll(/\{\w+\}/gu, randomUUID());
      const reply = await me.ask(route.method.toUpperCase(), path, { headers: via(OUTSIDE) });
      const refused = (reply.body as { code?: string } | undefined)?.code === 'network-not-allowed';
      expect([route.operation, refused]).toEqual([route.operation, route.fromInside === true]);
    }
    const reply = await askCode(office.client, via(OUTSIDE));
    expectRefusal(reply, 'network-not-allowed');
    expect(reply.body['title']).toContain('فیلترشکن');
    expect(reply.body['detail']).toContain('خاموش کنید');
    const guarded = ROUTES.filter(({ fromInside }) => fromInside).map(({ operation }) => operation);
    expect(guarded.toSorted()).toEqual([
      'changeMobile',
      'confirmSubmission',
      'openRegistration',
      'requestConfirmationCode',
      'requestMobileCode',
      'requestSignInCode',
      'signIn',
      'startVerification',
      'submit',
      'withdraw',
    ]);
  });

  test.each(MODES)('%s: what a client claims about its address changes nothing', async (mode) => {
    const office = await officeOf(await ruleOf(mode));
    const claims: Record<string, string>[] = [
      via(`${INSIDE}, ${OUTSIDE}`),
      via(`127.0.0.1, ${OUTSIDE}`),
      via(`10.0.0.1, ${OUTSIDE}`),
      via(`::ffff:${OUTSIDE}`),
      { ...via(OUTSIDE), forwarded: `for=${INSIDE}` },
      { ...via(OUTSIDE), 'x-real-ip': INSIDE, 'true-client-ip': INSIDE, 'cf-connecting-ip': INSIDE },
    ];
    for (const claim of claims) {
      const reply = await askCode(office.client, claim);
      expectRefusal(reply, mode === 'enforce' ? 'network-not-allowed' : 'mobile-invalid');
      expect(reply.headers.get('davtalab-notice')).toBe(mode === 'warn' ? 'network-not-allowed' : null);
    }
    const inside = await askCode(office.client, via(`${OUTSIDE}, ::ffff:${INSIDE}`));
    expectRefusal(inside, 'mobile-invalid');
    expect(inside.headers.get('davtalab-notice')).toBeNull();
  });

  test('GET /notices tells it before the steps, to whom it concerns', async () => {
    const office = await officeOf(await ruleOf('warn'));
    const steps = async (address: string): Promise<string[]> => {
      const reply = await office.client.get<{ items: { step: string }[] }>('/notices', via(address));
      return reply.body.items.map(({ step }) => step);
    };
    expect(await steps(OUTSIDE)).toEqual(['sign-in', 'identity', 'submission']);
    expect(await steps(INSIDE)).toEqual([]);
  });

  test('a table that changes under load takes effect, and not one request is lost', async () => {
    const file = join(folder, 'changing.txt');
    const put = async (networks: string): Promise<void> => {
      await writeFile(`${file}.new`, networks);
      await rename(`${file}.new`, file);
    };
    await put('192.0.2.0/24\n');
    const tables = await tablesOf([file]);
    const office = await officeOf(
      createNetworkRule({ mode: 'enforce', withoutTables: 'enforce', tables, log }),
    );
    const seen = new Map<string, number>();
    let going = true;
    const lane = async (): Promise<void> => {
      while (going) {
        const code = String((await askCode(office.client, via(INSIDE))).body['code']);
        seen.set(code, (seen.get(code) ?? 0) + 1);
      }
    };
    const lanes = Promise.all(Array.from({ length: 4 }, lane));
    const asked = (): number => [...seen.values()].reduce((sum, count) => sum + count, 0);
    for (let round = 0; round < 6; round += 1) {
      const before = asked();
      await put(`192.0.2.0/24\n198.51.100.${round}\n`);
      await tables.look();
      expect(tables.originOf(`198.51.100.${round}`)).toBe('inside');
      while (asked() < before + 4) await delay(5);
    }
    going = false;
    await lanes;
    // Inside before, inside after, and at no time in between refused.
    expect([...seen.keys()]).toEqual(['mobile-invalid']);
    expect(seen.get('mobile-invalid')).toBeGreaterThan(20);
    await put('198.51.100.0/24\n');
    await tables.look();
    expectRefusal(await askCode(office.client, via(INSIDE)), 'network-not-allowed');
  });

  test('readyz tells of a table that is missing, and of one that is old', async () => {
    const old = join(folder, 'old.txt');
    await writeFile(old, '# as of 2026-10-01\n192.0.2.0/24\n');
    const office = await officeOf(await ruleOf('warn', [old, join(folder, 'none.txt')]));
    const reply = await office.client.get<{ missing: string[] }>('//readyz');
    expect([reply.status, reply.body.missing]).toEqual([200, ['networks', 'networks-old']]);
  });
});

describe('NET-1: no proxy is named', () => {
  test.each(['off', 'enforce'] as const)(
    '%s: readyz tells of it, for behind a proxy everybody would be inside',
    async (mode) => {
      const proxiesNamed = false;
      const tables = await tablesOf([DEMO]);
      const rule = createNetworkRule({ mode, withoutTables: 'warn', tables, log, proxiesNamed });
      expect(rule.complaints()).toEqual(['trusted-proxies']);
      const office = await openOffice({ networkRule: rule });
      const reply = await office.client.get<{ missing: string[] }>('//readyz');
      await office.close();
      expect([reply.status, reply.body.missing]).toEqual([200, ['trusted-proxies']]);
    },
  );
});

describe('NET-2: tables that are not as they should be', () => {
  test.each(MODES)('none can be read: %s holds as configured, and the log is loud', async (withoutTables) => {
    const rule = await ruleOf('enforce', [join(folder, 'none.txt')], withoutTables);
    expect(rule.judge(OUTSIDE)).toBe({ off: 'allowed', warn: 'warned', enforce: 'refused' }[withoutTables]);
    expect(rule.judge('192.168.1.1')).toBe('allowed');
    expect(alarms()).toEqual(['ALARM: a table of networks cannot be read; there is none']);
  });

  test.each(MODES)(
    'one of several cannot be read: whoever is not inside may stand in it, so %s holds as configured',
    async (withoutTables) => {
      const file = join(folder, `late-${withoutTables}.txt`);
      const tables = await tablesOf([DEMO, file]);
      const rule = createNetworkRule({ mode: 'enforce', withoutTables, tables, log });
      const verdicts = () => ['198.51.100.9', OUTSIDE, INSIDE].map((address) => rule.judge(address));
      const meanwhile = { off: 'allowed', warn: 'warned', enforce: 'refused' }[withoutTables];
      expect(verdicts()).toEqual([meanwhile, meanwhile, 'allowed']);
      await writeFile(file, '<html>');
      await tables.look();
      expect(verdicts()).toEqual([meanwhile, meanwhile, 'allowed']);
      await writeFile(file, '198.51.100.0/24 # an embassy\n');
      await tables.look();
      expect(verdicts()).toEqual(['allowed', 'refused', 'allowed']);
    },
  );

  test('a list is missing: whom the country table finds abroad is not outside yet', async () => {
    const table = join(folder, 'beside.mmdb');
    await writeFile(table, countryTable({ '8.8.0.0/16': 'US' }, { builtAt: new Date(NOW) }));
    const rule = await ruleOf('enforce', [table, join(folder, 'none.txt')]);
    expect(rule.judge('8.8.4.4')).toBe('warned');
  });

  test('what is no address is nowhere, not even for a country table', async () => {
    const table = join(folder, 'nowhere.mmdb');
    await writeFile(table, countryTable({ '0.0.0.0/1': 'IR' }, { builtAt: new Date(NOW) }));
    const rule = await ruleOf('enforce', [table]);
    expect(rule.judge('unknown')).toBe('warned');
  });

  test.each(['', '# nothing\n', '192.0.2.0/24\nhttp://example\n', '<html>'])(
    '%j replaces nothing',
    async (text) => {
      const file = join(folder, 'broken.txt');
      await writeFile(file, '192.0.2.0/24\n');
      const tables = await tablesOf([file]);
      await writeFile(file, text);
      await utimes(file, new Date(), new Date(NOW + 5_000));
      await tables.look();
      expect(tables.originOf(INSIDE)).toBe('inside');
      expect(alarms()).toEqual(['ALARM: a table of networks cannot be read; the one before stays']);
    },
  );

  test('a country table that is cut off, wherever, replaces nothing', async () => {
    const file = join(folder, 'cut.mmdb');
    const whole = countryTable({ '5.1.0.0/16': 'IR' }, { builtAt: new Date(NOW) });
    await writeFile(file, whole);
    const tables = await tablesOf([file]);
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      await tables.look();
      expect([length, tables.originOf('5.1.1.1')]).toEqual([length, 'inside']);
    }
    expect(alarms()).toHaveLength(whole.length);
  });

  test('a list as of no day of the calendar replaces nothing: it would never be too old', async () => {
    const file = join(folder, 'no-day.txt');
    await writeFile(file, '# as of 2026-11-20\n192.0.2.0/24\n');
    const tables = await tablesOf([file]);
    await writeFile(file, '# as of 2026-13-40\n198.51.100.0/24\n');
    await tables.look();
    expect([tables.originOf(INSIDE), alarms().length]).toEqual(['inside', 1]);
  });

  test('a file that was put in its place with the size and the time of the one before is read', async () => {
    const file = join(folder, 'same-time.txt');
    const at = new Date(NOW);
    await writeFile(file, '192.0.2.0/24\n');
    await utimes(file, at, at);
    const tables = await tablesOf([file]);
    await writeFile(file, '192.0.3.0/24\n');
    await utimes(file, at, at);
    await tables.look();
    expect([tables.originOf('192.0.2.9'), tables.originOf('192.0.3.9')]).toEqual(['outside', 'inside']);
  });

  test('what is older than 45 days is told of loudly, once a day', async () => {
    const file = join(folder, 'aged.mmdb');
    await writeFile(file, countryTable({ '5.1.0.0/16': 'IR' }, { builtAt: new Date(NOW) }));
    let now = NOW + 45 * DAY_MS;
    const tables = await tablesOf([file], () => now);
    expect([tables.state().old, alarms()]).toEqual([false, []]);
    now += DAY_MS;
    await tables.look();
    await tables.look();
    expect([tables.state().old, alarms()]).toEqual([
      true,
      ['ALARM: the tables of networks are older than 45 days'],
    ]);
    expect(tables.originOf('5.1.1.1')).toBe('inside');
  });

  test('a rule without files does not start', () => {
    const env = { ...TEST_KEY_ENVIRONMENT, NETWORK_RULE: 'enforce' };
    expect(() => loadConfig('api', env)).toThrow('NETWORKS_FILE: is missing');
  });
});
