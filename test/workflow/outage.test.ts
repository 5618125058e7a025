/** The database or the engine is away, or a record is impossible: what waits, what is parked, and that nobody else suffers. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { closeDatabase, openDatabase } from '../../store/database.ts';
import { createDelivery, type CommandSender } from '../../store/delivery.ts';
import { record } from '../../store/record.ts';
import { registrationWorkflowId } from '../../workflows/protocol.ts';
import { TEST_SEALING } from '../support/keys.ts';
import { TEST_PATIENCE } from '../support/patience.ts';
import { newCandidacy, newPerson, openRegistration } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const CALLERS = 200;
const POOL_SIZE = 10;
/** As many as the gate lets in (store/delivery-gate.ts). */
const AT_ONCE = 6;
const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));

test('WF-1: no worker is alive: commands are taken, and decided in their order when one comes', async () => {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  await stage.stopWorkers();
  const receipt = await candidacy.submission();
  await stage.handOver(candidacy.registrationId);
  const withdrawal = await candidacy.withdrawal();
  await stage.handOver(candidacy.registrationId);
  expect(await stage.outcomes.waitFor(receipt.id, 100)).toMatchObject({ state: 'delivered' });
  await stage.startWorkers();
  expect(await stage.outcomes.waitFor(receipt.id, 40_000)).toMatchObject({ state: 'done' });
  expect(await stage.outcomes.waitFor(withdrawal.id, 40_000)).toMatchObject({ state: 'done' });
  expect((await candidacy.view()).status).toBe('withdrawn');
});

test('WF-5: the worker loses its memory in the middle: the story goes on where it was', async () => {
  const candidacy = await newCandidacy(stage);
  await stage.restartWorkers();
  await candidacy.prove();
  await stage.restartWorkers();
  await candidacy.fillIn();
  expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
});

test('WF-5: a worker dies right after a record, and other news comes first: the story catches up with the database', async () => {
  const candidacy = await newCandidacy(stage);
  const { registrationId } = candidacy;
  await candidacy.until(({ identity }) => identity.line === 'confirmed');
  await stage.idle(registrationId);
  await stage.stopWorkers();
  const { db } = stage.fresh;
  const known = await db
    .knex('registrations')
    .where({ id: registrationId })
    .first<{ sequence: number }>('sequence');
  // What the dead worker has recorded; the engine knows nothing of it.
  await record(db, {
    ...{ registrationId, sequence: known.sequence, cause: 'lost', outcome: null },
    facts: [{ type: 'windowChanged', closesAt: Date.now() + 86_400_000 }],
  });
  const withdrawal = await candidacy.withdrawal();
  await stage.handOver(registrationId);
  await stage.startWorkers();
  expect(await stage.outcomes.waitFor(withdrawal.id, 40_000)).toMatchObject({ state: 'done' });
  const facts = await db
    .knex('registration_facts')
    .where({ registration_id: registrationId })
    .orderBy('sequence');
  expect(facts.slice(-2).map(({ type }: { type: string }) => type)).toEqual(['windowChanged', 'withdrawn']);
});

