import { v7 as newId } from 'uuid';
import { NOTE_MAX_LENGTH, validateDefects, type ProposedDefect } from '../../domain/defects.ts';
import { cleanText } from '../../domain/persian-text.ts';
import type { Command } from '../../domain/registration.ts';
import { Refusal, type RefusalItem } from '../../domain/refusal.ts';
import { findRejectionReason } from '../../domain/rejection.ts';
import type { Database } from '../database.ts';
import { notePlace, WHOLE_FILE } from '../defects.ts';
import { rulesOf } from '../election-rules.ts';
import { findRevision } from '../revisions.ts';
import type { CommandView, Idempotency } from './command.ts';
import { enter, heedTheLaw, type Ground } from './door.ts';

interface DecisionRequest {
  readonly registrationId: string;
  /** Who decides; the door reads their governorate again and refuses another one's record as `not-found`. */
  readonly staffId: string;
  readonly kind: 'corrections' | 'approval' | 'rejection';
  /** The revision that the reviewer saw. */
  readonly revision: number;
  /** For corrections: at least one. */
  readonly defects?: readonly ProposedDefect[];
  /** For a rejection: its reason, a short code. */
  readonly reason?: string;
  readonly note?: string | null;
  readonly idempotency: Idempotency;
}

/**
 * A reviewer's decision. Refuses `stale-revision`, `not-your-move`, `request-invalid` (`errors` on `/defects/…`,
 * `/reason`, `/note`), `forbidden`, `not-found`, `idempotency-key-reused`.
 */
export function acceptDecision(db: Database, request: DecisionRequest): Promise<CommandView> {
  const { registrationId, staffId, idempotency } = request;
  const actor = { kind: 'staff', id: staffId } as const;
  return enter(db, { registrationId, candidateId: null, actor, idempotency }, async (ground, tx) => {
    await refuseStranger(tx, ground, staffId);
    const found = await findingsOf(tx, ground, request);
    const command = commandOf(request, found);
    heedTheLaw(ground, command);
    return { command, freeze: () => writeFindings(tx, ground, { revision: request.revision, found }) };
  });
}

/** A reviewer of the registration's own governorate, not disabled, as the table says at this moment (ADM-6). */
async function refuseStranger(db: Database, { row }: Ground, staffId: string): Promise<void> {
  const staff = await db
    .knex('staff')
    .where({ id: staffId, disabled_at: null })
    .first<{ role: string; governorate: string | null } | undefined>('role', 'governorate');
  if (staff === undefined) throw new Refusal('forbidden');
  if (staff.role !== 'reviewer') throw new Refusal('forbidden');
  if (staff.governorate !== row.governorate) throw new Refusal('not-found');
}

/** What the reviewer found, each with the id of its row. */
type Found = readonly (ProposedDefect & { readonly id: string })[];

function commandOf({ kind, revision, reason = '' }: DecisionRequest, found: Found): Command {
  switch (kind) {
    case 'corrections':
      return { kind, revision, defectIds: found.map(({ id }) => id) };
    case 'approval':
      return { kind, revision };
    case 'rejection':
      return { kind, revision, reason };
  }
}

async function findingsOf(db: Database, ground: Ground, request: DecisionRequest): Promise<Found> {
  const { kind, defects = [], reason = '', note = null } = request;
  if (kind === 'approval') return [];
  if (kind === 'rejection') {
    refuseInvalid(problemsOfRejection(reason, note));
    return [{ id: newId(), target: WHOLE_FILE, reason, note }];
  }
  const rules = await rulesOf(db, {
    election_id: ground.row.election_id,
    rules_version: ground.rulesVersion,
  });
  const seen = await findRevision(db, ground.row.id, request.revision);
  // An unknown revision is stale, whatever its defects: the law says so next.
  if (seen === undefined) return [];
  refuseInvalid(
    validateDefects(defects, {
      questionnaire: rules.questionnaire,
      documentKinds: rules.documentKinds,
      reasons: rules.defectReasons,
      answers: seen.answers,
    }),
  );
  return defects.map((defect) => ({ ...defect, id: newId() }));
}

function refuseInvalid(errors: RefusalItem[]): void {
  if (errors.length > 0) throw new Refusal('request-invalid', { errors });
}

function problemsOfRejection(reason: string, note: string | null): RefusalItem[] {
  const noteIsSound = note === null || (cleanText(note) !== undefined && note.length <= NOTE_MAX_LENGTH);
  const items: RefusalItem[] = [];
  if (findRejectionReason(reason) === undefined) {
    items.push({ pointer: '/reason', code: 'reason-unknown', message: 'دلیل رد را برگزینید.' });
  }
  if (!noteIsSound) {
    items.push({ pointer: '/note', code: 'text-invalid', message: 'یادداشت پذیرفته نیست.' });
  }
  return items;
}

interface Findings {
  readonly revision: number;
  readonly found: Found;
}

/** Proposed until the workflow decides; the note is for the candidate and may hold anything, so it is sealed. */
async function writeFindings(
  db: Database,
  { row, commandId }: Ground,
  { revision, found }: Findings,
): Promise<void> {
  if (found.length === 0) return;
  await db.knex('defects').insert(
    found.map(({ id, target, reason, note }) => ({
      id,
      registration_id: row.id,
      command_id: commandId,
      revision,
      round: row.round,
      target,
      reason,
      note_sealed: note == null || note === '' ? null : db.sealing.seal(notePlace(id), note),
      state: 'proposed',
    })),
  );
}
