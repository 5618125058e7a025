/** Documents of a registration: re-encoded pictures, sealed, in versions. The newest that was not removed counts. */
import { v7 as uuidv7 } from 'uuid';
import { documentTarget } from '../domain/defects.ts';
import { Refusal } from '../domain/refusal.ts';
import { inTransaction, type Database } from './database.ts';
import { openContent, sealContent } from './document-content.ts';
import { lockForChange } from './registration-change.ts';

/** A stored document without its content; `bytes` is the size of the stored picture. */
export interface StoredDocument {
  readonly kind: string;
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly uploadedAt: Date;
}

interface DocumentRow {
  id: string;
  registration_id: string;
  kind: string;
  version: number;
  bytes: number;
  width: number;
  height: number;
  original_sha256: string;
  sha256: string;
  key_sealed: Buffer;
  content_sealed: Buffer;
  uploaded_at: Date;
  removed_at: Date | null;
}

const SHOWN = ['kind', 'version', 'sha256', 'bytes', 'width', 'height', 'uploaded_at'] as const;

function shown(row: Pick<DocumentRow, (typeof SHOWN)[number]>): StoredDocument {
  return {
    kind: row.kind,
    version: row.version,
    sha256: row.sha256,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    uploadedAt: row.uploaded_at,
  };
}

/** The present document of each kind, by kind; removed ones are left out. */
export async function currentDocuments(db: Database, registrationId: string): Promise<StoredDocument[]> {
  const rows = await db
    .knex<DocumentRow>('documents')
    .distinctOn('kind')
    .select('removed_at', ...SHOWN)
    .where({ registration_id: registrationId })
    .orderBy([{ column: 'kind' }, { column: 'version', order: 'desc' }]);
  return rows.filter((row) => row.removed_at === null).map(shown);
}

interface DocumentKey {
  readonly registrationId: string;
  readonly kind: string;
  /** A frozen revision names its version; without it the present one is read. */
  readonly version?: number;
}

/**
 * A document with its picture, opened.
 * @throws Refusal `not-found` when there is none (or it was removed and no version was asked for).
 */
export async function readDocument(
  db: Database,
  { registrationId, kind, version }: DocumentKey,
): Promise<StoredDocument & { content: Buffer }> {
  const found = db.knex<DocumentRow>('documents').where({ registration_id: registrationId, kind });
  if (version !== undefined) void found.where({ version });
  const row = await found.orderBy('version', 'desc').first();
  if (!row || (version === undefined && row.removed_at)) throw new Refusal('not-found');
  const content = openContent(db, row.id, { keySealed: row.key_sealed, contentSealed: row.content_sealed });
  return { ...shown(row), content };
}

interface NewDocument {
  readonly registrationId: string;
  readonly candidateId: string;
  readonly kind: string;
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
  /** Of the bytes as they were uploaded, for disputes and to know a returned picture again. */
  readonly originalSha256: string;
}

/**
 * Stores a new version. The same picture again is no new version.
 * @throws Refusal `not-found`, `item-locked`, or `document-unchanged` when it is the picture that was returned.
 */
export function storeDocument(
  db: Database,
  document: NewDocument,
): Promise<{ document: StoredDocument; created: boolean }> {
  const { registrationId, candidateId, kind } = document;
  return inTransaction(db, async (tx) => {
    const ground = await lockForChange(tx, { registrationId, candidateId });
    if (!ground.mayChange(documentTarget(kind))) throw new Refusal('item-locked');
    if (ground.openTargets.includes(documentTarget(kind)) && (await wasReturned(tx, document))) {
      throw new Refusal('document-unchanged');
    }
    const latest = await latestVersion(tx, registrationId, kind);
    if (latest?.removed_at === null && latest.original_sha256 === document.originalSha256) {
      return { document: shown(latest), created: false };
    }
    const row = await insertDocument(tx, document, (latest?.version ?? 0) + 1);
    return { document: shown(row), created: latest === undefined || latest.removed_at !== null };
  });
}

type VersionRow = Omit<DocumentRow, 'key_sealed' | 'content_sealed'>;

/** The newest version, removed or not, without its content. */
function latestVersion(db: Database, registrationId: string, kind: string): Promise<VersionRow | undefined> {
  return db
    .knex<DocumentRow>('documents')
    .select('id', 'registration_id', 'original_sha256', 'removed_at', ...SHOWN)
    .where({ registration_id: registrationId, kind })
    .orderBy('version', 'desc')
    .first();
}

interface RevisionRow {
  registration_id: string;
  number: number;
  documents: { kind: string; version: number }[];
}

/** Whether this very picture stands in the last submitted revision, the one that came back. */
async function wasReturned(
  db: Database,
  { registrationId, kind, originalSha256 }: NewDocument,
): Promise<boolean> {
  const revision = await db
    .knex<RevisionRow>('revisions')
    .where({ registration_id: registrationId })
    .orderBy('number', 'desc')
    .first('documents');
  const version = revision?.documents.find((one) => one.kind === kind)?.version;
  if (version === undefined) return false;
  const returned = await db
    .knex<DocumentRow>('documents')
    .where({ registration_id: registrationId, kind, version })
    .first('original_sha256');
  return returned?.original_sha256 === originalSha256;
}

async function insertDocument(db: Database, document: NewDocument, version: number): Promise<DocumentRow> {
  const id = uuidv7();
  const { keySealed, contentSealed } = sealContent(db, id, document.content);
  const row: DocumentRow = {
    id,
    registration_id: document.registrationId,
    kind: document.kind,
    version,
    bytes: document.content.length,
    width: document.width,
    height: document.height,
    original_sha256: document.originalSha256,
    sha256: document.sha256,
    key_sealed: keySealed,
    content_sealed: contentSealed,
    uploaded_at: new Date(),
    removed_at: null,
  };
  await db.knex('documents').insert(row);
  return row;
}

/**
 * Takes the present document of a kind away; what was frozen in a revision stays readable there.
 * @throws Refusal `not-found` or `item-locked`
 */
export function removeDocument(
  db: Database,
  { registrationId, candidateId, kind }: { registrationId: string; candidateId: string; kind: string },
): Promise<void> {
  return inTransaction(db, async (tx) => {
    const ground = await lockForChange(tx, { registrationId, candidateId });
    const latest = await latestVersion(tx, registrationId, kind);
    if (!latest || latest.removed_at) throw new Refusal('not-found');
    if (!ground.mayChange(documentTarget(kind))) throw new Refusal('item-locked');
    await tx.knex('documents').where({ id: latest.id }).update({ removed_at: new Date() });
  });
}
