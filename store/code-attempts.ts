/**
 * Trying a one-time code: one statement counts the attempt, compares and consumes (OTP-3, OTP-4, OTP-6). Of parallel
 * right answers one wins, and no wrong one goes uncounted. The comparison is between keyed hashes that nobody can
 * steer, so its duration tells nothing. Tries for one number stand in line, so that parallel ones cannot slip past its
 * lock together (OTP-5).
 */
import { CODE_ATTEMPTS_MAX, judgeCode } from '../domain/one-time-code.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Instant } from '../domain/registration.ts';
import { countFailure, forgiveFailures, lockOfRow, lockRefusal, type FailureRow } from './code-failures.ts';
import type { Database } from './database.ts';
import { codePlace, hmacOf, type CodeBinding, type CodeRow } from './one-time-codes.ts';

interface CodeAttempt extends CodeBinding {
  readonly codeId: string;
  readonly code: string;
  readonly codeKey: Buffer;
  readonly now: Instant;
}

export type CodeVerdict =
  | { readonly ok: true; readonly mobile: string; readonly mobileHmac: Buffer }
  | { readonly ok: false; readonly refusal: Refusal };

/** All of it, or the code is another one's: the id, what for, the device, the session and its number, the registration. A
 * new number is nobody's yet: there the code is the number's own. */
const BOUND = `
  id = :id and purpose = :purpose and device_id = :deviceId
  and session_id is not distinct from :sessionId::uuid
  and registration_id is not distinct from :registrationId::uuid
  and (session_id is null or purpose = 'new-mobile' or mobile_hmac = (
    select mobile_hmac from candidates join sessions on candidates.id = candidate_id
     where sessions.id = :sessionId::uuid))`;

const ALIVE = `
  consumed_at is null and superseded_at is null and attempts < :most and expires_at > :now::timestamptz`;

/** Locks the number's row of failures, and gives it. Nobody waits in line with a code that cannot be tried. */
const STAND_IN_LINE = `
insert into code_failures (mobile_hmac, lane) select mobile_hmac, lane from one_time_codes where ${BOUND} and ${ALIVE}
on conflict (mobile_hmac, lane) do update set lane = excluded.lane
returning *`;

const TRY_CODE = `
update one_time_codes
   set attempts = attempts + 1,
       consumed_at = case when code_hmac = :hmac then :now::timestamptz end,
       code_sealed = case when code_hmac = :hmac then null else code_sealed end
 where id = :id and ${ALIVE}
returning attempts, consumed_at, mobile_sealed, mobile_hmac`;

/**
 * Tries a code, inside a transaction. The verdict is returned, not thrown: a wrong attempt has to stay counted, so the
 * caller's transaction must not be rolled back by it. A code that belongs elsewhere looks like none at all, and costs
 * its owner no try (OTP-8).
 */
export async function tryCode(db: Database, attempt: CodeAttempt): Promise<CodeVerdict> {
  const { codeId, now } = attempt;
  const alive = { id: codeId, most: CODE_ATTEMPTS_MAX, now: new Date(now) };
  const line = await db.knex.raw<{ rows: FailureRow[] }>(STAND_IN_LINE, { ...alive, ...bindingOf(attempt) });
  const [failures] = line.rows;
  if (failures === undefined) return refused(await whyNot(db, attempt));
  const locked = lockRefusal(failures, now);
  if (locked !== undefined) return refused(locked);
  const tried = await db.knex.raw<{ rows: CodeRow[] }>(TRY_CODE, {
    ...alive,
    hmac: hmacOf(attempt.codeKey, codeId, attempt.code),
  });
  const [row] = tried.rows;
  if (row === undefined) return refused(await whyNot(db, attempt));
  if (row.consumed_at === null) {
    const isOpen = lockOfRow(await countFailure(db, failures, now), now).state === 'open';
    // This one has locked the number: what is left of the code cannot be tried.
    const attemptsLeft = isOpen ? CODE_ATTEMPTS_MAX - row.attempts : 0;
    return refused(new Refusal('code-wrong', { attemptsLeft }));
  }
  if (failures.failures > 0) await forgiveFailures(db, failures);
  const mobile = db.sealing.open(codePlace('mobile_sealed', codeId), row.mobile_sealed).toString();
  return { ok: true, mobile, mobileHmac: row.mobile_hmac };
}

function refused(refusal: Refusal): CodeVerdict {
  return { ok: false, refusal };
}

function bindingOf({ purpose, deviceId, sessionId, registrationId }: CodeAttempt) {
  return { purpose, deviceId, sessionId, registrationId };
}

/** Names the reason for a code that could not be tried; one that belongs elsewhere looks like none at all (OTP-8). */
async function whyNot(db: Database, attempt: CodeAttempt): Promise<Refusal> {
  const { codeId, now } = attempt;
  const found = await db.knex.raw<{ rows: CodeRow[] }>(`select * from one_time_codes where ${BOUND}`, {
    ...{ id: codeId, ...bindingOf(attempt) },
  });
  const [row] = found.rows;
  if (!row) return new Refusal('code-wrong');
  const judged = judgeCode({
    attempt: row.attempts + 1,
    expiresAt: row.expires_at.getTime(),
    consumed: row.consumed_at !== null,
    superseded: row.superseded_at !== null,
    matches: false,
    now,
  });
  return new Refusal(judged.verdict === 'accepted' ? 'code-wrong' : judged.verdict);
}
