/** The table of bank prefixes: read at the door and by the bank's answers, changed by headquarters only. */
import {
  bankOfPrefix,
  isBankPrefix,
  needsMoreDigits,
  prefixesOf,
  type BankPrefix,
} from '../domain/bank-prefix.ts';
import type { Instant } from '../domain/registration.ts';
import { Refusal } from '../domain/refusal.ts';
import { writeAudit } from './audit.ts';
import { readClock } from './commands/door.ts';
import { inTransaction, type Database } from './database.ts';

interface PrefixRow {
  prefix: string;
  bank: string;
  merged_into: string | null;
  supported: boolean;
  valid_from: Date;
  valid_to: Date | null;
  source: string;
  changed_by: string | null;
}

const rows = (db: Database) => db.knex<PrefixRow>('bank_prefixes');

const prefixOf = (row: PrefixRow): BankPrefix => ({
  prefix: row.prefix,
  bank: row.bank,
  mergedInto: row.merged_into,
  supported: row.supported,
  validFrom: row.valid_from.getTime(),
  validTo: row.valid_to?.getTime() ?? null,
});

/** What is true at that time, by prefix. */
export async function listBankPrefixes(db: Database, at: Instant): Promise<BankPrefix[]> {
  const moment = new Date(at);
  const valid = await rows(db)
    .where('valid_from', '<=', moment)
    .andWhere((end) => void end.whereNull('valid_to').orWhere('valid_to', '>', moment))
    .orderBy('prefix');
  return valid.map(prefixOf);
}

/**
 * The bank of a card that begins with these digits (6 or more, ASCII); undefined for an unknown one. Refuses
 * `card-digits-needed` when more of them would tell whether it may be used.
 */
export async function findBank(db: Database, digits: string, at: Instant): Promise<BankPrefix | undefined> {
  const found = await rows(db).whereIn('prefix', prefixesOf(digits)).orWhereLike('prefix', `${digits}%`);
  const possible = found.map(prefixOf);
  if (needsMoreDigits(possible, digits, at)) throw new Refusal('card-digits-needed');
  return bankOfPrefix(possible, digits, at);
}

const UNKNOWN_DIGITS = 6;

/** A card of a bank that the table lacks was let in: headquarters sees which, nobody sees whose. */
export async function noteUnknownPrefix(db: Database, digits: string): Promise<void> {
  await db
    .knex('unknown_bank_prefixes')
    .insert({ prefix: digits.slice(0, UNKNOWN_DIGITS) })
    .onConflict('prefix')
    .ignore();
}

/** The prefixes of cards that came and that the table still lacks, newest first. */
export async function listUnknownPrefixes(db: Database): Promise<{ prefix: string; seenAt: Date }[]> {
  const seen: { prefix: string; seen_at: Date }[] = await db
    .knex('unknown_bank_prefixes')
    .whereNotExists((known) =>
      known.from('bank_prefixes').whereRaw('left(bank_prefixes.prefix, 6) = unknown_bank_prefixes.prefix'),
    ) // prettier-ignore
    .orderBy('seen_at', 'desc');
  return seen.map(({ prefix, seen_at: seenAt }) => ({ prefix, seenAt }));
}

interface Change {
  readonly prefix: string;
  /** When it begins; null for now. Never in the past: what was decided by the table stays explained by it. */
  readonly from: Instant | null;
  readonly staffId: string;
}

interface NewPrefix extends Change, Pick<BankPrefix, 'bank' | 'mergedInto' | 'supported' | 'validTo'> {
  /** Where headquarters knows it from. */
  readonly source: string;
}

/**
 * Says what is true of a prefix from a moment on. What was true until then ends there; what was planned for later
 * is dropped. Refuses `bank-prefix-invalid`.
 */
export function setBankPrefix(db: Database, change: NewPrefix): Promise<void> {
  return inTransaction(db, async (tx) => {
    const from = await endAt(tx, change);
    const { prefix, mergedInto, supported, validTo, staffId } = change;
    const [bank, source] = [change.bank.trim(), change.source.trim()];
    if (bank === '' || source === '' || (validTo !== null && validTo <= from)) {
      throw new Refusal('bank-prefix-invalid');
    }
    await rows(tx).insert({
      ...{ prefix, bank, supported, source, merged_into: mergedInto, changed_by: staffId },
      ...{ valid_from: new Date(from), valid_to: validTo === null ? null : new Date(validTo) },
    });
    const detail = { prefix, bank, mergedInto, supported, from: new Date(from), to: validTo };
    await note(tx, change, { action: 'bank-prefix-set', detail });
  });
}

/** Takes a prefix out of the table from a moment on; cards with it are then let in as unknown. Refuses as above. */
export function endBankPrefix(db: Database, change: Change): Promise<void> {
  return inTransaction(db, async (tx) => {
    const from = await endAt(tx, change);
    await note(tx, change, { action: 'bank-prefix-ended', detail: { from: new Date(from) } });
  });
}

/** One change after another. */
const LOCK = 'select pg_advisory_xact_lock(4, 0)';

/** Ends what is true of the prefix at the beginning of the change, and returns that moment. */
async function endAt(db: Database, { prefix, from: wanted }: Change): Promise<Instant> {
  if (!isBankPrefix(prefix)) throw new Refusal('bank-prefix-invalid');
  await db.knex.raw(LOCK);
  const now = await readClock(db);
  const from = wanted ?? now;
  if (from < now) throw new Refusal('bank-prefix-invalid');
  const moment = new Date(from);
  await rows(db).where({ prefix }).andWhere('valid_from', '>=', moment).delete();
  await rows(db)
    .where({ prefix })
    .andWhere((end) => void end.whereNull('valid_to').orWhere('valid_to', '>', moment))
    .update({ valid_to: moment });
  return from;
}

interface Note {
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function note(db: Database, { prefix, staffId }: Change, { action, detail }: Note): Promise<void> {
  return writeAudit(db, {
    actor: { kind: 'staff', id: staffId },
    action,
    subject: { kind: 'bank-prefix', id: prefix },
    governorate: null,
    detail,
  });
}
