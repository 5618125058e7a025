/** Every fact goes through here: recorded in the database first, folded into the state after. */
import { condition, isCancellation, log, TemporalFailure } from '@temporalio/workflow';
import { fold, type Decision, type Registration } from '../domain/registration.ts';
import { recordLocally } from './activity-options.ts';
import { markStatus, showProgress } from './details.ts';
import type { RegistrationFile } from './file.ts';
import { begin } from './outside-work.ts';

interface Entry {
  /** What this follows from: the id of a command, or of the work whose end it is. One record per cause, ever. */
  readonly cause: string;
  /** What follows from it in this state; asked again when the database turns out to know more than we do. */
  readonly judge: (registration: Registration) => Decision;
  /** The command that gets its outcome with this record. */
  readonly commandId?: string;
}

type Recorded = Awaited<ReturnType<typeof recordLocally>>;

const PARKED_FIRST_MS = 30_000;
const PARKED_MAX_MS = 600_000;

/**
 * Records, and folds what was really recorded: the store may know better than the workflow (a line that was
 * confirmed for somebody else a moment ago, an expiry that an earlier command must outrun, facts whose record this
 * workflow has not seen because a worker died right after it).
 * Returns false when the store has put it off.
 */
export async function record(file: RegistrationFile, { cause, judge, commandId }: Entry): Promise<boolean> {
  for (;;) {
    const { facts, refusal } = judge(file.registration);
    if (facts.length === 0 && commandId === undefined) return true;
    const recorded = await untilRecorded(file, () =>
      recordLocally({
        registrationId: file.id,
        sequence: file.registration.sequence,
        cause,
        facts,
        outcome: commandId === undefined ? null : { commandId, refusal },
      }),
    );
    takeOver(file, recorded);
    if (!recorded.behind) return !recorded.deferred;
  }
}

function takeOver(file: RegistrationFile, recorded: Recorded): void {
  const before = file.registration.status;
  for (const { sequence, fact } of recorded.facts) {
    // A repeated cause gives back its first result, which may be folded in already.
    if (sequence > file.registration.sequence) file.registration = fold(file.registration, fact);
  }
  if (file.registration.status !== before) {
    file.waitingSince = recorded.at;
    markStatus(file);
  }
  showProgress(file);
  for (const smsId of recorded.sms) begin(file, { kind: 'sms', id: `sms-${smsId}`, smsId });
}

/**
 * An outage of the database is waited out inside the activity. What fails in another way would fail for ever: then
 * this one registration is parked, visibly, and tried again when a signal arrives or after a while.
 */
async function untilRecorded<Result>(file: RegistrationFile, write: () => Promise<Result>): Promise<Result> {
  for (let waitMs = PARKED_FIRST_MS; ; waitMs = Math.min(waitMs * 2, PARKED_MAX_MS)) {
    try {
      return await write();
    } catch (error) {
      // A local activity fails with the bare failure of its code, an ordinary one with an ActivityFailure around it.
      if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
      log.error('ALARM: a registration is parked because its record cannot be written', {
        registrationId: file.id,
        reason: error.message,
      });
      showProgress(file, 'متوقف: ثبت در پایگاه داده ناممکن است؛ نیازمند رسیدگی');
      const { signals } = file;
      await condition(() => file.signals !== signals, waitMs);
    }
  }
}
