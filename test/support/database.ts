/** A database of its own for each test file that asks, cloned in milliseconds from the seeded template. */
import type { Knex } from 'knex';
import { closeDatabase, openDatabase, type Database, type DatabaseRole } from '../../store/database.ts';
import { randomToken } from '../../platform/secret.ts';
import { TEST_SEALING } from './keys.ts';
import { TEST_PATIENCE } from './patience.ts';
import { TEMPLATE, world, type World } from './world.ts';

export interface FreshDatabase {
  /** For processes: connects as the owner. */
  readonly url: string;
  /** With the rights of the app. */
  readonly db: Database;
  /** With all rights. */
  readonly owner: Knex;
  /** One more connection, with the rights of the panel. */
  panel(): Database;
  drop(): Promise<void>;
}

const NAME_PLACE = /\/NAME$/u;
const POOL_SIZE = 20;

/** Members of staff of the seeded demo election, with passwords. */
export function demoStaff(): World['staff'] {
  return world().staff;
}

/** A new migrated database with the demo election in it. Call `drop` at the end. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { databaseUrl } = world();
  const urlOf = (database: string): string => databaseUrl.replace(NAME_PLACE, `/${database}`);
  const open = (url: string, role: DatabaseRole | null, poolSize = POOL_SIZE): Database =>
    openDatabase({ url, role, poolSize, sealing: TEST_SEALING, ...TEST_PATIENCE });
  const name = `test_${randomToken(8)
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, 'x')}`;

  const server = open(urlOf('postgres'), null, 1);
  await server.knex.raw(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  const url = urlOf(name);
  const opened = [open(url, 'davtalab_app'), open(url, null)] as [Database, Database];
  const [db, owner] = opened;
  return {
    url,
    db,
    owner: owner.knex,
    panel: () => {
      const panel = open(url, 'davtalab_panel');
      opened.push(panel);
      return panel;
    },
    drop: async () => {
      await Promise.all(opened.map(closeDatabase));
      await server.knex.raw(`drop database if exists ${name} with (force)`);
      await closeDatabase(server);
    },
  };
}
