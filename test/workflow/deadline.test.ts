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

/** Headquarters move the end of the window, and every open registration hears of it. */
async function moveWindow(closesInMs: number, { deliver = true } = {}): Promise<Date> {
  const closesAt = new Date(Date.now() + closesInMs);
  const change = { electionId: DEMO_ELECTION_ID, closesAt, reason: 'test', staffId: HEADQUARTERS };
  await changeWindow(stage.fresh.db, change);
  if (deliver) await stage.delivery.redeliver();
  return closesAt;
}

async function readyToSubmit(): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  return candidacy;
}

const isExpired = ({ status }: { status: string }) => status === 'expired';

test('DL-3: an earlier end expires what is open, a later one keeps it alive', async () => {
  const early = await newCandidacy(stage);
  const end = await moveWindow(2_500);
  await early.until(({ deadline }) => deadline?.getTime() === end.getTime());
  const later = await moveWindow(4_000);
  await early.until(({ deadline }) => deadline?.getTime() === later.getTime());
  await pause(later.getTime() - Date.now() - 1_000);
  expect((await early.view()).status).toBe('awaiting-verification');
  await early.until(isExpired);
  expect(Date.now()).toBeGreaterThanOrEqual(later.getTime());
  const handle = stage.temporal.client.workflow.getHandle(registrationWorkflowId(early.registrationId));
  expect(await handle.result()).toBe('expired');
  await moveWindow(30 * DAY_MS);
}, 30_000);

test('DL-1: the engine is away across the deadline: whoever came in time is reviewed, whoever came later is not', async () => {
  const inTime = await readyToSubmit();
  const tooLate = await readyToSubmit();
  const end = await moveWindow(2_000);
  await inTime.until(({ deadline }) => deadline?.getTime() === end.getTime());
  await tooLate.until(({ deadline }) => deadline?.getTime() === end.getTime());
  const receipt = await inTime.submission();
  expect(receipt.state).toBe('accepted');
  await pause(end.getTime() - Date.now() + 300);
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
}, 30_000);

test('DL-3: an extension that the engine has not heard of yet counts all the same', async () => {
  const candidacy = await newCandidacy(stage);
  const end = await moveWindow(1_200);
  await candidacy.until(({ deadline }) => deadline?.getTime() === end.getTime());
  await moveWindow(30 * DAY_MS, { deliver: false });
  await pause(end.getTime() - Date.now() + 1_500);
  expect((await candidacy.view()).status).toBe('awaiting-verification');
  await stage.delivery.redeliver();
  await candidacy.until(({ deadline }) => (deadline?.getTime() ?? 0) > Date.now() + DAY_MS);
  await candidacy.prove();
}, 30_000);

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
