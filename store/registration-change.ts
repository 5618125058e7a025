/**
 * The ground on which a candidate changes a draft or a document: the registration's row, locked as acceptance locks
 * it, so that nothing changes under a submission that is being frozen.
 */
import type { Person } from '../domain/answers.ts';
import { mayChange, unlockedTargets } from '../domain/defects.ts';
import type { RequiredKind } from '../domain/document-rules.ts';
import type { Questionnaire } from '../domain/questionnaire.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from './database.ts';
import { openDraft, type Draft } from './draft-content.ts';
import { RULES_VERSION, rulesOf, type RulesKey } from './election-rules.ts';
import { registrationPlace, type RegistrationRow } from './registration-row.ts';

export interface ChangeGround {
  readonly registration: RegistrationRow;
  readonly questionnaire: Questionnaire;
  readonly documentKinds: readonly RequiredKind[];
  readonly timeZone: string;
  readonly person: Person;
  /** Targets of the defects that the candidate is to answer now. */
  readonly openTargets: readonly string[];
  /** Whether this item (`/answers/…`, `/documents/…`) may be changed now. */
  mayChange(item: string): boolean;
}

/** What registration and civil registry say of the candidate. */
export function personOf(db: Database, row: RegistrationRow): Person {
  const open = (column: 'national_id_sealed' | 'birth_date_sealed' | 'person_sealed', sealed: Buffer) =>
    db.sealing.open(registrationPlace(column, row.id), sealed).toString();
  const registered =
    row.person_sealed === null
      ? {}
      : (JSON.parse(open('person_sealed', row.person_sealed)) as Partial<Person>);
  return {
    ...registered,
    nationalId: open('national_id_sealed', row.national_id_sealed),
    birthDate: open('birth_date_sealed', row.birth_date_sealed),
  };
}

interface GroundKey {
  readonly registrationId: string;
  readonly candidateId: string;
}

/** What is there to read: the ground, and the draft on it. */
export interface ReadingGround extends ChangeGround {
  readonly draft: Draft;
}

interface ReadingRow extends OwnRow {
  readonly open_targets: string[];
  readonly draft_version: number | null;
  readonly answers_sealed: Buffer | null;
}

/** The ground for reading, without a lock. @throws Refusal `not-found` for an unknown or foreign registration. */
export async function readGround(db: Database, key: GroundKey): Promise<ReadingGround> {
  const row = await own(db, key)
    .leftJoin('drafts', 'drafts.registration_id', 'registrations.id')
    .select('drafts.version as draft_version', 'drafts.answers_sealed', db.knex.raw(OPEN_TARGETS))
    .first<ReadingRow | undefined>();
  if (row === undefined) throw new Refusal('not-found');
  const sealed = { version: row.draft_version, answers_sealed: row.answers_sealed };
  return { ...(await groundOf(db, row, row.open_targets)), draft: openDraft(db, row.id, sealed) };
}

type OwnRow = RegistrationRow & RulesKey;

function own({ knex }: Database, { registrationId, candidateId }: GroundKey) {
  return knex('registrations')
    .join('elections', 'elections.id', 'registrations.election_id')
    .where({ 'registrations.id': registrationId, candidate_id: candidateId })
    .select('registrations.*', knex.raw(RULES_VERSION));
}

const OPEN_TARGETS = `array(
  select target from defects where defects.registration_id = registrations.id and defects.state = 'open'
) as open_targets`;
const IN_THE_WAY = `exists(
  select from commands where commands.registration_id = registrations.id
    and commands.state in ('accepted', 'delivered') and commands.kind in ('submission', 'withdrawal')
) as in_the_way`;

/**
 * Locks an own registration for a change of what it will submit.
 * @throws Refusal `not-found` for an unknown or foreign one, `item-locked` while a submission or a withdrawal is
 * accepted and not yet decided.
 */
export async function lockForChange(db: Database, key: GroundKey): Promise<ChangeGround> {
  const row = await own(db, key).forUpdate('registrations').first<OwnRow | undefined>();
  if (row === undefined) throw new Refusal('not-found');
  // A statement of its own, so that it sees what was committed while we waited for the lock.
  const found = await db
    .knex('registrations')
    .where({ id: row.id })
    .first<{ open_targets: string[]; in_the_way: boolean } | undefined>(
      db.knex.raw(OPEN_TARGETS),
      db.knex.raw(IN_THE_WAY),
    );
  if (found?.in_the_way !== false) throw new Refusal('item-locked');
  return groundOf(db, row, found.open_targets);
}

async function groundOf(db: Database, row: OwnRow, openTargets: readonly string[]): Promise<ChangeGround> {
  const rules = await rulesOf(db, row);
  const unlocked = unlockedTargets(openTargets, rules);
  return {
    ...rules,
    registration: row,
    person: personOf(db, row),
    openTargets,
    mayChange: (item) => mayChange(row.status, unlocked, item),
  };
}

/** Whether a registration is this candidate's. @throws Refusal `not-found` for an unknown or foreign one. */
export async function requireOwn(db: Database, key: GroundKey): Promise<void> {
  const { registrationId, candidateId } = key;
  const found = await db
    .knex('registrations')
    .where({ id: registrationId, candidate_id: candidateId })
    .first<{ id: string } | undefined>('id');
  if (found === undefined) throw new Refusal('not-found');
}
