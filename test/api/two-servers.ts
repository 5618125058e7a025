/** Two servers of the API on one database: two processes, as far as the database can see. */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../api/app.ts';
import { createApiServer, drain } from '../../api/server.ts';
import { createStreams, type Services } from '../../api/services.ts';
import { createLogger } from '../../platform/log.ts';
import { closeDatabase, openDatabase } from '../../store/database.ts';
import { TEST_KEYS, TEST_SEALING } from '../support/keys.ts';
import { TEST_PATIENCE } from '../support/patience.ts';
import { createClient, type ApiClient } from './client.ts';
import { DEVICE, openOffice, type Office } from './office.ts';

export interface TwoServers {
  readonly office: Office;
  readonly second: ApiClient;
  readonly secondServices: { db: Services['db'] };
  /** What the second server has logged. */
  readonly lines: readonly string[];
  newMobile(): string;
  /** Codes that open a session each, as many as are wanted at once: what parallel sign-ins of one person would need. */
  codesFor(mobile: string, count: number): Promise<{ ids: string[]; code: string }>;
  close(): Promise<void>;
}

export interface Opened {
  readonly token: string;
  readonly replaced: { readonly kind: string; readonly name: string } | null;
}

export const LAPTOP = { id: DEVICE.id, kind: 'windows', name: 'Laptop' } as const;

interface Key {
  readonly codeId: string;
  readonly code: string;
}

/** Types a code, and so opens a session. */
export const open = (at: ApiClient, key: Key, device: object = DEVICE, headers = {}) =>
  at.post<Opened>('/sessions', { ...key, device }, headers);

async function copiesOfCode(
  { fresh, client, codeFor, wait }: Office,
  mobile: string,
  count: number,
): Promise<{ ids: string[]; code: string }> {
  wait(61_000);
  const asked = await client.post<{ id: string }>('/sign-in-codes', { mobile, device: { id: DEVICE.id } });
  const code = codeFor(mobile);
  const { owner, db } = fresh;
  const row = await owner('one_time_codes').where({ id: asked.body.id }).first<object>();
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const id of ids) {
    const place = { table: 'one_time_codes', column: 'mobile_sealed', row: id };
    const sealed = db.sealing.seal(place, mobile.replace(/^0/u, '+98'));
    const hmac = createHmac('sha256', TEST_KEYS.code).update(`${id}|${code}`).digest();
    await owner('one_time_codes').insert({ ...row, id, mobile_sealed: sealed, code_hmac: hmac });
  }
  return { ids, code };
}

export async function openTwoServers(): Promise<TwoServers> {
  const office = await openOffice();
  const lines: string[] = [];
  const log = createLogger('test', { destination: { write: (line) => void lines.push(line) } });
  const db = openDatabase({
    url: office.fresh.url,
    role: 'davtalab_app',
    poolSize: 5,
    sealing: TEST_SEALING,
    ...TEST_PATIENCE,
  });
  const services: Services = { ...office.services, db, log, streams: createStreams() };
  const server = createApiServer(createApp(services)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let people = 0;
  return {
    ...{ office, lines },
    second: createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    secondServices: services as { db: Services['db'] },
    newMobile: () => `0937${String((people += 1)).padStart(7, '0')}`,
    codesFor: (mobile, count) => copiesOfCode(office, mobile, count),
    async close() {
      await drain(server, services.streams);
      await closeDatabase(db);
      await office.close();
    },
  };
}
