/** How often somebody did something. Columns and their order are those that rate-limiter-flexible writes. */
import type { Knex } from 'knex';

const TABLE = `
create table rate_limits (
  key text primary key,
  points integer not null default 0,
  expire bigint
) with (fillfactor = 70);
create index on rate_limits (expire);
grant select, insert, update, delete on rate_limits to davtalab_app;
comment on column rate_limits.key is 'sensitive=true in clear: the name is the library''s; whom it counts stands in it as a keyed hash';
comment on column rate_limits.points is 'sensitive=false';
comment on column rate_limits.expire is 'sensitive=false';
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(TABLE);
}
