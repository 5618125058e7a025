import { createHash, randomBytes } from 'node:crypto';
import { isFinal } from '../../domain/lifecycle.ts';
import type { Confirmation } from '../../domain/registration.ts';
import { trackingCode } from '../../domain/tracking-code.ts';
import { submissionInTime } from '../../domain/window.ts';
import type { Database } from '../database.ts';
import { readComplete, type Contents } from '../completeness.ts';
import type { RegistrationRow } from '../registration-row.ts';
import type { CommandView, Idempotency } from './command.ts';
import { enter, heedTheLaw, type Ground } from './door.ts';

interface SubmissionRequest {
  readonly registrationId: string;
  readonly candidateId: string;
  /** The version of the draft that the candidate saw (If-Match). */
  readonly draftVersion: number;
  /**
   * When the code was asked for that our side could not send, by the evidence of store/code-outages.ts: then the
   * submission waits for its code. Null when the candidate has confirmed it.
   */
  readonly codeAskedAt: Date | null;
  readonly idempotency: Idempotency;
}

/** The receipt: certain as soon as the row is written, whatever the engine does. */
interface Receipt {
  readonly preliminaryCode: string;
  readonly contentHash: string;
  readonly confirmation: Confirmation;
}

/**
 * Accepts what the draft and the documents hold now, and freezes it in the same transaction.
 * Refuses `draft-changed`, `incomplete` (`errors` with pointers), `window-closed`, `not-verified`, `not-your-move`,
 * `not-found`, `idempotency-key-reused`.
 */
export async function acceptSubmission(
  db: Database,
  request: SubmissionRequest,
): Promise<CommandView & Receipt> {
  const { registrationId, candidateId, codeAskedAt, idempotency } = request;
  const confirmation: Confirmation = codeAskedAt === null ? 'given' : 'awaited';
  const actor = { kind: 'candidate', id: candidateId } as const;
  const view = await enter(db, { registrationId, candidateId, actor, idempotency }, async (ground, tx) => {
    const revision = ground.row.frozen_revision + 1;
    const unread = { kind: 'submission', revision, contentHash: '', confirmation } as const;
    heedTheLaw(ground, unread);
    if (!isInTime(ground)) return { late: unread };
    const contents = await readComplete(tx, ground, request.draftVersion);
    const contentHash = hashOf(registrationId, contents);
    const command = { ...unread, contentHash };
    const preliminaryCode = ground.row.preliminary_code ?? trackingCode(randomBytes(8));
    return {
      command,
      result: { preliminaryCode, contentHash, revision, confirmation },
      freeze: () =>
        freeze(tx, {
          ...{ ground, contents, revision },
          ...{ contentHash, preliminaryCode, confirmation, codeAskedAt },
        }),
    };
  });
  return { ...view, ...(view.result as Receipt) };
}

/** A file that has expired was too late, even when the window has been moved since. */
function isInTime({ state, window, timeZone, deadline, receivedAt }: Ground): boolean {
  if (isFinal(state.status)) return false;
  return submissionInTime({ status: state.status, window, timeZone, deadline, now: receivedAt });
}

/** Names exactly what was received; a receipt can be compared with it later. */
function hashOf(registrationId: string, { answers, documents }: Contents): string {
  const content = {
    registrationId,
    answers,
    documents: documents.map(({ kind, version, sha256 }) => ({ kind, version, sha256 })),
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

interface Frozen {
  readonly ground: Ground;
  readonly confirmation: Confirmation;
  readonly codeAskedAt: Date | null;
  readonly contents: Contents;
  readonly contentHash: string;
  readonly revision: number;
  readonly preliminaryCode: string;
}

async function freeze(db: Database, frozen: Frozen): Promise<void> {
  const { ground, contents, revision } = frozen;
  const registrationId = ground.row.id;
  const place = { table: 'revisions', column: 'answers_sealed', row: `${registrationId}:${revision}` };
  const named = db
    .knex<RegistrationRow>('registrations')
    .where({ id: registrationId })
    .update({
      frozen_revision: revision,
      preliminary_code: frozen.preliminaryCode,
      version: ground.row.version + 1,
      updated_at: new Date(ground.receivedAt),
    });
  const row = {
    registration_id: registrationId,
    number: revision,
    command_id: ground.commandId,
    draft_version: contents.draftVersion,
    answers_sealed: db.sealing.seal(place, JSON.stringify(contents.answers)),
    documents: JSON.stringify(contents.documents.map(({ kind, version }) => ({ kind, version }))),
    content_hash: frozen.contentHash,
    confirmation: frozen.confirmation,
    code_asked_at: frozen.codeAskedAt,
    frozen_at: new Date(ground.receivedAt),
  };
  await db.knex.with('named', named).insert(row).into('revisions');
}
