/**
 * Writes the demo elections, their constituencies and staff, and opens their windows. Can be run at every start:
 * what is there stays, windows that have closed are opened again, accounts keep the passwords that are still known.
 */
import type { Knex } from 'knex';
import { searchKey } from '../domain/persian-text.ts';
import { randomToken } from '../platform/secret.ts';
import { hashPassword, verifyPassword } from '../store/staff.ts';
import { DEMO_CONSTITUENCIES, DEMO_DIVISIONS, DEMO_ELECTIONS, DEMO_STAFF, type DemoElection, type DemoStaff } from './demo-data.ts'; // prettier-ignore

export interface DemoAccount {
  readonly email: string;
  readonly password: string;
  readonly role: DemoStaff['role'];
  /** Code of the county; null for headquarters. */
  readonly governorate: string | null;
}

const HOUR_MS = 3_600_000;
const PASSWORD_BYTES = 12;

async function seedDivisions(owner: Knex): Promise<void> {
  const rows = DEMO_DIVISIONS.map(({ code, level, parentCode, name }) => ({
    ...{ code, level, name },
    parent_code: parentCode,
  }));
  await owner('divisions').insert(rows).onConflict('code').merge();
}

function electionRow(election: DemoElection): Record<string, unknown> {
  const { id, title, term, kinds, timeZone, correctionHours } = election;
  return {
    ...{ id, title, term, kinds },
    time_zone: timeZone,
    correction_hours: correctionHours,
    questionnaire: JSON.stringify(election.questionnaire),
    document_kinds: JSON.stringify(election.documentKinds),
    defect_reasons: JSON.stringify(election.defectReasons),
  };
}

async function seedElections(owner: Knex): Promise<void> {
  await owner('elections').insert(DEMO_ELECTIONS.map(electionRow)).onConflict('id').merge();
  const rows = DEMO_CONSTITUENCIES.map((it) => ({
    ...{ id: it.id, kind: it.kind, title: it.title, governorate: it.governorate, seats: it.seats },
    election_id: it.electionId,
    title_key: searchKey(it.title),
    division_code: it.divisionCode,
  }));
  await owner('constituencies').insert(rows).onConflict('id').merge();
}

/** A window that is open stays as it is: somebody may have moved its end, and registrations run towards it. */
async function openWindows(owner: Knex, now: number): Promise<void> {
  for (const { id, window } of DEMO_ELECTIONS) {
    const row = {
      opens_at: new Date(now - window.opensHoursBefore * HOUR_MS),
      closes_at: new Date(now + window.closesHoursAfter * HOUR_MS),
      daily_from: window.dailyFrom,
      daily_to: window.dailyTo,
    };
    const key = { election_id: id, kind: 'registration' };
    await owner('election_windows')
      .insert({ ...key, ...row })
      .onConflict(['election_id', 'kind'])
      .ignore();
    await owner('election_windows').where(key).where('closes_at', '<=', new Date(now)).update(row);
  }
}

async function seedAccount(owner: Knex, staff: DemoStaff, known: string | undefined): Promise<DemoAccount> {
  const { id, email, name, role, governorate } = staff;
  const present = await owner('staff').where({ email }).first<{ password_hash: string } | undefined>();
  const fits =
    present !== undefined && known !== undefined && (await verifyPassword(present.password_hash, known));
  if (fits) return { email, password: known, role, governorate };
  const password = known ?? randomToken(PASSWORD_BYTES);
  const row = { email, name, role, governorate, password_hash: await hashPassword(password), demo: true };
  await owner('staff')
    .insert({ id, ...row })
    .onConflict('email')
    .merge();
  return { email, password, role, governorate };
}

/**
 * Seeds as the owner of the schema and returns the demo accounts. Passwords in `known` are kept, the others are
 * drawn anew: they stand nowhere in the database and nowhere in the repository.
 */
export async function seedDemo(owner: Knex, known: readonly DemoAccount[] = []): Promise<DemoAccount[]> {
  await seedDivisions(owner);
  await seedElections(owner);
  await openWindows(owner, Date.now());
  return Promise.all(
    DEMO_STAFF.map((staff) =>
      seedAccount(owner, staff, known.find(({ email }) => email === staff.email)?.password),
    ),
  );
}
