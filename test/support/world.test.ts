import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectTemporal } from '../../platform/temporal-client.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/protocol.ts';
import { freshDatabase, type FreshDatabase } from './database.ts';
import { testTemporal } from './engine.ts';
import { TEST_KEYS } from './keys.ts';

describe('the world of a test run', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh.drop());

  test('DAT-7, ADM-9: gives a migrated database in which the app cannot rewrite history', async () => {
    await expect(fresh.db.knex('audit').update({ action: 'x' })).rejects.toThrow('permission denied');
    expect(await fresh.owner('audit').count<{ count: string }[]>('* as count')).toEqual([{ count: '0' }]);
  });

  test('DAT-7, ADM-5: gives the panel no row without a member of staff', async () => {
    expect(await fresh.panel().knex('constituencies').select('id')).toEqual([]);
  });

  test('gives an engine that knows our search attributes', async () => {
    const { address, namespace } = testTemporal();
    const { client, close } = await connectTemporal({ address, namespace, payloadKey: TEST_KEYS.payload });
    const known = await client.connection.operatorService.listSearchAttributes({ namespace });
    await close();
    expect(Object.keys(known.customAttributes)).toEqual(
      expect.arrayContaining(Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name)),
    );
  });
});
