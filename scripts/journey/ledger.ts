/** The facts of a registration as a ledger: numbers without a hole, and a status that they give and nothing else. */
import { foldAll, type Fact } from '../../domain/registration.ts';

/** Runs one statement and gives its rows. */
export type Query = <Row>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>;

export interface Loss {
  readonly registrationId: string | null;
  /** What was promised: a kind of receipt and the id that it spoke of. */
  readonly promise: string;
  readonly why: string;
}

interface LedgerRow {
  readonly id: string;
  readonly status: string;
  readonly sequence: number;
  readonly facts: readonly { readonly sequence: number; readonly type: string; readonly payload: object }[];
}

const LEDGER = `
select r.id, r.status, r.sequence, coalesce(
  jsonb_agg(jsonb_build_object('sequence', f.sequence, 'type', f.type, 'payload', f.payload) order by f.sequence)
    filter (where f.sequence is not null), '[]') as facts
from registrations r left join registration_facts f on f.registration_id = r.id
where r.id = any($1) group by r.id`;

function brokenLedger({ facts, sequence, status }: LedgerRow): string | undefined {
  const hole = facts.findIndex((fact, index) => fact.sequence !== index + 1);
  if (hole !== -1) return `fact ${hole + 1} is missing`;
  if (facts.length !== sequence) return `${facts.length} facts, ${sequence} were recorded`;
  const folded = foldAll(facts.map(({ type, payload }) => ({ ...payload, type }) as Fact));
  return folded.status === status ? undefined : `the facts say ${folded.status}, the row says ${status}`;
}

/** One loss for each registration whose facts are not whole. */
export async function ledgerLosses(query: Query, registrationIds: readonly string[]): Promise<Loss[]> {
  const rows = await query<LedgerRow>(LEDGER, [registrationIds]);
  return rows.flatMap((row) => {
    const why = brokenLedger(row);
    return why === undefined ? [] : [{ registrationId: row.id, promise: `facts of ${row.id}`, why }];
  });
}
