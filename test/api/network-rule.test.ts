/** NET-2: no VPN at any step, by tables that the operator keeps. */
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createNetworkRule, type NetworkRule } from '../../api/network-rule.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { countryTable } from '../support/mmdb.ts';
import { expectRefusal, type ApiClient } from './client.ts';
import { openOffice, type Office } from './office.ts';

import { DEMO, INSIDE, MODES, NOW, openNetworks, OUTSIDE, type Networks } from './networks.ts';

let networks: Networks;
beforeAll(async () => {
  networks = await openNetworks();
});
afterEach(() => networks.forget());
afterAll(() => networks.remove());

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
    expect((await networks.ruleOf(mode)).judge(address)).toBe(verdict);
  });

  test.each(['nested', 'flat'] as const)('a country table (%s), and a list beside it', async (style) => {
    const table = join(networks.folder, `${style}.mmdb`);
    const list = join(networks.folder, 'allowed.txt');
    const countries = { '5.1.0.0/16': 'IR', '8.8.0.0/16': 'US' };
    await writeFile(table, countryTable(countries, { builtAt: new Date(NOW), style }));
    await writeFile(list, '# ours\n8.8.4.0/24 # an embassy\n');
    const rule = await networks.ruleOf('enforce', [table, list]);
    expect(
      ['5.1.2.3', '8.8.8.8', '8.8.4.4', '9.9.9.9', '2a01:5ec0::1'].map((address) => rule.judge(address)),
    ).toEqual(
      // The last two are not in the table: such an address is warned.
      ['allowed', 'refused', 'allowed', 'warned', 'warned'],
    );
    expect(networks.alarms()).toEqual([]);
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
    const office = await officeOf(await networks.ruleOf('enforce'));
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
    const office = await officeOf(await networks.ruleOf(mode));
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
    const office = await officeOf(await networks.ruleOf('warn'));
    const steps = async (address: string): Promise<string[]> => {
      const reply = await office.client.get<{ items: { step: string }[] }>('/notices', via(address));
      return reply.body.items.map(({ step }) => step);
    };
    expect(await steps(OUTSIDE)).toEqual(['sign-in', 'identity', 'submission']);
    expect(await steps(INSIDE)).toEqual([]);
  });

  test('a table that changes under load takes effect, and not one request is lost', async () => {
    const file = join(networks.folder, 'changing.txt');
    const put = async (networks: string): Promise<void> => {
      await writeFile(`${file}.new`, networks);
      await rename(`${file}.new`, file);
    };
    await put('192.0.2.0/24\n');
    const tables = await networks.tablesOf([file]);
    const office = await officeOf(
      createNetworkRule({ mode: 'enforce', withoutTables: 'enforce', tables, log: networks.log }),
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
    const old = join(networks.folder, 'old.txt');
    await writeFile(old, '# as of 2026-10-01\n192.0.2.0/24\n');
    const office = await officeOf(await networks.ruleOf('warn', [old, join(networks.folder, 'none.txt')]));
    const reply = await office.client.get<{ missing: string[] }>('//readyz');
    expect([reply.status, reply.body.missing]).toEqual([200, ['networks', 'networks-old']]);
  });
});

describe('NET-1: no proxy is named', () => {
  test.each(['off', 'enforce'] as const)(
    '%s: readyz tells of it, for behind a proxy everybody would be inside',
    async (mode) => {
      const proxiesNamed = false;
      const tables = await networks.tablesOf([DEMO]);
      const rule = createNetworkRule({
        mode,
        withoutTables: 'warn',
        tables,
        log: networks.log,
        proxiesNamed,
      });
      expect(rule.complaints()).toEqual(['trusted-proxies']);
      const office = await openOffice({ networkRule: rule });
      const reply = await office.client.get<{ missing: string[] }>('//readyz');
      await office.close();
      expect([reply.status, reply.body.missing]).toEqual([200, ['trusted-proxies']]);
    },
  );
});
