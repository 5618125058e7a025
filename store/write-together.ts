/** Writes of one transaction in one round trip. */
import type { Knex } from 'knex';
import type { Database } from './database.ts';

/** A statement that has not been sent yet. */
export type Write = Knex.QueryBuilder;

interface Notification {
  readonly channel: string;
  readonly payload: string;
}

/**
 * Sends writes as one statement, and the notifications that the commit is to give. No write may read what another
 * writes, and each row may be written only once: all see the database as it was before.
 */
export async function writeTogether(
  { knex }: Pick<Database, 'knex'>,
  writes: readonly Write[],
  notifications: readonly Notification[],
): Promise<void> {
  const together = writes.reduce<Knex.QueryBuilder>(
    (query, write, index) => query.with(`write_${index}`, write),
    knex.queryBuilder(),
  );
  await together.select(
    notifications.map(({ channel, payload }) => knex.raw('pg_notify(?, ?)', [channel, payload])),
  );
}
