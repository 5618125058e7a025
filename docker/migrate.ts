/** The migration job of the compose file: brings the schema up to date as its owner, then ends. */
import knexModule from 'knex';
import { migrate } from '../migrations/index.ts';

const connection = process.env['MIGRATOR_DATABASE_URL'];
if (connection === undefined) throw new Error('MIGRATOR_DATABASE_URL is missing.');
const knex = knexModule({ client: 'pg', connection });
try {
  const applied = await migrate(knex);
  console.log(applied.length === 0 ? 'the schema is up to date' : `applied ${applied.join(', ')}`);
} finally {
  await knex.destroy();
}
