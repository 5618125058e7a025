/** Every queue that the protocol declares is served, codes go before notices, and a forgotten notice is taken up. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeSms } from '../../store/sms.ts';
import {
  CODE_PRIORITY,
  CODE_QUEUE,
  CODE_WORKFLOW,
  codeStartOf,
  FORGOTTEN_PRIORITY,
  NOTICE_PRIORITY,
  NOTICE_QUEUE,
  NOTICE_WORKFLOW,
  noticeQueueOf,
  noticeStartOf,
  QUEUES,
  REGISTRATION_QUEUE,
} from '../../workflows/protocol.ts';
import { testTemporal } from '../support/engine.ts';
import { openStage, type Stage } from './stage.ts';

const WORKFLOWS = 1;
const ACTIVITIES = 2;
/** A worker begins to poll when the machine lets it. */
const LOOKS = 250;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function pollers(queue: string, taskQueueType: number): Promise<number> {
  const { namespace } = testTemporal();
  const { workflowService } = stage.temporal.client;
  const asked = { namespace, taskQueueType, taskQueue: { name: queue + stage.queueSuffix } };
  for (let look = 0; ; look += 1) {
    const { pollers: found } = await workflowService.describeTaskQueue(asked);
    if (found.length > 0 || look > LOOKS) return found.length;
    await new Promise((go) => setTimeout(go, 100));
  }
}

test.each(QUEUES)('WF-8: the queue %s has a worker for its workflows and its activities', async (queue) => {
  expect(await pollers(queue, WORKFLOWS)).toBeGreaterThan(0);
  expect(await pollers(queue, ACTIVITIES)).toBeGreaterThan(0);
});

test('WF-8: notices have a queue of their own beside their registrations', () => {
  expect(noticeQueueOf(REGISTRATION_QUEUE)).toBe(NOTICE_QUEUE);
  expect(noticeQueueOf(`${REGISTRATION_QUEUE}-b`)).toBe(`${NOTICE_QUEUE}-b`);
  expect(new Set(QUEUES)).toEqual(new Set([REGISTRATION_QUEUE, CODE_QUEUE, NOTICE_QUEUE]));
});

test('WF-8: a code goes before every notice, and what was forgotten comes last', async () => {
  expect([CODE_PRIORITY, NOTICE_PRIORITY, FORGOTTEN_PRIORITY]).toEqual([1, 4, 5]);
  const options = codeStartOf({ codeId: crypto.randomUUID(), expiresAt: Date.now() + 60_000 }, stage);
  await stage.temporal.client.workflow.execute(CODE_WORKFLOW, options);
  const [history] = await stage.histories(options.workflowId);
  const events = history?.events ?? [];
  const priorities = events.flatMap(
    ({ workflowExecutionStartedEventAttributes: start, activityTaskScheduledEventAttributes: activity }) => [
      ...(start ? [start.priority?.priorityKey] : []),
      ...(activity ? [activity.priority?.priorityKey] : []),
    ],
  );
  expect(priorities).toEqual([CODE_PRIORITY, CODE_PRIORITY]);
});

test('WF-7: a notice that was left behind is sent by a workflow of its own, once', async () => {
  const mobile = '+989381234567';
  const smsId = await writeSms(stage.fresh.db, {
    ...{ registrationId: null, cause: 'left-behind', template: 'defects', parameters: {} },
    ...{ mobile, at: Date.now() },
  });
  const start = () =>
    stage.temporal.client.workflow.execute(NOTICE_WORKFLOW, noticeStartOf({ smsId }, stage));
  await start();
  await start();
  expect(stage.world.sent.filter(({ to }) => to === mobile)).toMatchObject([
    { kind: 'notice', reference: smsId },
  ]);
  expect(await stage.fresh.db.knex('sms').where({ id: smsId }).first('state', 'attempts')).toEqual({
    state: 'sent',
    attempts: 1,
  });
});
