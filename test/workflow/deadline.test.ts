/** Time: the deadline, a moved window, and whoever came in time while the engine was away. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_ELECTION_ID, DEMO_STAFF } from '../../scripts/demo-data.ts';
import { changeWindow } from '../../store/windows.ts';
import { registrationWorkflowId } from '../../workflows/protocol.ts';
import { newCandidacy, newPerson, openRegistration, refusalOf, type Candidacy } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const HEADQUARTERS = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
const DAY_MS = 86_400_000;
const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));
const passed = (end: Date) => pause(Math.max(end.getTime() - Date.now(), 0) + 300);

/** Headquarters move the end of the window, and every open registration hears of it. */
async function moveWindow(closesInMs: number, { deliver = true } = {}): Promise<Date> {
  const closesAt = new Date(Date.now() + closesInMs);
  const change = { electionId: DEMO_ELECTION_ID, closesAt, reason: 'test', staffId: HEADQUARTERS };
  await changeWindow(stage.fresh.db, change);
  if (deliver) await deliverAll();
  return closesAt;
}

/** One round as a rule; on a busy machine the engine may not answer in time, and the worker's rounds are not here. */
async function deliverAll(): Promise<void> {
  const undelivered = () => stage.fresh.db.knex('commands').where({ state: 'accepted' }).first('id');
  for (;;) {
    await stage.delivery.redeliver();
    if ((await undelivered()) === undefined) return;
    await pause(100);
  }
}

async function readyToSubmit(): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  return candidacy;
}

const isExpired = ({ status }: { status: string }) => status === 'expired';

const FIRST_END_MS = 1_500;
const LAST_END_MS = 24_000;

/**
 * People for whom the window is about to end, and who did something before it did. Whoever hears of the end too late,
 * or does not come to it, is followed by others who have twice the time.
 */
async function beforeTheEnd<Who, Did>(
  prepare: () => Promise<Who>,
  { hears, act }: { hears: (who: Who) => readonly Candidacy[]; act: (who: Who, end: Date) => Promise<Did> },
): Promise<{ who: Who; end: Date; did: Did }> {
  for (let closesInMs = FIRST_END_MS; ; closesInMs *= 2) {
    await moveWindow(30 * DAY_MS);
    const who = await prepare();
    const end = await moveWindow(closesInMs);
    const heard = await Promise.all(
      hears(who).map((each) =>
        each.until((view) => isExpired(view) || view.deadline?.getTime() === end.getTime()),
      ),
    );
    try {
      const did = await act(who, end);
      if (Date.now() < end.getTime() && !heard.some(isExpired)) return { who, end, did };
    } catch (error) {
      if (Date.now() < end.getTime() || closesInMs >= LAST_END_MS) throw error;
    }
    if (closesInMs >= LAST_END_MS) throw new Error('This machine is too slow for a deadline');
    await passed(end);
  }
}

/** When a fact was recorded. */
async function recordedAt({ registrationId }: Candidacy, type: string): Promise<Date> {
  const row = await stage.fresh.db
    .knex('registration_facts')
    .where({ registration_id: registrationId, type })
    .first<{ recorded_at: Date }>('recorded_at');
  return row.recorded_at;
}

test('DL-3: an earlier end expires what is open, a later one keeps it alive', async () => {
  const { who: early, did: later } = await beforeTheEnd(() => newCandidacy(stage), {
    hears: (one) => [one],
    act: async (one, end) => {
      const next = await moveWindow(end.getTime() - Date.now() + 1_500);
      await one.until((view) => isExpired(view) || view.deadline?.getTime() === next.getTime());
      return next;
    },
  });
  await early.until(isExpired);
  expect((await recordedAt(early, 'expired')).getTime()).toBeGreaterThanOrEqual(later.getTime());
  const handle = stage.temporal.client.workflow.getHandle(registrationWorkflowId(early.registrationId));
  expect(await handle.result()).toBe('expired');
  await moveWindow(30 * DAY_MS);
});

test('DL-1: the engine is away across the deadline: whoever came in time is reviewed, whoever came later is not', async () => {
  const {
    who,
    end,
    did: receipt,
  } = await beforeTheEnd(async () => ({ inTime: await readyToSubmit(), tooLate: await readyToSubmit() }), {
    hears: ({ inTime, tooLate }) => [inTime, tooLate],
    act: ({ inTime }) => inTime.submission(),
  });
  const { inTime, tooLate } = who;
  expect(receipt.state).toBe('accepted');
  await passed(end);
  expect(await refusalOf(tooLate.submission())).toBe('window-closed');
  // The timer has fired meanwhile, and the record has put the expiry off.
  expect((await inTime.view()).status).toBe('awaiting-submission');
  await tooLate.until(isExpired);
  expect(await stage.settle(receipt)).toMatchObject({ state: 'done' });
  expect((await inTime.view()).status).toBe('under-review');
  const evidence = await stage.fresh.db
    .knex('commands')
    .where({ registration_id: tooLate.registrationId, kind: 'submission' })
    .first('state', 'code', 'in_time');
  expect(evidence).toMatchObject({ state: 'refused', code: 'window-closed', in_time: false });
  await moveWindow(30 * DAY_MS);
});

test('DL-3: an extension that the engine has not heard of yet counts all the same', async () => {
  const { who: candidacy, end } = await beforeTheEnd(() => newCandidacy(stage), {
    hears: (one) => [one],
    act: () => moveWindow(30 * DAY_MS, { deliver: false }),
  });
  await passed(end);
  await pause(1_200);
  expect((await candidacy.view()).status).toBe('awaiting-verification');
  await deliverAll();
  await candidacy.until(({ deadline }) => (deadline?.getTime() ?? 0) > Date.now() + DAY_MS);
  await candidacy.prove();
});

test('DL-1: before the opening and after the end nobody can open a registration', async () => {
  const person = await newPerson(stage);
  await moveWindow(100, { deliver: false });
  await pause(200);
  expect(await refusalOf(openRegistration(stage, person))).toBe('window-closed');
  const { knex } = stage.fresh.db;
  await moveWindow(30 * DAY_MS);
  await knex('election_windows')
    .where({ election_id: DEMO_ELECTION_ID })
    .update({ opens_at: new Date(Date.now() + DAY_MS) });
  expect(await refusalOf(openRegistration(stage, person))).toBe('window-closed');
  await knex('election_windows')
    .where({ election_id: DEMO_ELECTION_ID })
    .update({ opens_at: new Date(Date.now() - DAY_MS) });
  expect(await refusalOf(openRegistration(stage, person))).toBeNull();
});
