/** The table of bank prefixes as a new installation has it, and as headquarters changes it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO_STAFF } from '../scripts/demo-data.ts';
import { freshDatabase, type FreshDatabase } from '../test/support/database.ts';
import { refusalOf } from '../test/workflow/candidacy.ts';
import {
  endBankPrefix,
  findBank,
  listBankPrefixes,
  listUnknownPrefixes,
  noteUnknownPrefix,
  setBankPrefix,
} from './bank-prefixes.ts';

const staffId = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
const HOUR_MS = 3_600_000;

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const now = () => Date.now();
const bankOf = (digits: string, at = now()) => findBank(fresh.db, digits, at);

describe('OTP-12: a new installation', () => {
  test.each([
    ['627353', 'تجارت', null],
    ['585983', 'تجارت', null],
    ['504172', 'قرض‌الحسنه رسالت', null],
    ['622106', 'پارسیان', null],
    ['627884', 'پارسیان', null],
    ['639194', 'پارسیان', null],
    ['636949', 'حکمت ایرانیان', 'سپه'],
    ['639599', 'قوامین', 'سپه'],
    ['627381', 'انصار', 'سپه'],
  ])('refuses %s of %s, with six digits and with eight', async (prefix, bank, mergedInto) => {
    expect(await bankOf(prefix)).toMatchObject({ bank, mergedInto, supported: false });
    expect(await bankOf(`${prefix}12`)).toMatchObject({ bank, supported: false });
  });

  test('refuses nine prefixes of six banks and no other, and knows each prefix once', async () => {
    const table = await listBankPrefixes(fresh.db, now());
    const refused = table.filter(({ supported }) => !supported);
    expect([refused.length, new Set(refused.map(({ bank }) => bank)).size]).toEqual([9, 6]);
    expect(new Set(table.map(({ prefix }) => prefix)).size).toBe(table.length);
    expect(table.length).toBeGreaterThan(50);
  });

  // Merged banks whose cards work, disputed ones, and an eight-digit one under a six-digit one.
  test.each([
    ['504706', 'شهر'],
    ['505801', 'کوثر'],
    ['639370', 'مهر اقتصاد'],
    ['636214', 'آینده'],
    ['589210', 'سپه'],
    ['603799', 'ملی'],
    ['62198618', 'بلو (سامان)'],
    ['62198617', 'سامان'],
  ])('lets %s of %s pass', async (digits, bank) => {
    expect(await bankOf(digits)).toMatchObject({ bank, supported: true });
  });

  test('does not know every prefix, and says so', async () => {
    expect(await bankOf('123456')).toBeUndefined();
    await noteUnknownPrefix(fresh.db, '12345678');
    await noteUnknownPrefix(fresh.db, '123456');
    expect(await listUnknownPrefixes(fresh.db)).toMatchObject([{ prefix: '123456' }]);
  });
});

describe('a change by headquarters', () => {
  const change = { staffId, from: null, mergedInto: null, validTo: null, source: 'بخشنامه' } as const;

  test('counts from its moment on, and what was true before stays as it was', async () => {
    const before = now();
    const at = before + HOUR_MS;
    await setBankPrefix(fresh.db, { ...change, prefix: '603799', bank: 'ملی', supported: false, from: at });
    expect(await bankOf('603799', before)).toMatchObject({ supported: true, validTo: at });
    expect(await bankOf('603799', at)).toMatchObject({ supported: false, validTo: null });
    // Thought better of, before it had begun.
    await setBankPrefix(fresh.db, { ...change, prefix: '603799', bank: 'ملی ایران', supported: true });
    expect(await bankOf('603799', at)).toMatchObject({ bank: 'ملی ایران', supported: true });
    const rows = await fresh.owner('bank_prefixes').where({ prefix: '603799' });
    expect(rows).toHaveLength(2);
  });

  test('may have an end, after which the prefix is not known', async () => {
    const validTo = now() + 2 * HOUR_MS;
    await setBankPrefix(fresh.db, { ...change, prefix: '99887766', bank: 'نو', supported: false, validTo });
    expect(await bankOf('99887766')).toMatchObject({ bank: 'نو' });
    expect(await bankOf('99887766', validTo)).toBeUndefined();
  });

  test('OTP-12: of longer prefixes that do not pass makes six digits too few', async () => {
    await setBankPrefix(fresh.db, { ...change, prefix: '63934712', bank: 'بسته', supported: false });
    expect(await refusalOf(bankOf('639347'))).toBe('card-digits-needed');
    expect(await refusalOf(bankOf('6393471'))).toBe('card-digits-needed');
    expect(await bankOf('63934712')).toMatchObject({ supported: false });
    expect(await bankOf('63934713')).toMatchObject({ supported: true });
  });

  test('can take a prefix out', async () => {
    const before = now();
    await endBankPrefix(fresh.db, { prefix: '581874', from: null, staffId });
    expect(await bankOf('581874')).toBeUndefined();
    expect(await bankOf('581874', before - HOUR_MS)).toMatchObject({ bank: 'ایران و ونزوئلا' });
  });

  test.each([
    ['five digits', { prefix: '60379' }],
    ['no digits', { prefix: '60379x' }],
    ['a bank without a name', { bank: ' ' }],
    ['no source', { source: '' }],
    ['a beginning in the past', { from: Date.parse('2020-01-01') }],
    ['an end before its beginning', { validTo: Date.parse('2020-01-01') }],
  ])('with %s is refused', async (_what, wrong) => {
    const wish = { ...change, prefix: '603770', bank: 'کشاورزی', supported: false, ...wrong };
    expect(await refusalOf(setBankPrefix(fresh.db, wish))).toBe('bank-prefix-invalid');
    expect(await bankOf('603770')).toMatchObject({ supported: true });
  });

  test('by many at once leaves one row that is true now', async () => {
    const changes = Array.from({ length: 8 }, (_none, index) =>
      setBankPrefix(fresh.db, { ...change, prefix: '628023', bank: `مسکن ${index}`, supported: true }),
    );
    const settled = await Promise.allSettled(changes);
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    const open = await fresh.owner('bank_prefixes').where({ prefix: '628023', valid_to: null });
    expect(open).toHaveLength(1);
  });

  test('stands in the audit, with who made it', async () => {
    const rows = await fresh.owner('audit').where({ subject_kind: 'bank-prefix', subject_id: '603799' });
    expect(rows).toMatchObject([
      { action: 'bank-prefix-set', actor_kind: 'staff', actor_id: staffId },
      { action: 'bank-prefix-set', actor_id: staffId, detail: { bank: 'ملی ایران', supported: true } },
    ]);
  });
});
