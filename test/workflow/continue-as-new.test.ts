/**
 * A new run after every command, while a registry and an SMS are still being waited for, and every command sent
 * three times: nothing is lost, nothing happens twice.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { foldAll, type Fact } from '../../domain/registration.ts';
import { writeCommand } from '../../store/commands/door.ts';
import type { RegistrationRow } from '../../store/registration-row.ts';
import { registrationWorkflowId, SEARCH_ATTRIBUTES } from '../../workflows/protocol.ts';
import { newCandidacy, type Candidacy } from './candidacy.ts';
import { CARD, PROVEN } from './outside-world.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ continueAfter: 1 });
});
afterAll(() => stage.close());

const handleOf = ({ registrationId }: Candidacy) =>
  stage.temporal.client.workflow.getHandle(registrationWorkflowId(registrationId));

async function factsOf({ registrationId }: Candidacy): Promise<Fact[]> {
  const rows = await stage.fresh.db
    .knex('registration_facts')
    .where({ registration_id: registrationId })
    .orderBy('sequence')
    .pluck('payload');
  return rows as Fact[];
}

/** Once as it should be, and twice more. */
async function thrice(candidacy: Candidacy, command: Parameters<Stage['settle']>[0]) {
  const settled = await stage.settle(command);
  await stage.repeatAll(candidacy.registrationId);
  await stage.repeatAll(candidacy.registrationId);
  return settled;
}

test('WF-2: all commands three times, with a new run after each', async () => {
  stage.world.line.close();
  const candidacy = await newCandidacy(stage);
  await stage.repeatAll(candidacy.registrationId);

  const verified = await thrice(candidacy, await candidacy.verification(CARD));
  const { attemptId } = verified.result as { attemptId: string };
  stage.world.answers.bank = PROVEN;
  await thrice(candidacy, await candidacy.bankReturn(attemptId));
  await candidacy.until(({ identity }) => identity.card === 'confirmed');
  expect((await candidacy.view()).identity.line).toBe('pending');
  stage.world.line.open();
  await candidacy.until(({ status }) => status === 'awaiting-submission');

  stage.world.sms.close();
  await candidacy.fillIn();
  await thrice(candidacy, await candidacy.submission());
  const defects = [{ target: '/documents/photo', reason: 'document-unreadable' }];
  const returned = await thrice(
    candidacy,
    await candidacy.decision({ kind: 'corrections', revision: 1, defects }),
  );
  expect(returned.state).toBe('done');
  await candidacy.upload('photo');
  await thrice(candidacy, await candidacy.submission());
  // The outcome is known as soon as it is recorded; the engine hears of it a moment later.
  const round = async () =>
    (await handleOf(candidacy).describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.round);
  while ((await round()) !== 2) await new Promise((go) => setTimeout(go, 25));
  const metadata = await handleOf(candidacy).query<{ currentDetails?: string }>(
    '__temporal_workflow_metadata',
  );
  expect(metadata.currentDetails).toContain('ثبت‌نام داوطلب · فرمانداری');

  await stage.settle(await candidacy.decision({ kind: 'approval', revision: 2 }));
  // It waits for its SMS before it ends.
  expect((await handleOf(candidacy).describe()).status.name).toBe('RUNNING');
  stage.world.sms.open();
  expect(await handleOf(candidacy).result()).toBe('approved');

  const facts = await factsOf(candidacy);
  expect(facts.map(({ type }) => type).toSorted()).toEqual(
    ['opened', 'personConfirmed', 'cardStarted', 'cardReturned', 'cardConfirmed', 'lineConfirmed', 'submitted', 'returned', 'submitted', 'approved'].toSorted(), // prettier-ignore
  );
  expect(foldAll(facts)).toMatchObject({ status: 'approved', revision: 2, round: 2 });
  expect(stage.world.starts).toHaveLength(1);
  const sms = await stage.fresh.db.knex('sms').where({ registration_id: candidacy.registrationId });
  expect(sms.map(({ state }) => state)).toEqual(sms.map(() => 'sent'));
  const references = new Set(stage.world.sent.map(({ reference }) => reference));
  expect(references.size).toBe(sms.length);
  expect((await stage.countEvents(candidacy.registrationId)).length).toBeGreaterThanOrEqual(6);
  const messages = await stage.fresh.db.knex('messages').where({ registration_id: candidacy.registrationId });
  expect(messages).toHaveLength(5);
});

test('OTP-11: a new run while the bank is being asked for its page settles the start and calls no second time', async () => {
  stage.world.line.open();
  const candidacy = await newCandidacy(stage);
  await candidacy.until(({ identity }) => identity.line === 'confirmed');
  stage.world.bankPage.close();
  const before = stage.world.starts.length;
  const verification = await candidacy.verification(CARD);
  await stage.handOver(candidacy.registrationId);
  const { attemptId } = verification.result as { attemptId: string };
  while (!stage.world.starts.includes(attemptId)) await new Promise((go) => setTimeout(go, 25));
  // The candidate is back before the new run knows: that, too, is handed over.
  const row = (await stage.fresh.db
    .knex<RegistrationRow>('registrations')
    .where({ id: candidacy.registrationId })
    .first('id', 'next_command_number')) as RegistrationRow;
  const back = await writeCommand(stage.fresh.db, {
    ground: { commandId: newId(), receivedAt: Date.now(), row },
    actor: { kind: 'bank', id: null },
    command: { kind: 'bankReturn', attemptId },
  });
  stage.world.answers.bank = PROVEN;
  await stage.handOver(candidacy.registrationId);
  await new Promise((go) => setTimeout(go, 500));
  stage.world.bankPage.open();
  expect(await stage.outcomes.waitFor(verification.id, 80_000)).toMatchObject({ state: 'done' });
  expect(await stage.outcomes.waitFor(back.id, 30_000)).toMatchObject({ state: 'done' });
  await candidacy.until(({ status }) => status === 'awaiting-submission');
  expect(stage.world.starts.length - before).toBe(1);
});
