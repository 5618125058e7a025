/** Frozen revisions: what exactly was submitted. */
import type { Answers } from '../domain/questionnaire.ts';
import type { Confirmation, Instant } from '../domain/registration.ts';
import { Refusal } from '../domain/refusal.ts';
import { writeAudit } from './audit.ts';
import { inTransaction, type Database } from './database.ts';
import { DamagedContent } from './document-content.ts';
import { readDocument } from './documents.ts';

export interface Revision {
  readonly answers: Answers;
  readonly documents: readonly { readonly kind: string; readonly version: number }[];
  /** Kinds of the pictures that the check after the submission found missing or altered. */
  readonly damaged: readonly string[];
}

interface RevisionRow {
  registration_id: string;
  number: number;
  answers_sealed: Buffer;
  documents: { kind: string; version: number }[];
  checked_at: Date | null;
  damaged: string[];
  confirmation: Confirmation;
  confirmed_at: Date | null;
}

const revisions = (db: Database) => db.knex<RevisionRow>('revisions');

/** Undefined when there is no such number. */
export async function findRevision(
  db: Database,
  registrationId: string,
  number: number,
): Promise<Revision | undefined> {
  return (await findRevisions(db, registrationId, [number])).get(number);
}

/** Those that there are, by their numbers. */
export async function findRevisions(
  db: Database,
  registrationId: string,
  numbers: readonly number[],
): Promise<Map<number, Revision>> {
  const rows = await revisions(db)
    .where({ registration_id: registrationId })
    .whereIn('number', [...numbers])
    .select('number', 'answers_sealed', 'documents', 'damaged');
  return new Map(
    rows.map(({ number, answers_sealed: sealed, documents, damaged }) => {
      const place = { table: 'revisions', column: 'answers_sealed', row: `${registrationId}:${number}` };
      const answers = JSON.parse(db.sealing.open(place, sealed).toString()) as Answers;
      return [number, { answers, documents, damaged }];
    }),
  );
}

/** A frozen picture with the hash that was stored with it; neither, when it is gone or cannot be opened. */
type FrozenDocument =
  | { readonly kind: string; readonly sound: true; readonly sha256: string; readonly content: Buffer }
  | { readonly kind: string; readonly sound: false };

/**
 * The documents of a revision that no earlier check has found sound, one after another, so that only one picture is in
 * memory at a time. A version is never written again, so one look at it is enough.
 */
export async function* readUncheckedDocuments(
  db: Database,
  registrationId: string,
  number: number,
): AsyncGenerator<FrozenDocument> {
  const rows = await revisions(db)
    .where({ registration_id: registrationId })
    .where('number', '<=', number)
    .select('number', 'documents', 'damaged', 'checked_at');
  const wanted = rows.find((row) => row.number === number);
  if (wanted === undefined) throw new Error('The revision is unknown');
  const sound = new Set(
    rows.filter((row) => row.number < number && row.checked_at !== null).flatMap(soundIn),
  );
  for (const { kind, version } of wanted.documents.filter((one) => !sound.has(nameOf(one)))) {
    try {
      const { sha256, content } = await readDocument(db, { registrationId, kind, version });
      yield { kind, sound: true, sha256, content };
    } catch (error) {
      if (!isDamage(error)) throw error;
      yield { kind, sound: false };
    }
  }
}

const nameOf = ({ kind, version }: { kind: string; version: number }): string => `${version} ${kind}`;

function soundIn({ documents, damaged }: Pick<RevisionRow, 'documents' | 'damaged'>): string[] {
  return documents.filter(({ kind }) => !damaged.includes(kind)).map(nameOf);
}

/** Everything else passes, like a database that is away: then nothing is known of the picture. */
function isDamage(error: unknown): boolean {
  return error instanceof DamagedContent || (error instanceof Refusal && error.code === 'not-found');
}

interface Confirmed {
  readonly registrationId: string;
  readonly fact: { readonly revision: number };
  readonly at: Instant;
}

/** The candidate has confirmed what was submitted without a code; when the code was asked for stays on record. */
export async function markConfirmed(db: Database, { registrationId, fact, at }: Confirmed): Promise<void> {
  await revisions(db)
    .where({ registration_id: registrationId, number: fact.revision })
    .update({ confirmation: 'given', confirmed_at: new Date(at) });
}

interface Check {
  readonly registrationId: string;
  readonly revision: number;
  readonly damaged: readonly string[];
}

/** The check's result, which the reviewer sees; what is damaged also stands in the audit of the governorate. */
export async function markChecked(db: Database, { registrationId, revision, damaged }: Check): Promise<void> {
  await inTransaction(db, async (tx) => {
    const fresh = await revisions(tx)
      .where({ registration_id: registrationId, number: revision })
      .whereNull('checked_at')
      .update({ checked_at: tx.knex.fn.now(), damaged: [...damaged] });
    if (fresh === 0 || damaged.length === 0) return;
    const registration = await tx
      .knex('registrations')
      .where({ id: registrationId })
      .first<{ governorate: string } | undefined>('governorate');
    await writeAudit(tx, {
      actor: { kind: 'system', id: null },
      action: 'documents-damaged',
      subject: { kind: 'registration', id: registrationId },
      governorate: registration?.governorate ?? null,
      detail: { revision, kinds: damaged },
    });
  });
}
