/** One timer for the deadline of the candidate's move; none while the move is somebody else's. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { deadline, type Instant } from '../domain/registration.ts';
import type { RegistrationFile } from './file.ts';

export interface DeadlineTimer {
  /** Sets, moves or stops the timer, only when something has changed. */
  rearm(): void;
}

/** An expiry that the command log has put off is tried again after this; longer each time, up to a minute. */
const RETRY_FIRST_MS = 3_000;
const RETRY_MAX_MS = 60_000;

export function deadlineTimer(file: RegistrationFile): DeadlineTimer {
  let armed: { readonly at: Instant; readonly scope: CancellationScope } | null = null;

  const due = (): Instant | null => {
    const at = deadline(file.registration);
    if (at === null || file.deferrals === 0) return at;
    return Math.max(at, Date.now() + Math.min(RETRY_FIRST_MS * 2 ** (file.deferrals - 1), RETRY_MAX_MS));
  };

  const ring = async (at: Instant, scope: CancellationScope): Promise<void> => {
    try {
      await scope.run(() => sleep(Math.max(at - Date.now(), 1), { summary: 'مهلت داوطلب' }));
      armed = null;
      file.inbox.push({ kind: 'deadline' });
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  };

  return {
    rearm() {
      const putOff = file.deferrals > 0 && armed !== null;
      if (putOff || file.inbox.some(({ kind }) => kind === 'deadline')) return;
      const at = due();
      if (at === (armed?.at ?? null)) return;
      armed?.scope.cancel();
      armed = at === null ? null : { at, scope: new CancellationScope() };
      if (armed !== null) void ring(armed.at, armed.scope);
    },
  };
}
