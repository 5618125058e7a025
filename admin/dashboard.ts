/** What a member of staff sees first: how much waits, since when, and for headquarters the windows. */
import type { PageHandler } from 'adminjs';
import type { Database } from '../store/database.ts';
import { listSwitchedOff } from '../store/provider-switches.ts';
import { PANEL_VIEWS } from '../store/panel-views.ts';
import { queueState } from '../store/waiting.ts';
import { listRows } from '../store/worklist.ts';
import { localClock } from '../domain/local-time.ts';
import { staffOfContext } from './context.ts';

/** Offices count their days by the clock of the capital, whatever the time zone of an election. */
const OFFICE_TIME_ZONE = 'Asia/Tehran';
const MINUTE_MS = 60_000;

export function dashboardHandler(panel: Database, now: () => Date): PageHandler {
  const elections = PANEL_VIEWS.find(({ id }) => id === 'elections');
  return async (_request, _response, context) => {
    const staff = staffOfContext(context);
    const headquarters = staff.role === 'headquarters';
    return {
      off: await listSwitchedOff(panel),
      queue: await queueState(panel, staff, beginningOfDay(now())),
      elections: elections && headquarters ? await listRows({ panel, staff }, elections, {}) : [],
    };
  };
}

export function beginningOfDay(now: Date): Date {
  const [hours = 0, minutes = 0] = localClock(now.getTime(), OFFICE_TIME_ZONE).split(':').map(Number);
  const wholeMinute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  return new Date(wholeMinute - (hours * 60 + minutes) * MINUTE_MS);
}
