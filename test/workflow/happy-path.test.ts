/** One registration from its opening to its approval, with two rounds of corrections, and what it costs the engine. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { APPROVED_MESSAGE } from '../../domain/messages.ts';
import { listMessages } from '../../store/messages.ts';
import { registrationWorkflowId, SEARCH_ATTRIBUTES } from '../../workflows/protocol.ts';
import { newCandidacy, type Candidacy } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gu;
const EVENTS_MAX = 120;
const EVENTS_PER_ROUND_MAX = 32;

/** The governorate returns one answer and one document, the candidate corrects both. */
async function round(candidacy: Candidacy, revision: number): Promise<void> {
  const defects = [
    { target: '/answers/identity/birthPlace', reason: 'answer-incomplete', note: 'نام کامل شهر' },
    { target: '/documents/photo', reason: 'document-unreadable' },
  ];
  const returned = await stage.settle(await candidacy.decision({ kind: 'corrections', revision, defects }));
  expect(returned).toMatchObject({ state: 'done' });
  await stage.idle(candidacy.registrationId);
  expect((await candidacy.view()).openDefects).toHaveLength(2);
  await candidacy.changeAnswer('identity', 'birthPlace', `شهر دامغان ${'ـ'.repeat(revision)}ب`);
  await candidacy.upload('photo');
  await stage.settle(await candidacy.submission());
  await stage.idle(candidacy.registrationId);
}

type Events = NonNullable<Awaited<ReturnType<Stage['histories']>>[number]['events']>;

/**
 * Events that say only that the machine was slow: a task that nobody finished in time and is given once more, and one
 * by which a worker asked for more time in the middle of its work.
 */
function countSlowness(events: Events): number {
  return events.reduce((total, event, index) => {
    const late = event.workflowTaskTimedOutEventAttributes;
    if (late) return total + (Number(late.startedEventId ?? 0) > 0 ? 3 : 2);
    const wasWorking = events[index - 1]?.workflowTaskCompletedEventAttributes != null;
    return total + (event.workflowTaskScheduledEventAttributes && wasWorking ? 3 : 0);
  }, 0);
}

/** The events of all runs, as many as they are on a machine that has time. */
async function countEvents({ registrationId }: Candidacy): Promise<number> {
  const runs = await stage.histories(registrationWorkflowId(registrationId));
  const events = runs.map((run) => run.events ?? []);
  return events.reduce((total, each) => total + each.length - countSlowness(each), 0);
}

async function approve(candidacy: Candidacy, revision: number): Promise<number> {
  const approved = await stage.settle(await candidacy.decision({ kind: 'approval', revision }));
  expect(approved).toMatchObject({ state: 'done', code: null });
  const handle = stage.temporal.client.workflow.getHandle(registrationWorkflowId(candidacy.registrationId));
  expect(await handle.result()).toBe('approved');
  return countEvents(candidacy);
}

async function underReview(): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  const receipt = await candidacy.submission();
  expect(receipt).toMatchObject({ state: 'accepted', preliminaryCode: expect.stringMatching(/^\d{4}-/) });
  expect(await stage.settle(receipt)).toMatchObject({ state: 'done', result: { revision: 1 } });
  await stage.idle(candidacy.registrationId);
  return candidacy;
}

test('WF-12: from the opening to the approval, within the budget of events', async () => {
  const candidacy = await underReview();
  expect(await candidacy.view()).toMatchObject({ status: 'under-review', revision: 1, round: 1 });
  await round(candidacy, 1);
  const afterOne = await countEvents(candidacy);
  await round(candidacy, 2);
  const perRound = (await countEvents(candidacy)) - afterOne;
  const all = await approve(candidacy, 3);
  expect(await candidacy.view()).toMatchObject({ status: 'approved', revision: 3, round: 3 });

  const messages = await listMessages(stage.fresh.db, candidacy.registrationId);
  expect(messages.map(({ kind }) => kind)).toEqual(
    ['info', 'submitted', 'defects', 'submitted', 'defects', 'submitted', 'approved'], // prettier-ignore
  );
  expect(messages.at(-1)?.text).toBe(APPROVED_MESSAGE);
  expect(messages[2]?.defects).toMatchObject([
    { target: '/answers/identity/birthPlace', note: 'نام کامل شهر' },
    { target: '/documents/photo' },
  ]);
  expect(stage.world.sent.filter(({ to }) => to === candidacy.mobile)).toHaveLength(6);

  console.log(`events: ${all - perRound} with one round of corrections, ${perRound} for each further one`);
  expect(all - perRound).toBeLessThanOrEqual(EVENTS_MAX);
  expect(perRound).toBeLessThanOrEqual(EVENTS_PER_ROUND_MAX);
});

test('a returned answer may stand, a returned document may not', async () => {
  const candidacy = await underReview();
  const defects = [
    { target: '/answers/identity/birthPlace', reason: 'answer-incomplete' },
    { target: '/documents/photo', reason: 'document-unreadable' },
  ];
  await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects }));
  await expect(candidacy.submission()).rejects.toMatchObject({
    code: 'incomplete',
    details: { errors: [{ pointer: '/documents/photo', code: 'not-corrected' }] },
  });
  await candidacy.upload('photo');
  expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
});

test('an operator reads whose move it is, and finds it by status', async () => {
  const candidacy = await underReview();
  const handle = stage.temporal.client.workflow.getHandle(registrationWorkflowId(candidacy.registrationId));
  const described = await handle.describe();
  expect(described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.status)).toBe('under-review');
  expect(described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.round)).toBe(1);
  expect(await described.staticSummary()).toContain('فرمانداری دامغان');
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toMatch(/منتظر فرمانداری\*\* از .+ساعت/);
  expect(metadata.currentDetails).toContain('دور بررسی: 1');
});

/** Every text and every sequence of bytes in a message of the engine. */
function everythingIn(value: unknown): Buffer[] {
  if (typeof value === 'string') return [Buffer.from(value)];
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [Buffer.from(key), ...everythingIn(inner)]);
}

test('DAT-1: the raw history shows nothing of the person and none of our words', async () => {
  const candidacy = await underReview();
  await round(candidacy, 1);
  await approve(candidacy, 2);
  const workflowId = registrationWorkflowId(candidacy.registrationId);
  const { connection, options } = stage.temporal.client;
  const raw = await connection.workflowService.getWorkflowExecutionHistory({
    namespace: options.namespace,
    execution: { workflowId },
  });
  const found = everythingIn(raw);
  expect(found.length).toBeGreaterThan(500);
  // Among the digits of random ids any six stand somewhere, now and then.
  const withoutIds = found.map((piece) => Buffer.from(piece.toString('latin1').replace(ID, ''), 'latin1'));
  const haystack = Buffer.concat(withoutIds.map((piece) => Buffer.concat([piece, Buffer.from('\n')])));
  const digits = candidacy.mobile.slice(3);
  for (const canary of [digits, candidacy.nationalId, '603799', 'قناری', 'contentHash', 'lineConfirmed']) {
    expect([canary, haystack.includes(canary)]).toEqual([canary, false]);
  }
});
