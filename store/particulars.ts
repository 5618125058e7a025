/** What only the outside world is told of a person: opened for one call, never passed through the engine. */
import type { Person } from '../domain/answers.ts';
import type { Database } from './database.ts';
import { personOf } from './registration-change.ts';
import { registrationPlace, type RegistrationRow } from './registration-row.ts';

interface Particulars {
  /** `+989…` */
  readonly mobile: string;
  readonly nationalId: string;
  /** ISO, Gregorian. */
  readonly birthDate: string;
}

/** Throws when there is no such registration. */
export async function readParticulars(db: Database, registrationId: string): Promise<Particulars> {
  const row = (await db
    .knex('registrations')
    .join('candidates', 'candidates.id', 'registrations.candidate_id')
    .where('registrations.id', registrationId)
    .first('registrations.*', 'candidates.mobile_sealed')) as
    (RegistrationRow & { mobile_sealed: Buffer | null }) | undefined;
  if (row === undefined) throw new Error('The registration is unknown');
  if (row.mobile_sealed === null) throw new Error('The candidate has no number any more');
  const { nationalId, birthDate } = personOf(db, row);
  const place = { table: 'candidates', column: 'mobile_sealed', row: row.candidate_id };
  return { nationalId, birthDate, mobile: db.sealing.open(place, row.mobile_sealed).toString() };
}

/** What the civil registry says of the person; the same again changes nothing. */
export async function writePerson(
  db: Database,
  registrationId: string,
  person: Required<Pick<Person, 'firstName' | 'lastName' | 'fatherName'>>,
): Promise<void> {
  const sealed = db.sealing.seal(registrationPlace('person_sealed', registrationId), JSON.stringify(person));
  await db
    .knex<RegistrationRow>('registrations')
    .where({ id: registrationId })
    .update({ person_sealed: sealed });
}
