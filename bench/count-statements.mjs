/**
 * Loaded into one of our processes (`--import …/count-statements.mjs?to=FILE`): writes down how many statements it has
 * sent to PostgreSQL. A busy machine changes this number less than any other: only who waits asks more often.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import pg from 'pg';

const WRITE_MS = 200;
const file = new URL(import.meta.url).searchParams.get('to');
const { query } = pg.Client.prototype;
let statements = 0;

pg.Client.prototype.query = function count(...parts) {
  statements += 1;
  return query.apply(this, parts);
};
/** Whole at any moment, for whoever reads it. */
function write() {
  writeFileSync(`${file}.new`, String(statements));
  renameSync(`${file}.new`, file);
}

// Threads of the process load this too, and have no database.
if (isMainThread) setInterval(write, WRITE_MS).unref();
