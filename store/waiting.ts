/** The queue of a governorate: how much waits, for how long, and which file is next. */
import type { Database } from './database.ts';
import type { Staff } from './staff.ts';
import { inScope, readAs } from './worklist.ts';

export interface QueueState {
  readonly waiting: number;
  readonly returned: number;
  readonly approvedToday: number;
  readonly rejectedToday: number;
  /** Files that have never been reviewed, of those that wait. */
  readonly waitingFirstTime: number;
  /** ISO time since when the oldest waits, and its id; null when nothing waits. */
  readonly oldest: { readonly id: string; readonly waitingSince: string } | null;
  /** Proposals to prove an identity in person that wait for a second member of staff; of them, the reader's own. */
  readonly proposals: { readonly open: number; readonly own: number };
  readonly constituencies: readonly {
    readonly id: string;
    readonly title: string;
    readonly waiting: number;
  }[];
}

/** The governorate's move: not what waits for the candidate's code. */
const WAITING = { status: 'under-review', awaits_code: false } as const;

interface Counts {
  waiting: string;
  waiting_first_time: string;
  returned: string;
  approved_today: string;
  rejected_today: string;
}

/** `midnight` is the beginning of today in the office's time zone. */
export function queueState(panel: Database, staff: Staff, midnight: Date): Promise<QueueState> {
  return readAs(panel, staff, async ({ knex }) => {
    const files = () => inScope(knex('panel_registrations'), staff);
    const counts = await files().first<Counts>(
      knex.raw(`count(*) filter (where status = 'under-review' and not awaits_code) as waiting`),
      knex.raw(
        `count(*) filter (where status = 'under-review' and not awaits_code and round = 1) as waiting_first_time`,
      ),
      knex.raw(`count(*) filter (where status = 'awaiting-corrections') as returned`),
      knex.raw(`count(*) filter (where status = 'approved' and updated_at >= ?) as approved_today`, [
        midnight,
      ]),
      knex.raw(`count(*) filter (where status = 'rejected' and updated_at >= ?) as rejected_today`, [
        midnight,
      ]),
    );
    const oldest = await files()
      .where(WAITING)
      .orderBy([{ column: 'waiting_since' }, { column: 'id' }])
      .first<{ id: string; waiting_since: Date } | undefined>('id', 'waiting_since');
    const constituencies = await files()
      .where(WAITING)
      .groupBy('constituency_id', 'constituency_title')
      .orderBy('waiting', 'desc')
      .limit(8)
      .select<{ id: string; title: string; waiting: string }[]>(
        'constituency_id as id',
        'constituency_title as title',
        knex.raw('count(*) as waiting'),
      );
    const proposals = await countProposals({ ...panel, knex }, staff);
    return {
      waiting: Number(counts.waiting),
      proposals,
      waitingFirstTime: Number(counts.waiting_first_time),
      returned: Number(counts.returned),
      approvedToday: Number(counts.approved_today),
      rejectedToday: Number(counts.rejected_today),
      oldest: oldest ? { id: oldest.id, waitingSince: oldest.waiting_since.toISOString() } : null,
      constituencies: constituencies.map((one) => ({ ...one, waiting: Number(one.waiting) })),
    };
  });
}

async function countProposals({ knex }: Database, staff: Staff): Promise<QueueState['proposals']> {
  const open = await inScope(knex('panel_identity_proposals'), staff)
    .where({ state: 'proposed' })
    .pluck<string[]>('id');
  if (open.length === 0) return { open: 0, own: 0 };
  const own = await knex('identity_proposals')
    .whereIn('id', open)
    .where({ proposed_by: staff.id })
    .pluck('id');
  return { open: open.length, own: own.length };
}

/** The file that has waited longest, other than this one; null when nothing else waits. */
export function nextWaiting(panel: Database, staff: Staff, exceptId: string): Promise<string | null> {
  return readAs(panel, staff, async ({ knex }) => {
    const row = await inScope(knex('panel_registrations'), staff)
      .where(WAITING)
      .whereNot({ id: exceptId })
      .orderBy([{ column: 'waiting_since' }, { column: 'id' }])
      .first<{ id: string } | undefined>('id');
    return row?.id ?? null;
  });
}
