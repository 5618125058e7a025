/** DAT-2: every column says whether it is sensitive; what is, is sealed, hashed, or in clear for a reason given here. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Knex } from 'knex';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly comment: string | null;
}

/** Of tables and of views: a view has comments of its own. */
const COLUMNS = `
select t.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       col_description(t.oid, a.attnum) as comment
from pg_attribute a join pg_class t on t.oid = a.attrelid
where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0
  and not a.attisdropped and t.relname not like 'knex_migrations%'
order by 1`;

const CLASS = /^sensitive=(?:false|true|true in clear: \S.{15,})$/u;
const HIDDEN_NAME = /_(?:sealed|hmac|hash)$/u;
/** Names under which personal data is usually kept. */
const TELLING_NAME =
  /(?:\.|_)(?:mobile|phone|msisdn|email|national|birth|father|person|name|address|ip|card|pan|iban|postal|token|password|secret|answers|note)(?:_\w*)?$/u;

/** Whatever stands here in clear was decided on; the reason is in the migration. */
const IN_CLEAR = [
  ...['documents.original_sha256', 'documents.sha256', 'revisions.content_hash'],
  ...['one_time_codes.device_id', 'sessions.device_id', 'sessions.device_name'],
  ...['panel_staff.email', 'panel_staff.name', 'staff.email', 'staff.name', 'staff.password_hash'],
  ...['panel_identity_proposals.proposed_by_name', 'panel_notices.written_by_name'],
  ...['panel_bank_prefixes.changed_by_name', 'panel_code_lock_lifts.lifted_by_name'],
  ...['panel_provider_switches.off_by_name', 'panel_provider_switches.on_again_by_name', 'rate_limits.key'],
];
/** Named like personal data, and none. */
const HARMLESS = [
  ...['divisions.name', 'registrations.person', 'registrations.person_reason', 'panel_registrations.person'],
  ...['registrations.card', 'registrations.card_reason', 'registrations.card_attempt_id', 'panel_registrations.card'],
  ...['panel_audit.governorate_name', 'panel_constituencies.governorate_name', 'panel_registrations.governorate_name'],
  ...['registrations.mobile_changes', 'panel_staff.governorate_name', 'panel_identity_proposals.governorate_name'],
  'panel_code_lock_lifts.governorate_name',
]; // prettier-ignore

async function columnsOf(knex: Knex): Promise<Column[]> {
  return (await knex.raw<{ rows: Column[] }>(COLUMNS)).rows;
}

const names = (columns: readonly Column[]): string[] => columns.map(({ name }) => name);
const inClear = ({ comment }: Column): boolean => comment?.startsWith('sensitive=true in clear') ?? false;
const isPlain = ({ comment }: Column): boolean => comment === 'sensitive=false';
const unclassified = (columns: readonly Column[]): string[] =>
  names(columns.filter(({ comment }) => !CLASS.test(comment ?? '')));
const barelyHidden = (columns: readonly Column[]): string[] =>
  names(
    columns.filter(
      ({ name, type, comment }) =>
        comment === 'sensitive=true' && !(type === 'bytea' && HIDDEN_NAME.test(name)),
    ),
  );
const wronglyPlain = (columns: readonly Column[]): string[] =>
  names(
    columns.filter(
      (column) =>
        isPlain(column) &&
        (/_(?:sealed|hmac)$/u.test(column.name) || TELLING_NAME.test(column.name)) &&
        !HARMLESS.includes(column.name),
    ),
  );

describe('DAT-2: the columns', () => {
  let fresh: FreshDatabase;
  let columns: Column[];
  beforeAll(async () => {
    fresh = await freshDatabase();
    columns = await columnsOf(fresh.owner);
  });
  afterAll(() => fresh.drop());

  test('DAT-2: say in their comment whether they are sensitive', () => {
    expect(unclassified(columns)).toEqual([]);
    expect(columns.length).toBeGreaterThan(200);
  });

  test('DAT-2: that are sensitive hold a sealed value or a keyed hash', () => {
    expect(barelyHidden(columns)).toEqual([]);
  });

  test('DAT-2: that are sensitive and in clear are the ones decided on', () => {
    expect(names(columns.filter(inClear)).sort()).toEqual([...IN_CLEAR].sort());
  });

  test('DAT-2: that are called like personal data are not marked as harmless', () => {
    expect(wronglyPlain(columns)).toEqual([]);
  });

  test('DAT-2: that a migration forgot or got wrong are found', async () => {
    await fresh.owner.raw(`
      create table planted (silent text, father_name text, mobile_sealed bytea, iban text);
      create view panel_planted as select silent from planted;
      alter table candidates add column nickname text;
      comment on column planted.father_name is 'sensitive=false';
      comment on column planted.mobile_sealed is 'sensitive=false';
      comment on column planted.iban is 'sensitive=true'`);
    const planted = await columnsOf(fresh.owner);
    expect(unclassified(planted)).toEqual(['candidates.nickname', 'panel_planted.silent', 'planted.silent']);
    expect(wronglyPlain(planted)).toEqual(['planted.father_name', 'planted.mobile_sealed']);
    expect(barelyHidden(planted)).toEqual(['planted.iban']);
  });
});
