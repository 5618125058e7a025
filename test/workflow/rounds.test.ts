/** The worker's rounds: each duty in its turn, whatever becomes of the others. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { goRoundsUntil } from '../../activities/rounds.ts';
import { connectTemporal } from '../../platform/temporal-client.ts';
import { bindKey, findEffect, sweepKeys } from '../../store/idempotency.ts';
import { noticeSender } from '../../workflows/protocol.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { TEST_KEYS } from '../support/keys.ts';
import { quietLog } from '../support/quiet-log.ts';
import { idempotency } from './candidacy.ts';

const HOUR_MS = 3_600_000;
const EFFECT_ID = '01990000-0000-7000-8000-000000000001';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

test('a duty that fails does not keep the next one from its turn, and gets its own again', async () => {
  const ending = new AbortController();
  const done: string[] = [];
  const note = (name: string, fails: boolean) => () => {
    done.push(name);
    if (done.length >= 4) ending.abort();
    return fails ? Promise.reject(new Error('away')) : Promise.resolve(1);
  };
  const duties = [
    { name: 'failing', everyMs: 0, work: note('failing', true) },
    { name: 'sound', everyMs: 0, work: note('sound', false) },
    { name: 'seldom', everyMs: HOUR_MS, work: note('seldom', false) },
  ];
  await goRoundsUntil(ending.signal, [duties], quietLog());
  expect(done).toEqual(['failing', 'sound', 'seldom', 'failing']);
});

test('a duty that hangs keeps no duty of another group from its turns', async () => {
  const ending = new AbortController();
  const hanging = new Promise<number>((resolve) =>
    ending.signal.addEventListener('abort', () => resolve(0), { once: true }),
  );
  let turns = 0;
  const redelivery = (): Promise<number> => {
    turns += 1;
    if (turns === 2) ending.abort();
    return Promise.resolve(0);
  };
  const groups = [
    [{ name: 'hanging', everyMs: 0, work: () => hanging }],
    [{ name: 'redelivery', everyMs: 0, work: redelivery }],
  ];
  const late = setTimeout(() => ending.abort(), 50_000);
  await goRoundsUntil(ending.signal, groups, quietLog());
  clearTimeout(late);
  expect(turns).toBe(2);
});

test('an engine that takes connections and never answers is given up in time', async () => {
  const sockets: Socket[] = [];
  const stopped = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => stopped.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(stopped.address() as AddressInfo).port}`;
  const temporal = await connectTemporal({ address, namespace: 'default', payloadKey: TEST_KEYS.payload });
  const send = noticeSender(temporal.client, { queueSuffix: '', deadlineMs: 300 });
  const begun = performance.now();
  await expect(send(EFFECT_ID)).rejects.toThrow();
  // Without a deadline of ours it is waited for without end.
  expect(performance.now() - begun).toBeLessThan(30_000);
  await temporal.close();
  for (const socket of sockets) socket.destroy();
  stopped.close();
});

test('a key means something for 72 hours, and is forgotten then', async () => {
  const [young, old] = [idempotency('device:1'), idempotency('device:1')];
  const effect = { effect: 'test', effectId: EFFECT_ID };
  const now = Date.now();
  for (const key of [young, old]) await bindKey(fresh.db, key, effect);
  const age = (key: typeof young, hours: number) =>
    fresh.db
      .knex('idempotency_keys')
      .where({ key: key.key })
      .update({ created_at: new Date(now - hours * HOUR_MS) });
  await age(young, 71.9);
  await age(old, 72.1);
  expect(await sweepKeys(fresh.db, now)).toBe(1);
  expect(await findEffect(fresh.db, young, 'test')).toBe(EFFECT_ID);
  expect(await findEffect(fresh.db, old, 'test')).toBeUndefined();
});
