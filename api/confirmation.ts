/** The fresh code that a submission, a withdrawal and a change of the number ask for, unless one was typed minutes ago. */
import { LOST_LINE } from '../domain/mobile-change.ts';
import { asciiDigits } from '../domain/persian-text.ts';
import { Refusal, type RefusalDetails } from '../domain/refusal.ts';
import { COMMAND_EFFECT } from '../store/commands/door.ts';
import { findAskedInVain } from '../store/code-outages.ts';
import { findEffect, type Idempotency } from '../store/idempotency.ts';
import { MOBILE_CHANGE_EFFECT } from '../store/mobile-change.ts';
import { confirmSession, isFresh, type ConfirmedPurpose, type Session } from '../store/sessions.ts';
import type { Services } from './services.ts';

interface Confirmed {
  readonly purpose: ConfirmedPurpose;
  readonly session: Session;
  /** Null for a change of the number, which concerns them all. */
  readonly registrationId: string | null;
  readonly idempotency: Idempotency;
  readonly given: { readonly codeId?: string | undefined; readonly code?: string | undefined };
  /** Whether the code may be given later when our side could not send it. */
  readonly mayWait?: boolean;
  readonly now: number;
}

interface Confirmation {
  /** When the code was asked for that our side could not send; null when the candidate has confirmed by a code. */
  readonly codeAskedAt: Date | null;
}

const CONFIRMED: Confirmation = { codeAskedAt: null };

/**
 * Requires that the candidate has confirmed by a code not long ago, or does so now. A submission passes without one
 * when our own record says that we could not send it: the deadline does not depend on an SMS. A withdrawal cannot be
 * taken back, so it waits until a code can be sent.
 * @throws Refusal `fresh-code-required`, or why the given code does not count.
 */
export async function requireConfirmed(
  { db, keys }: Pick<Services, 'db' | 'keys'>,
  { purpose, session, registrationId, idempotency, given, mayWait = false, now }: Confirmed,
): Promise<Confirmation> {
  if (isFresh(session, now)) return CONFIRMED;
  // A request that was accepted before has used its code already, and gets its answer again.
  const effect = purpose === 'mobile-change' ? MOBILE_CHANGE_EFFECT : COMMAND_EFFECT;
  if (await findEffect(db, idempotency, effect)) return CONFIRMED;
  const { codeId, code } = given;
  if (codeId === undefined || code === undefined) {
    const asked =
      mayWait &&
      registrationId !== null &&
      (await findAskedInVain(db, { sessionId: session.id, registrationId, now }));
    if (!asked) throw new Refusal('fresh-code-required', adviceFor(purpose));
    return { codeAskedAt: asked };
  }
  const typed = asciiDigits(code).trim();
  await confirmSession(db, {
    session,
    purpose,
    registrationId,
    codeId,
    code: typed,
    codeKey: keys.code,
    now,
  });
  return CONFIRMED;
}

/** Who has lost the line that the code goes to can never give one: they are told where to go. */
function adviceFor(purpose: ConfirmedPurpose): RefusalDetails {
  return purpose === 'mobile-change' ? { advice: LOST_LINE } : {};
}
