/**
 * Who was verified and should not have been: each proof that the product recorded, held against what the registries
 * and the bank know of the line, the person and the card.
 */
import { type Evidence, plainInvoice } from './evidence.ts';
import type { Loss, Query } from './ledger.ts';
import type { Claim, Receipts } from './receipts.ts';

interface ProofRow {
  readonly registration_id: string;
  readonly type: string;
  readonly attempt: string | null;
}

const PROOFS = `
select registration_id, type, payload->>'attemptId' as attempt from registration_facts
where registration_id = any($1)
  and type in ('lineConfirmed', 'personConfirmed', 'cardConfirmed', 'identityProven', 'submitted')`;

/** What the law wants before a questionnaire may be sent. */
const NEEDED = ['lineConfirmed', 'personConfirmed', 'cardConfirmed'];

/** Look-ups of the truth, made once for all registrations. */
function truthOf({ registry, bank }: Evidence) {
  const owners = new Map(registry.lines.map(({ mobile, owner }) => [mobile, owner]));
  const people = new Map(registry.people.map((person) => [person.nationalId, person]));
  const transactions = new Map(bank.transactions.map((one) => [plainInvoice(one.invoice), one]));
  return {
    ownsLine: ({ mobile, nationalId }: Claim) => owners.get(mobile) === nationalId,
    isPerson: ({ nationalId, birthDate }: Claim) => {
      const person = people.get(nationalId);
      return person !== undefined && person.known && person.alive && person.birthDate === birthDate;
    },
    ownsCard: ({ nationalId, mobile }: Claim, attempt: string | null) => {
      const transaction = transactions.get(plainInvoice(attempt ?? ''));
      const card = transaction?.authenticated === true ? transaction.card : null;
      return card?.holder === nationalId && card.mobile === mobile;
    },
  };
}

interface Known {
  readonly truth: ReturnType<typeof truthOf>;
  readonly witnessed: readonly string[];
}

function falseProof({ truth, witnessed }: Known, claim: Claim, { type, attempt }: ProofRow) {
  if (type === 'lineConfirmed' && !truth.ownsLine(claim)) return 'the line is not their own';
  if (type === 'personConfirmed' && !truth.isPerson(claim)) return 'the civil registry does not know them so';
  if (type === 'cardConfirmed' && !truth.ownsCard(claim, attempt))
    return 'the bank has not authenticated them';
  if (type === 'identityProven' && !witnessed.includes(claim.registrationId))
    return 'nobody saw them in person';
  return undefined;
}

/** Went on without a proof; to be seen in person at the governorate stands for the card. */
function skipped(proofs: readonly ProofRow[]): string | undefined {
  const types = proofs.map(({ type }) => type);
  if (!types.includes('submitted')) return undefined;
  const inPerson = types.includes('identityProven');
  const missing = NEEDED.filter((type) => !types.includes(type) && !(inPerson && type === 'cardConfirmed'));
  return missing.length === 0 ? undefined : `submitted without ${missing.join(', ')}`;
}

/** One entry for each registration with a proof that is not true. */
export async function wronglyVerified(
  query: Query,
  { claims, witnessed }: Pick<Receipts, 'claims' | 'witnessed'>,
  evidence: Evidence,
): Promise<Loss[]> {
  const rows = await query<ProofRow>(PROOFS, [claims.map(({ registrationId }) => registrationId)]);
  const known = { truth: truthOf(evidence), witnessed };
  return claims.flatMap((claim) => {
    const own = rows.filter((row) => row.registration_id === claim.registrationId);
    const why = own.map((proof) => falseProof(known, claim, proof)).find(Boolean) ?? skipped(own);
    const { registrationId } = claim;
    return why === undefined ? [] : [{ registrationId, promise: `identity of ${registrationId}`, why }];
  });
}
