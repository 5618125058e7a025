/** Files of one person, within the reader's scope. */
import type { Status } from '../domain/lifecycle.ts';
import type { Database } from './database.ts';
import type { Staff } from './staff.ts';
import { inScope, readAs } from './worklist.ts';

export interface FoundFile {
  readonly id: string;
  readonly status: Status;
  readonly electionTitle: string;
  readonly constituencyTitle: string;
  readonly createdAt: string;
}

/** A person has one or two, some more after withdrawals. */
const FILES_MAX = 10;

/** Files of the national id (ten ASCII digits) that this member of staff may see, newest first. */
export function findByNationalId(panel: Database, staff: Staff, nationalId: string): Promise<FoundFile[]> {
  const fingerprint = panel.sealing.fingerprint('national-id', nationalId);
  return readAs(panel, staff, async ({ knex }) => {
    const rows = await inScope(knex('panel_registrations'), staff)
      .whereIn('id', knex('registrations').where({ national_id_hmac: fingerprint }).select('id'))
      .orderBy('created_at', 'desc')
      .limit(FILES_MAX)
      .select<
        { id: string; status: Status; election_title: string; constituency_title: string; created_at: Date }[]
      >('id', 'status', 'election_title', 'constituency_title', 'created_at');
    return rows.map((row) => ({
      ...{ id: row.id, status: row.status, electionTitle: row.election_title },
      ...{ constituencyTitle: row.constituency_title, createdAt: row.created_at.toISOString() },
    }));
  });
}
