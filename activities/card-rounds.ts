/**
 * Tries with a card whose registration came to its end in the meantime: its workflow asks nobody any more, and what was
 * typed at the bank counts all the same, for whoever registers again (OTP-11).
 */
import { listLeftOpen, writeVerdict, type Attempt } from '../store/card-verifications.ts';
import { isOff } from '../store/provider-switches.ts';
import { askForVerdict } from './card.ts';
import type { Dependencies } from './dependencies.ts';
import type { Duty } from './rounds.ts';

const MINUTE_MS = 60_000;
/** Of one whose start was never heard of, the bank knows nothing either. */
const NEVER_OPENED_MS = 60 * MINUTE_MS;

export function cardDuties(dependencies: Dependencies): Duty[] {
  return [
    {
      name: 'card tries of closed registrations settled',
      everyMs: MINUTE_MS,
      work: () => settleLeftOpen(dependencies),
    },
  ];
}

/** Returns how many have come to their end; the others are asked about again, for a day after their page. */
async function settleLeftOpen(dependencies: Dependencies): Promise<number> {
  const { db } = dependencies;
  if (await isOff(db, 'bank')) return 0;
  const failures: unknown[] = [];
  let ended = 0;
  for (const attempt of await listLeftOpen(db)) {
    const isOver = await settle(dependencies, attempt).catch((error: unknown) => void failures.push(error));
    if (isOver === true) ended += 1;
  }
  if (failures.length > 0) throw failures[0];
  return ended;
}

async function settle(dependencies: Dependencies, attempt: Attempt): Promise<boolean> {
  const { startCalledAt, expiresAt } = attempt;
  const isUnheard =
    expiresAt === null && (startCalledAt === null || startCalledAt < Date.now() - NEVER_OPENED_MS);
  if (!isUnheard) return (await askForVerdict(dependencies, attempt)).reason !== null;
  await writeVerdict(dependencies.db, attempt.id, { state: 'abandoned', reason: 'expired', usedCard: null });
  return true;
}
