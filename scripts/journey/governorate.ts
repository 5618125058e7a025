/** The governorate's part: who may see a registration, and its decisions. */
import { Deviation, expectThat } from './deviation.ts';
import { type Patience, PATIENCE_MS, until } from './door.ts';
import { type Defect, type Desk, newDesk, type Notice, type Review } from './panel.ts';
import type { Play } from './play.ts';
import type { Running } from './system.ts';

/** All desks of the panel; a registration belongs to the reviewers who find it. */
export interface Offices {
  readonly headquarters: Desk;
  readonly reviewers: readonly Desk[];
}

export function newOffices({ urls, staff }: Running, patience: Patience): Offices {
  const desks = staff.map((account) => newDesk(urls.admin, account, patience));
  const headquarters = desks.find(({ account }) => account.role === 'headquarters');
  const reviewers = desks.filter(({ account }) => account.role === 'reviewer');
  if (headquarters === undefined || reviewers.length === 0)
    throw new Deviation('no demo staff in running.json');
  return { headquarters, reviewers };
}

/** The desk that finds the registration. */
export async function deskOf(offices: Offices, registrationId: string): Promise<Desk> {
  const [only] = await findersOf(offices, registrationId);
  return only;
}

/** Two of the same governorate: what takes two pairs of eyes. */
export async function desksOf(offices: Offices, registrationId: string): Promise<readonly [Desk, Desk]> {
  const [first, second] = await findersOf(offices, registrationId);
  if (second === undefined) throw new Deviation('the governorate has one reviewer only');
  return [first, second];
}

/** Who finds it; two governorates would break their borders. */
async function findersOf(offices: Offices, registrationId: string): Promise<readonly [Desk, ...Desk[]]> {
  const found: Desk[] = [];
  for (const desk of offices.reviewers) if (await desk.review(registrationId)) found.push(desk);
  const [only, ...others] = found;
  if (only === undefined) throw new Deviation('no reviewer finds the registration');
  const governorate = only.account.governorate;
  expectThat(
    others.every(({ account }) => account.governorate === governorate),
    'reviewers of two governorates see the same registration',
  );
  return [only, ...others];
}

/** Opens the review page with at least this revision on it. */
export function openReview(play: Play, desk: Desk, file: { id: string; revision: number }): Promise<Review> {
  return play.trace.step(
    'review opened',
    () =>
      until({
        what: `revision ${file.revision} on the review page`,
        patienceMs: PATIENCE_MS,
        look: async () => {
          const review = await desk.review(file.id);
          return review !== undefined && review.revision >= file.revision ? review : undefined;
        },
      }),
    ({ revision }) => `revision ${revision} at the desk of ${desk.account.governorate ?? 'headquarters'}`,
  );
}

type DecisionKind = 'corrections' | 'approval' | 'rejection';

const ACTIONS = { corrections: 'return', approval: 'approve', rejection: 'reject' } as const;

interface Decision {
  /** Of the registration. */
  readonly id: string;
  readonly kind: DecisionKind;
  readonly revision: number;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Decides at the desk. A request whose answer was lost is sent again; "stale" then means that the first one counted,
 * which the status that the candidate sees next must prove.
 */
async function decide(play: Play, desk: Desk, decision: Decision): Promise<Notice> {
  const { id, kind, revision, fields } = decision;
  const notice = await desk.act(id, ACTIONS[kind], { revision: String(revision), ...fields });
  const perhapsSecond = notice.attempts > 1 && notice.code === 'stale-revision';
  // `info` tells that the decision is accepted and its outcome is not known yet.
  const accepted = notice.type === 'success' || notice.type === 'info';
  if (!accepted && !perhapsSecond) {
    throw new Deviation(`${ACTIONS[kind]}: ${notice.type} ${notice.code} ${notice.message}`);
  }
  play.rest.receipts.keep({ what: 'decision', registrationId: id, kind, revision });
  return notice;
}

const sayNotice = ({ type, message }: Notice) => `${type}: ${message}`;

export function returnWith(
  play: Play,
  desk: Desk,
  file: { id: string; revision: number; defects: Defect[] },
) {
  const { id, revision, defects } = file;
  const fields = { defects: JSON.stringify(defects) };
  const name = `returned with ${defects.length} ${defects.length === 1 ? 'defect' : 'defects'}`;
  return play.trace.step(
    name,
    () => decide(play, desk, { id, kind: 'corrections', revision, fields }),
    sayNotice,
  );
}

export function approve(play: Play, desk: Desk, { id, revision }: { id: string; revision: number }) {
  return play.trace.step(
    'approval',
    () => decide(play, desk, { id, kind: 'approval', revision, fields: {} }),
    sayNotice,
  );
}

/** Rejects the file that lies open, for the first of the reasons that its review page offers. */
export function reject(play: Play, desk: Desk, { id, review }: { id: string; review: Review }) {
  const [reason] = review.rejectionReasons;
  if (reason === undefined) throw new Deviation('the review page offers no reason to reject');
  const fields = { reason: reason.code, note: 'با شرط‌های حوزه سازگار نیست.' };
  return play.trace.step(
    'rejection',
    () => decide(play, desk, { id, kind: 'rejection', revision: review.revision, fields }),
    sayNotice,
  );
}

/** One has seen the person and a passport, another one of the same governorate confirms it. */
export function seeInPerson(play: Play, [one, another]: readonly [Desk, Desk], id: string): Promise<Notice> {
  return play.trace.step(
    'seen in person',
    async () => {
      const seen = { document: 'passport', reason: 'no-card' };
      const proposed = await one.act(id, 'proposeIdentity', seen);
      expectThat(proposed.type === 'success', `proposal: ${proposed.type} ${proposed.code}`);
      const review = await another.review(id);
      const proposal = review?.identity.proposals.find(({ state }) => state === 'proposed')?.id;
      if (proposal === undefined) throw new Deviation('the second reviewer finds no proposal');
      play.rest.receipts.witness(id);
      const confirmed = await another.act(id, 'confirmIdentity', { proposal });
      // As with a decision: a request that was sent again may find that the first one counted.
      const done = ['success', 'info'].includes(confirmed.type) || confirmed.attempts > 1;
      expectThat(done, `confirmation: ${confirmed.type} ${confirmed.code}`);
      return confirmed;
    },
    sayNotice,
  );
}