test('WF-5: a registration whose record is impossible is parked, visibly, and goes on when it has been mended', async () => {
  const parked = await newCandidacy(stage);
  await parked.until(({ identity }) => identity.line === 'confirmed');
  await stage.idle(parked.registrationId);
  const rows = stage.fresh.db.knex('registrations').where({ id: parked.registrationId });
  await rows.clone().increment('sequence', 5);
  const withdrawal = await parked.withdrawal();
  await stage.handOver(parked.registrationId);
  const handle = stage.temporal.client.workflow.getHandle(registrationWorkflowId(parked.registrationId));
  const details = async () =>
    (await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '';
  while (!(await details()).includes('متوقف')) await pause(100);

  const other = await newCandidacy(stage);
  await other.prove();

  await rows.clone().decrement('sequence', 5);
  // Any signal wakes it; so would time.
  await handle.signal('withdrawal', undefined);
  expect(await stage.outcomes.waitFor(withdrawal.id, 40_000)).toMatchObject({ state: 'done' });
  expect(await handle.result()).toBe('withdrawn');
});

test('API-12: with the engine away 200 callers go home in time, and the database is not full of them', async () => {
  const db = openDatabase({
    ...{ url: stage.fresh.url, role: 'davtalab_app', poolSize: POOL_SIZE, sealing: TEST_SEALING },
    ...TEST_PATIENCE,
  });
  let sent = 0;
  const away: CommandSender = {
    send: (_command, signal) =>
      new Promise((go) => {
        sent += 1;
        signal.addEventListener('abort', () => go('away'), { once: true });
      }),
  };
  let begun = 0;
  db.knex.on('query', ({ sql }: { sql: string }) => (begun += /^begin/iu.test(sql) ? 1 : 0));
  const { pool } = db.knex.client as { pool: { numUsed(): number } };
  let most = 0;
  const looking = setInterval(() => (most = Math.max(most, pool.numUsed())), 5);
  const delivery = createDelivery(db, away);
  const person = await newPerson(stage);
  const { registrationId } = await openRegistration(stage, person);
  // A busy machine may not come to a sending before the time of all of them is over.
  while (sent === 0) {
    begun = 0;
    const deliveries = Array.from({ length: CALLERS }, () =>
      delivery.deliver(registrationId, { deadlineMs: 500 }),
    );
    expect(await Promise.all(deliveries)).toEqual(deliveries.map(() => false));
  }
  clearInterval(looking);
  // One after another through the pool they would all have begun: whoever is not let in goes home at the end of their time.
  expect(begun).toBeLessThan(CALLERS / 5);
  expect(most).toBeLessThanOrEqual(AT_ONCE);
  await closeDatabase(db);
  expect(await stage.delivery.redeliver()).toBeGreaterThanOrEqual(1);
});

test('WF-11: a registration whose command the engine will not take holds up nobody, and is left alone for longer', async () => {
  const poisoned = await openRegistration(stage, await newPerson(stage));
  const sound = await openRegistration(stage, await newPerson(stage));
  const tried: string[] = [];
  const sender: CommandSender = {
    send({ registrationId }) {
      tried.push(registrationId);
      return registrationId === poisoned.registrationId
        ? Promise.reject(new Error('payload too large'))
        : Promise.resolve('sent');
    },
  };
  const delivery = createDelivery(stage.fresh.db, sender);
  // By then it rests for a minute.
  for (let times = 0; times < 6; times += 1) {
    expect(await delivery.deliver(poisoned.registrationId, { deadlineMs: 30_000 })).toBe(false);
  }
  expect(await delivery.deliver(sound.registrationId, { deadlineMs: 30_000 })).toBe(true);
  tried.length = 0;
  await delivery.redeliver();
  expect(tried).not.toContain(poisoned.registrationId);
  await stage.settle(poisoned);
});

test('a workflow that is busy for a moment is asked again within the same deadline', async () => {
  const { registrationId } = await openRegistration(stage, await newPerson(stage));
  const answers: ('busy' | 'sent')[] = ['busy', 'busy', 'sent'];
  const sender: CommandSender = { send: () => Promise.resolve(answers.shift() ?? 'sent') };
  expect(await createDelivery(stage.fresh.db, sender).deliver(registrationId, { deadlineMs: 30_000 })).toBe(
    true,
  );
  expect(answers).toEqual([]);
});

test('WF-11: signals that are no commands are dropped', async () => {
  const candidacy = await newCandidacy(stage);
  const handle = stage.temporal.client.workflow.getHandle(registrationWorkflowId(candidacy.registrationId));
  const command = { kind: 'approval', revision: 0 };
  const [commandId, receivedAt] = [newId(), Date.now()];
  for (const nonsense of [
    ...[
      undefined,
      null,
      7,
      {},
      { commandId: 3 },
      { commandId: 'x' },
      { commandId, receivedAt, command: null },
    ],
    { commandId: 'no-uuid', receivedAt, command },
    { commandId, receivedAt, command: { kind: 'coronation' } },
    { commandId, receivedAt, command: { kind: 'expiry' } },
    { commandId, receivedAt: 'now', command },
  ]) {
    await handle.signal('approval', nonsense);
  }
  await candidacy.prove();
  const strange = await stage.fresh.db.knex('audit').where({ action: 'command-not-in-log' });
  expect(strange).toEqual([]);
});

test('ADM-10: a signal past the command log changes nothing, whatever it says, and stands in the audit', async () => {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  await stage.settle(await candidacy.submission());
  const other = await newCandidacy(stage);
  await stage.stopWorkers();
  const foreign = await other.withdrawal();
  await stage.startWorkers();
  const handle = stage.temporal.client.workflow.getHandle(registrationWorkflowId(candidacy.registrationId));
  const before = await candidacy.view();
  const approval = { kind: 'approval', revision: 1 };
  const sent = { number: 99, receivedAt: Date.now() };
  await handle.signal('approval', { ...sent, commandId: newId(), command: approval });
  // The id of somebody else's command is none of this registration's.
  await handle.signal('approval', { ...sent, commandId: foreign.id, command: approval });
  const announced = { kind: 'verification', attemptId: newId() };
  await handle.signal('verification', { ...sent, kind: 'answer', commandId: newId(), command: announced });
  const audited = () =>
    stage.fresh.db
      .knex('audit')
      .where({ action: 'command-not-in-log', subject_id: candidacy.registrationId })
      .pluck('detail');
  while ((await audited()).length < 3) await pause(50);
  await stage.idle(candidacy.registrationId);
  expect(await candidacy.view()).toEqual(before);
  expect(await stage.outcomes.waitFor(foreign.id, 100)).toMatchObject({ state: 'accepted' });
  await stage.settle(await candidacy.decision({ kind: 'approval', revision: 1 }));
  expect(await handle.result()).toBe('approved');
});
