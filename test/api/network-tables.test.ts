/** NET-2: tables of networks that are missing, broken, old, or changed under our hands. */
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createNetworkRule } from '../../api/network-rule.ts';
import { loadConfig } from '../../platform/config.ts';
import { TEST_KEY_ENVIRONMENT } from '../support/keys.ts';
import { countryTable } from '../support/mmdb.ts';
import { DAY_MS, DEMO, INSIDE, MODES, NOW, openNetworks, OUTSIDE, type Networks } from './networks.ts';

let networks: Networks;
beforeAll(async () => {
  networks = await openNetworks();
});
afterEach(() => networks.forget());
afterAll(() => networks.remove());

describe('NET-2: tables that are not as they should be', () => {
  test.each(MODES)('none can be read: %s holds as configured, and the log is loud', async (withoutTables) => {
    const rule = await networks.ruleOf('enforce', [join(networks.folder, 'none.txt')], withoutTables);
    expect(rule.judge(OUTSIDE)).toBe({ off: 'allowed', warn: 'warned', enforce: 'refused' }[withoutTables]);
    expect(rule.judge('192.168.1.1')).toBe('allowed');
    expect(networks.alarms()).toEqual(['ALARM: a table of networks cannot be read; there is none']);
  });

  test.each(MODES)(
    'one of several cannot be read: whoever is not inside may stand in it, so %s holds as configured',
    async (withoutTables) => {
      const file = join(networks.folder, `late-${withoutTables}.txt`);
      const tables = await networks.tablesOf([DEMO, file]);
      const rule = createNetworkRule({ mode: 'enforce', withoutTables, tables, log: networks.log });
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
    const table = join(networks.folder, 'beside.mmdb');
    await writeFile(table, countryTable({ '8.8.0.0/16': 'US' }, { builtAt: new Date(NOW) }));
    const rule = await networks.ruleOf('enforce', [table, join(networks.folder, 'none.txt')]);
    expect(rule.judge('8.8.4.4')).toBe('warned');
  });

  test('what is no address is nowhere, not even for a country table', async () => {
    const table = join(networks.folder, 'nowhere.mmdb');
    await writeFile(table, countryTable({ '0.0.0.0/1': 'IR' }, { builtAt: new Date(NOW) }));
    const rule = await networks.ruleOf('enforce', [table]);
    expect(rule.judge('unknown')).toBe('warned');
  });

  test.each([
    ...['', '# nothing\n', '192.0.2.0/24\nhttp://example\n', '<html>'],
    // Cut off in the middle of /16 and of /32.
    ...['192.0.2.0/24\n5.160.0.0/1', '192.0.2.0/24\n2001:db8::/3'],
  ])('%j replaces nothing', async (text) => {
    const file = join(networks.folder, 'broken.txt');
    await writeFile(file, '192.0.2.0/24\n');
    const tables = await networks.tablesOf([file]);
    await writeFile(file, text);
    await utimes(file, new Date(), new Date(NOW + 5_000));
    await tables.look();
    expect(tables.originOf(INSIDE)).toBe('inside');
    expect(networks.alarms()).toEqual(['ALARM: a table of networks cannot be read; the one before stays']);
  });

  test('a country table that is cut off, wherever, replaces nothing', async () => {
    const file = join(networks.folder, 'cut.mmdb');
    const whole = countryTable({ '5.1.0.0/16': 'IR' }, { builtAt: new Date(NOW) });
    await writeFile(file, whole);
    const tables = await networks.tablesOf([file]);
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      await tables.look();
      expect([length, tables.originOf('5.1.1.1')]).toEqual([length, 'inside']);
    }
    expect(networks.alarms()).toHaveLength(whole.length);
  });

  test('a list as of no day of the calendar replaces nothing: it would never be too old', async () => {
    const file = join(networks.folder, 'no-day.txt');
    await writeFile(file, '# as of 2026-11-20\n192.0.2.0/24\n');
    const tables = await networks.tablesOf([file]);
    await writeFile(file, '# as of 2026-13-40\n198.51.100.0/24\n');
    await tables.look();
    expect([tables.originOf(INSIDE), networks.alarms().length]).toEqual(['inside', 1]);
  });

  test('a file that was put in its place with the size and the time of the one before is read', async () => {
    const file = join(networks.folder, 'same-time.txt');
    const at = new Date(NOW);
    await writeFile(file, '192.0.2.0/24\n');
    await utimes(file, at, at);
    const tables = await networks.tablesOf([file]);
    await writeFile(file, '192.0.3.0/24\n');
    await utimes(file, at, at);
    await tables.look();
    expect([tables.originOf('192.0.2.9'), tables.originOf('192.0.3.9')]).toEqual(['outside', 'inside']);
  });

  test('what is older than 45 days is told of loudly, once a day', async () => {
    const file = join(networks.folder, 'aged.mmdb');
    await writeFile(file, countryTable({ '5.1.0.0/16': 'IR' }, { builtAt: new Date(NOW) }));
    let now = NOW + 45 * DAY_MS;
    const tables = await networks.tablesOf([file], () => now);
    expect([tables.state().old, networks.alarms()]).toEqual([false, []]);
    now += DAY_MS;
    await tables.look();
    await tables.look();
    expect([tables.state().old, networks.alarms()]).toEqual([
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
