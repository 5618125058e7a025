/** A window that is moved while everybody is at the doors: it does not wait for them for ever, nor they for it. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DEMO_ELECTION_ID, DEMO_STAFF } from '../../scripts/demo-data.ts';
import { finishWindowChanges } from '../../store/commands.ts';
import { inTransaction, type Database } from '../../store/database.ts';
import { holdWindow } from '../../store/window-lock.ts';
import { changeWindow } from '../../store/windows.ts';
import { candidacyOf, newPerson, openRegistration, refusalOf } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

const HEADQUARTERS = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
const DAY_MS = 86_400_000;
const MANY = 1_200;
/** So many come at a time, each again as soon as it is through, until so many are through in all. */
const DOORS = 3;
const DOORS_MAX = 200;
const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.stopWorkers();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.fresh.owner('commands').where({ kind: 'windowChange' }).delete();
});

function moveTo(closesInMs: number, db: Database = stage.fresh.db) {
  const closesAt = new Date(Date.now() + closesInMs);
  const order = { electionId: DEMO_ELECTION_ID, reason: 'test', staffId: HEADQUARTERS };
  return { closesAt, reached: changeWindow(db, { ...order, closesAt }) };
}

/** Open registrations of people who do nothing. */
async function crowd(): Promise<void> {
  const { owner } = stage.fresh;
  const { registrationId } = await openRegistration(stage, await newPerson(stage));
  await owner.raw(
    `insert into candidates (id, mobile_sealed, mobile_hmac)
     select gen_random_uuid(), '', sha256(gen_random_uuid()::text::bytea) from generate_series(1, ?)`,
    [MANY],
  );
  await owner.raw(
    `insert into registrations
     select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'candidate_id', c.id))).*
       from registrations r, candidates c
      where r.id = ? and c.id not in (select candidate_id from registrations)`,
    [registrationId],
  );
}

/** The word that each registration has got, the last one first. */
async function told(): Promise<Map<string, number[]>> {
  const rows = await stage.fresh
    .owner('commands')
    .where({ kind: 'windowChange' })
    .orderBy('number', 'desc')
    .select<{ registration_id: string; payload: { closesAt: number } }[]>('registration_id', 'payload');
  const ends = new Map<string, number[]>();
  for (const { registration_id: id, payload } of rows) {
    ends.set(id, [...(ends.get(id) ?? []), payload.closesAt]);
  }
  return ends;
}

async function openIds(): Promise<string[]> {
  return stage.fresh.owner('registrations').where({ election_id: DEMO_ELECTION_ID }).pluck('id');
}

/** The database of a process that ends after the first part of the word. */
function dying(): Database {
  return {
    ...stage.fresh.db,
    failpoint: (name) =>
      name === 'windowChange.after-chunk' ? Promise.reject(new Error('killed')) : Promise.resolve(),
  };
}

test('DL-3: while doors come and go without a gap it is moved at once, and no door waits long', async () => {
  const { db } = stage.fresh;
  let moved = false;
  /** Doors that were passed, and those among them that found the window moved. */
  let [passed, after] = [0, 0];
  const door = async (): Promise<void> => {
    while (after < DOORS && passed < DOORS_MAX) {
      await inTransaction(db, async (tx) => {
        await holdWindow(tx, DEMO_ELECTION_ID);
        passed += 1;
        after += moved ? 1 : 0;
        await pause(150);
      });
    }
  };
  const doors = Array.from({ length: DOORS }, (_, number) => pause(50 * number).then(door));
  await pause(250);
  await moveTo(30 * DAY_MS).reached;
  moved = true;
  // A lock that the doors could take from each other would come only when there are none any more.
  expect(passed).toBeLessThan(DOORS_MAX);
  await Promise.all(doors);
  expect(after).toBeGreaterThanOrEqual(DOORS);
});

test('DL-3: doors are open while the word goes round, and see the new end', async () => {
  await crowd();
  const person = await newPerson(stage);
  const late = await newPerson(stage);
  const visitor = candidacyOf(stage, person, (await openRegistration(stage, person)).registrationId);
  const { db } = stage.fresh;
  const codes: (string | null)[] = [];
  const watched: Database = {
    ...db,
    failpoint: async (name) => {
      if (name !== 'windowChange.after-chunk' || codes.length > 0) return;
      codes.push(await refusalOf(visitor.withdrawal()), await refusalOf(openRegistration(stage, late)));
    },
  };
  const before = await openIds();
  const { closesAt, reached } = moveTo(40 * DAY_MS, watched);
  expect(await reached).toBe(before.length);
  expect(codes).toEqual([null, null]);
  const ends = await told();
  expect([...ends.keys()].toSorted()).toEqual(before.toSorted());
  expect([...ends.values()]).toEqual(before.map(() => [closesAt.getTime()]));
  const { closes_at: end } = await stage.fresh
    .owner('registrations')
    .where({ candidate_id: late.candidateId })
    .first<{ closes_at: Date }>('closes_at');
  expect(end).toEqual(closesAt);
});

test('DL-3: whoever dies in the middle is relieved: everybody hears of it once', async () => {
  const before = await openIds();
  const { closesAt, reached } = moveTo(50 * DAY_MS, dying());
  await expect(reached).rejects.toThrow('killed');
  const heard = await told();
  expect(heard.size).toBeGreaterThan(0);
  expect(heard.size).toBeLessThan(before.length);
  // The end itself counts already.
  const window = await stage.fresh
    .owner('election_windows')
    .where({ election_id: DEMO_ELECTION_ID })
    .first<{ closes_at: Date }>('closes_at');
  expect(window.closes_at).toEqual(closesAt);
  expect(await finishWindowChanges(stage.fresh.db)).toBe(1);
  const ends = await told();
  expect([...ends.keys()].toSorted()).toEqual(before.toSorted());
  expect([...ends.values()]).toEqual(before.map(() => [closesAt.getTime()]));
  expect(await finishWindowChanges(stage.fresh.db)).toBe(0);
});

test('DL-3: of two changes, the first of them unfinished, the second is the last that anybody hears of', async () => {
  const before = await openIds();
  await expect(moveTo(60 * DAY_MS, dying()).reached).rejects.toThrow('killed');
  const second = moveTo(20 * DAY_MS);
  expect(await second.reached).toBe(before.length);
  await finishWindowChanges(stage.fresh.db);
  const ends = await told();
  expect([...ends.values()].map(([last]) => last)).toEqual(before.map(() => second.closesAt.getTime()));
});
