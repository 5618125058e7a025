/** All migrations in their order. Imported as a list, so that it does not matter which loader runs them. */
import type { Knex } from 'knex';
import { up as initial } from './0001-initial.ts';
import { up as panelViews } from './0002-panel-views.ts';
import { up as duties } from './0003-duties.ts';
import { up as takenCodes } from './0004-taken-codes.ts';
import { up as openTries } from './0005-open-tries.ts';
import { up as codes } from './0006-codes.ts';
import { up as rateLimits } from './0007-rate-limits.ts';
import { up as bankPrefixes } from './0008-bank-prefixes.ts';
import { up as desk } from './0009-desk.ts';
import { up as sms } from './0010-sms.ts';
import { up as countedCodes } from './0011-counted-codes.ts';
import { up as mootProposals } from './0012-moot-proposals.ts';
import { up as mobileChange } from './0013-mobile-change.ts';
import { up as draftFieldRevisions } from './0014-draft-field-revisions.ts';
import { up as unconfirmed } from './0015-unconfirmed.ts';
import { up as codeLockLifts } from './0016-code-lock-lifts.ts';
import { up as smsOnItsWay } from './0017-sms-on-its-way.ts';
import { up as deadlines } from './0018-deadlines.ts';
import { up as entriesOfCards } from './0019-entries-of-cards.ts';
import { up as cardWarnings } from './0020-card-warnings.ts';

interface Migration {
  readonly name: string;
  readonly up: (knex: Knex) => Promise<void>;
}

const MIGRATIONS: readonly Migration[] = [
  { name: '0001-initial', up: initial },
  { name: '0002-panel-views', up: panelViews },
  { name: '0003-duties', up: duties },
  { name: '0004-taken-codes', up: takenCodes },
  { name: '0005-open-tries', up: openTries },
  { name: '0006-codes', up: codes },
  { name: '0007-rate-limits', up: rateLimits },
  { name: '0008-bank-prefixes', up: bankPrefixes },
  { name: '0009-desk', up: desk },
  { name: '0010-sms', up: sms },
  { name: '0011-counted-codes', up: countedCodes },
  { name: '0012-moot-proposals', up: mootProposals },
  { name: '0013-mobile-change', up: mobileChange },
  { name: '0014-draft-field-revisions', up: draftFieldRevisions },
  { name: '0015-unconfirmed', up: unconfirmed },
  { name: '0016-code-lock-lifts', up: codeLockLifts },
  { name: '0017-sms-on-its-way', up: smsOnItsWay },
  { name: '0018-deadlines', up: deadlines },
  { name: '0019-entries-of-cards', up: entriesOfCards },
  { name: '0020-card-warnings', up: cardWarnings },
];

const forwardOnly = (): Promise<never> =>
  Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));

const source: Knex.MigrationSource<Migration> = {
  getMigrations: () => Promise.resolve([...MIGRATIONS]),
  getMigrationName: (migration) => migration.name,
  getMigration: (migration) => Promise.resolve({ up: migration.up, down: forwardOnly }),
};

/** Brings the schema up to date; `knex` connects as the owner. Returns the names of what was applied. */
export async function migrate(knex: Knex): Promise<string[]> {
  const [, applied] = (await knex.migrate.latest({ migrationSource: source })) as [number, string[]];
  return applied;
}
