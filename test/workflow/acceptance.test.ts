/** The moment of acceptance and the record, without an engine: one effect per key, one record per cause. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { acceptRegistration, acceptWithdrawal, findCommand } from '../../store/commands.ts';
import { record, type Entry } from '../../store/record.ts';
import { registrationPlace } from '../../store/registration-row.ts';
import { DEMO_ELECTION_ID } from '../../scripts/demo-data.ts';
import { BIRTH_DATE, candidacyOf, CONSTITUENCY, idempotency, newPerson, openRegistration, refusalOf } from './candidacy.ts'; // prettier-ignore
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.stopWorkers();
});
afterAll(() => stage.close());

async function opened() {
  const person = await newPerson(stage);
  const command = await openRegistration(stage, person);
  return { person, command, candidacy: candidacyOf(stage, person, command.registrationId) };
}

/** What the workflow would record first. */
function opening(registrationId: string, commandId: string): Entry {
  return {
    ...{ registrationId, sequence: 0, cause: commandId },
    facts: [
      {
        type: 'opened',
        electionId: DEMO_ELECTION_ID,
        closesAt: Date.now() + 86_400_000,
        correctionHours: 72,
      },
    ],
    outcome: { commandId, refusal: null },
  };
}

test('API-5: fifty requests with one key at the same time have one effect', async () => {
  const { candidacy } = await opened();
  const request = {
    ...candidacy,
    idempotency: idempotency(`candidate:${candidacy.candidateId}`),
  };
  const views = await Promise.all(
    Array.from({ length: 50 }, () => acceptWithdrawal(stage.fresh.db, request)),
  );
  expect(new Set(views.map(({ id }) => id)).size).toBe(1);
  const other = { ...request.idempotency, bodyHash: Buffer.from('another body') };
  expect(await refusalOf(acceptWithdrawal(stage.fresh.db, { ...request, idempotency: other }))).toBe(
    'idempotency-key-reused',
  );
});

test('ten registrations of one candidate at the same instant: one is opened', async () => {
  const person = await newPerson(stage);
  const codes = await Promise.all(
    Array.from({ length: 10 }, () => refusalOf(openRegistration(stage, person))),
  );
  expect(codes.filter((code) => code === null)).toHaveLength(1);
  expect(new Set(codes)).toEqual(new Set([null, 'already-registered']));
});

test('who may not open: too young by a day, or with a constituency of another election', async () => {
  const person = await newPerson(stage);
  const day = new Date();
  day.setUTCFullYear(day.getUTCFullYear() - 25);
  day.setUTCDate(day.getUTCDate() + 3);
  const request = {
    ...person,
    ...{ electionId: DEMO_ELECTION_ID, constituencyId: CONSTITUENCY?.id ?? '', birthDate: BIRTH_DATE },
  };
  const open = (change: Partial<typeof request>) =>
    refusalOf(
      acceptRegistration(stage.fresh.db, {
        ...{ ...request, ...change },
        idempotency: idempotency(`candidate:${person.candidateId}`),
      }),
    );
  expect(await open({ birthDate: day.toISOString().slice(0, 10) })).toBe('under-age');
  const elsewhere = '01990000-0000-7000-8000-000000000201';
  expect(await open({ constituencyId: elsewhere })).toBe('constituency-unknown');
  expect(await open({ electionId: elsewhere })).toBe('not-found');
  expect(await open({})).toBeNull();
});

test('a command that the log has not decided is heeded: after a withdrawal nothing more is accepted', async () => {
  const { candidacy } = await opened();
  await candidacy.withdrawal();
  expect(await refusalOf(candidacy.withdrawal())).toBe('not-your-move');
  expect(await refusalOf(candidacy.verification())).toBe('not-your-move');
});

test('ten different requests at the same instant: each sees what was accepted while it waited for the row', async () => {
  const { candidacy } = await opened();
  const codes = await Promise.all(Array.from({ length: 10 }, () => refusalOf(candidacy.withdrawal())));
  expect(codes.filter((code) => code === null)).toHaveLength(1);
  expect(new Set(codes)).toEqual(new Set([null, 'not-your-move']));
  const { knex } = stage.fresh.db;
  const numbers = await knex('commands').where({ registration_id: candidacy.registrationId }).pluck('number');
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('DAT-2: the reason of a withdrawal is kept, sealed', async () => {
  const { candidacy } = await opened();
  const { candidateId, registrationId } = candidacy;
  const own = { registrationId, candidateId, idempotency: idempotency(`candidate:${candidateId}`) };
  await acceptWithdrawal(stage.fresh.db, { ...own, reason: 'قناری به سفر می‌رود' });
  const { knex, sealing } = stage.fresh.db;
  const row = await knex('registrations').where({ id: registrationId }).first<{
    withdrawal_reason_sealed: Buffer;
  }>('withdrawal_reason_sealed');
  const place = registrationPlace('withdrawal_reason_sealed', registrationId);
  expect(sealing.open(place, row.withdrawal_reason_sealed).toString('utf8')).toBe('قناری به سفر می‌رود');
});

test('API-2: somebody else’s registration is not found', async () => {
  const { candidacy } = await opened();
  const stranger = await newPerson(stage);
  const request = {
    registrationId: candidacy.registrationId,
    candidateId: stranger.candidateId,
    idempotency: idempotency(`candidate:${stranger.candidateId}`),
  };
  expect(await refusalOf(acceptWithdrawal(stage.fresh.db, request))).toBe('not-found');
});

test('WF-5: a record that is repeated, also at the same time, gives its first result', async () => {
  const { command } = await opened();
  const entry = opening(command.registrationId, command.id);
  const results = await Promise.all(Array.from({ length: 8 }, () => record(stage.fresh.db, entry)));
  expect(results).toEqual(results.map(() => results[0]));
  expect(results[0]?.facts).toMatchObject([{ sequence: 1, fact: { type: 'opened' } }]);
  expect(await findCommand(stage.fresh.db, command.id, null)).toMatchObject({ state: 'done' });
  const audit = await stage.fresh.db.knex('audit').where({ subject_id: command.registrationId });
  expect(audit).toHaveLength(1);
});

test('a record of somebody who has missed facts gets them instead, and then a repeated cause its first result', async () => {
  const { command } = await opened();
  const { db } = stage.fresh;
  const { registrationId } = command;
  await record(db, opening(registrationId, command.id));
  const missed = { type: 'windowChanged', closesAt: Date.now() } as const;
  await record(db, { registrationId, sequence: 1, cause: 'missed', facts: [missed], outcome: null });
  const late = {
    registrationId,
    sequence: 1,
    cause: 'late',
    facts: [{ type: 'withdrawn' }],
    outcome: null,
  } as const;
  expect(await record(db, late)).toMatchObject({ behind: true, facts: [{ sequence: 2, fact: missed }] });
  expect(await record(db, { ...late, sequence: 2 })).toMatchObject({
    behind: false,
    facts: [{ sequence: 3 }],
  });
  expect(await record(db, { ...late, sequence: 1 })).toMatchObject({
    behind: false,
    facts: [{ sequence: 2, fact: missed }, { sequence: 3 }],
  });
});

test('a record that does not follow on what the database holds is a conflict', async () => {
  const { command } = await opened();
  const entry = { ...opening(command.registrationId, command.id), sequence: 4 };
  await expect(record(stage.fresh.db, entry)).rejects.toMatchObject({ name: 'RecordConflict' });
  expect(await findCommand(stage.fresh.db, command.id, null)).toMatchObject({ state: 'accepted' });
});
