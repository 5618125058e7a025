import { v7 as newId } from 'uuid';
import { isOldEnough } from '../../domain/eligibility.ts';
import { UNOPENED } from '../../domain/registration.ts';
import { Refusal } from '../../domain/refusal.ts';
import { windowText, windowVerdict } from '../../domain/window.ts';
import type { CandidateRow } from '../candidates.ts';
import { inTransaction, type Database } from '../database.ts';
import { columnsOf, registrationPlace, type RegistrationRow } from '../registration-row.ts';
import { holdWindow } from '../window-lock.ts';
import type { CommandView, Idempotency } from './command.ts';
import { readClock, repeatedCommand, writeCommand } from './door.ts';

interface RegistrationRequest {
  readonly candidateId: string;
  readonly electionId: string;
  readonly constituencyId: string;
  /** Ten ASCII digits with a right check digit (domain/national-id.ts). */
  readonly nationalId: string;
  /** ISO day, Gregorian. */
  readonly birthDate: string;
  readonly idempotency: Idempotency;
}

/**
 * Opens a registration; the view's `registrationId` is the new one.
 * Refuses `window-closed`, `constituency-unknown`, `under-age`, `already-registered`, `idempotency-key-reused`,
 * and `not-found` for an unknown election.
 */
export async function acceptRegistration(db: Database, request: RegistrationRequest): Promise<CommandView> {
  const accepted = await inTransaction(db, async (tx) => {
    const commandId = newId();
    const repeated = await repeatedCommand(tx, request.idempotency, commandId);
    if (repeated !== undefined) return repeated;
    // There is no row to lock yet: one candidate's requests wait for each other on the candidate's.
    const candidate = await tx
      .knex<CandidateRow>('candidates')
      .where({ id: request.candidateId })
      .forUpdate()
      .first('mobile_hmac');
    if (candidate?.mobile_hmac === null) throw new Refusal('session-expired');
    const opened = await openRow(tx, request);
    const view = await writeCommand(tx, {
      ground: { commandId, receivedAt: opened.created_at.getTime(), row: opened },
      actor: { kind: 'candidate', id: request.candidateId },
      command: {
        kind: 'registration',
        electionId: opened.election_id,
        closesAt: opened.closes_at.getTime(),
        correctionHours: opened.correction_hours,
      },
    });
    await tx.failpoint?.('accept.before-commit', opened.id, view.kind);
    return view;
  });
  await db.failpoint?.('accept.after-commit', accepted.registrationId, accepted.kind);
  return accepted;
}

/** The row before its first fact: `sequence` 0, status as it will be. */
async function openRow(db: Database, request: RegistrationRequest): Promise<RegistrationRow> {
  const election = await holdWindow(db, request.electionId);
  if (election === undefined) throw new Refusal('not-found');
  const now = await readClock(db);
  const verdict = windowVerdict(election.window, election.timeZone, now);
  if (verdict !== 'open') throw new Refusal('window-closed', { text: windowText(verdict, election.window) });
  const place = await placeOf(db, request);
  if (!isOldEnough(request.birthDate, now, election.timeZone)) throw new Refusal('under-age');
  const hmac = db.sealing.fingerprint('national-id', request.nationalId);
  await refuseSecond(db, request, hmac);

  const id = newId();
  const at = new Date(now);
  const state = { ...UNOPENED, closesAt: election.window.closesAt, correctionHours: place.correction_hours };
  const [row] = await db
    .knex<RegistrationRow>('registrations')
    .insert({
      id,
      candidate_id: request.candidateId,
      election_id: request.electionId,
      constituency_id: request.constituencyId,
      governorate: place.governorate,
      national_id_sealed: db.sealing.seal(registrationPlace('national_id_sealed', id), request.nationalId),
      national_id_hmac: hmac,
      birth_date_sealed: db.sealing.seal(registrationPlace('birth_date_sealed', id), request.birthDate),
      ...columnsOf(state),
      waiting_since: at,
      created_at: at,
      updated_at: at,
    })
    .returning('*');
  if (row === undefined) throw new Error('The registration was not written');
  return row;
}

async function placeOf(
  db: Database,
  { constituencyId, electionId }: RegistrationRequest,
): Promise<{ governorate: string; correction_hours: number }> {
  const place = await db
    .knex('constituencies')
    .join('elections', 'elections.id', 'constituencies.election_id')
    .where({ 'constituencies.id': constituencyId, 'elections.id': electionId })
    .first<{ governorate: string; correction_hours: number } | undefined>('governorate', 'correction_hours');
  if (place === undefined) throw new Refusal('constituency-unknown');
  return place;
}

/** One open registration per candidate, and none for a person whose own line has been confirmed elsewhere. */
async function refuseSecond(db: Database, request: RegistrationRequest, hmac: Buffer): Promise<void> {
  const second = await db
    .knex<RegistrationRow>('registrations')
    .where({ election_id: request.electionId })
    .whereNotIn('status', ['withdrawn', 'expired'])
    .where((own) =>
      own
        .where((open) =>
          open.where({ candidate_id: request.candidateId }).whereNotIn('status', ['approved', 'rejected']),
        )
        .orWhere((person) =>
          person
            .where({ national_id_hmac: hmac })
            .where((known) => known.where({ line: 'confirmed' }).orWhere({ counted: true })),
        ),
    )
    .first('id');
  if (second !== undefined) throw new Refusal('already-registered');
}
