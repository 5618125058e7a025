/**
 * Which bank issued a card, by its first digits, as data that headquarters changes: a row says what is true of a
 * prefix from one moment to another. Merged banks keep the prefixes of their old cards, with the status that they
 * had. Source of the first rows: six public lists compared; where they disagree the row says so in `source`.
 *
 * Also for the guardian of the card: the fingerprint of the card that was really used, where it is another one than
 * was announced.
 */
import type { Knex } from 'knex';
import { describeColumns, hidden, plain } from './describe-columns.ts';

const CHANGES = `
create table bank_prefixes (
  id uuid primary key default gen_random_uuid(),
  prefix text not null check (prefix ~ '^[0-9]{6,8}$'),
  bank text not null check (bank <> ''),
  merged_into text,
  supported boolean not null,
  valid_from timestamptz not null,
  valid_to timestamptz check (valid_to > valid_from),
  source text not null,
  changed_by uuid references staff,
  changed_at timestamptz not null default now(),
  unique (prefix, valid_from)
);
create unique index one_open_prefix on bank_prefixes (prefix) where valid_to is null;

create table unknown_bank_prefixes (
  prefix text primary key check (prefix ~ '^[0-9]{6}$'),
  seen_at timestamptz not null default now()
);

alter table card_verifications add column used_card_hmac bytea;
drop index card_verifications_card_hmac_updated_at_idx;
create index registrations_of_candidate on registrations (candidate_id);
create index registrations_of_person on registrations (national_id_hmac);
create index wrong_entries on card_verifications (registration_id, updated_at) where reason = 'wrong-entry';
`;

interface Bank {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly mergedInto?: string;
  readonly refused?: true;
  readonly source?: string;
}

const LISTS = 'مقایسه شش فهرست، آبان ۱۴۰۵';

/** The first six banks do not answer who owns a card. */
const BANKS: readonly Bank[] = [
  { name: 'تجارت', prefixes: ['627353', '585983'], refused: true },
  { name: 'قرض‌الحسنه رسالت', prefixes: ['504172'], refused: true },
  { name: 'پارسیان', prefixes: ['622106', '627884', '639194'], refused: true },
  { name: 'حکمت ایرانیان', prefixes: ['636949'], refused: true, mergedInto: 'سپه' },
  { name: 'قوامین', prefixes: ['639599'], refused: true, mergedInto: 'سپه' },
  { name: 'انصار', prefixes: ['627381'], refused: true, mergedInto: 'سپه' },
  { name: 'ملی', prefixes: ['603799', '170019'] },
  { name: 'سپه', prefixes: ['589210'] },
  { name: 'سپه', prefixes: ['589910'], source: 'تنها یک فهرست از شش فهرست' },
  { name: 'کوثر', prefixes: ['505801'], mergedInto: 'سپه' },
  { name: 'مهر اقتصاد', prefixes: ['639370'], mergedInto: 'سپه' },
  { name: 'ملت', prefixes: ['610433', '991975'] },
  { name: 'صادرات', prefixes: ['603769', '903769'] },
  { name: 'کشاورزی', prefixes: ['603770', '639217'] },
  { name: 'مسکن', prefixes: ['628023'] },
  { name: 'رفاه کارگران', prefixes: ['589463'] },
  { name: 'سامان', prefixes: ['621986'] },
  { name: 'بلو (سامان)', prefixes: ['62198618', '62198619'] },
  { name: 'پاسارگاد', prefixes: ['502229', '639347'] },
  { name: 'اقتصاد نوین', prefixes: ['627412'] },
  { name: 'کارآفرین', prefixes: ['627488', '502910'] },
  { name: 'سرمایه', prefixes: ['639607'] },
  { name: 'سینا', prefixes: ['639346'] },
  { name: 'شهر', prefixes: ['502806'] },
  {
    name: 'شهر',
    prefixes: ['504706'],
    source: 'دو فهرست از چهار فهرست آن را حکمت می‌دانند؛ پیش‌شماره دوم خود بانک شهر است و نباید رد شود',
  },
  { name: 'آینده', prefixes: ['636214'], mergedInto: 'ملی' },
  { name: 'دی', prefixes: ['502938'] },
  { name: 'گردشگری', prefixes: ['505416', '505426'] },
  { name: 'ایران زمین', prefixes: ['505785'] },
  { name: 'خاورمیانه', prefixes: ['585947'] },
  { name: 'خاورمیانه', prefixes: ['505809'], source: 'یک فهرست آن را کشاورزی می‌داند' },
  { name: 'قرض‌الحسنه مهر ایران', prefixes: ['606373'] },
  { name: 'توسعه تعاون', prefixes: ['502908'] },
  { name: 'توسعه صادرات', prefixes: ['627648', '207177'] },
  { name: 'صنعت و معدن', prefixes: ['627961'] },
  { name: 'پست بانک', prefixes: ['627760'] },
  { name: 'مؤسسه اعتباری ملل', prefixes: ['606256'] },
  { name: 'مؤسسه اعتباری نور', prefixes: ['507677'] },
  { name: 'مؤسسه اعتباری توسعه', prefixes: ['628157'] },
  { name: 'مرکزی', prefixes: ['636795', '636797'] },
  { name: 'ایران و ونزوئلا', prefixes: ['581874'] },
];

/** Before any card that could be shown to us. */
const ALWAYS = '1970-01-01T00:00:00Z';

const ROWS = BANKS.flatMap(({ name, prefixes, mergedInto, refused, source }) =>
  prefixes.map((prefix) => ({
    ...{ prefix, bank: name, supported: refused !== true, valid_from: ALWAYS },
    ...{ merged_into: mergedInto ?? null, source: source ?? LISTS },
  })),
);

/** Read by everybody, changed by headquarters; what was true once stays as it was. */
const RIGHTS = `
grant select, insert, update, delete on bank_prefixes to davtalab_app;
grant select, insert on unknown_bank_prefixes to davtalab_app;
grant select on bank_prefixes, unknown_bank_prefixes to davtalab_panel;
`;

const COLUMNS = {
  bank_prefixes: plain(
    'id prefix bank merged_into supported valid_from valid_to source changed_at changed_by',
  ),
  unknown_bank_prefixes: plain('prefix seen_at'),
  card_verifications: hidden('used_card_hmac'),
};

export async function up(knex: Knex): Promise<void> {
  await knex.raw(CHANGES);
  await knex('bank_prefixes').insert(ROWS);
  await knex.raw(RIGHTS);
  await describeColumns(knex, COLUMNS);
}
