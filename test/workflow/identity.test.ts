/** Line, person and card: every way in which they end, and what the bank was asked. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { smsText, type SmsTemplate } from '../../domain/sms-text.ts';
import { getCardVerification, writeStarted } from '../../store/card-verifications.ts';
import { newCandidacy, refusalOf, type Candidacy } from './candidacy.ts';
import { PROVEN } from './outside-world.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
afterEach(() => {
  Object.assign(stage.world.answers, {
    line: 'yes',
    person: 'matched',
    start: 'opened',
    bank: { outcome: 'pending' },
  });
});

function raise(): never {
  throw new Error('There is no command');
}

const attemptOf = (command: { result: unknown }) => (command.result as { attemptId: string }).attemptId;

async function started(candidacy: Candidacy): Promise<string> {
  const command = await stage.settle(await candidacy.verification());
  expect(command).toMatchObject({ state: 'done' });
  return attemptOf(command);
}

function attempt(candidacy: Candidacy, attemptId: string) {
  return getCardVerification(stage.fresh.db, { ...candidacy, attemptId });
}

test.each([
  ['no', 'line-not-own', 'line-not-own'],
  ['invalid', 'line-invalid', 'line-not-own'],
] as const)('a line that is answered "%s" is refused, and no card is tried', async (answer, reason, code) => {
  stage.world.answers.line = answer;
  const candidacy = await newCandidacy(stage);
  const view = await candidacy.until(({ identity }) => identity.line === 'refused');
  expect(view).toMatchObject({ status: 'awaiting-verification', identity: { reason } });
  expect(await refusalOf(candidacy.verification())).toBe(code);
});

test.each([
  ['unknown', 'person-not-found'],
  ['dead', 'person-not-alive'],
] as const)('a person who is %s to the registry is refused, and no card is tried', async (answer, reason) => {
  stage.world.answers.person = answer;
  const candidacy = await newCandidacy(stage);
  await candidacy.until(({ identity }) => identity.reason === reason);
  expect(await refusalOf(candidacy.verification())).toBe(reason);
});

test.each(['wrong-entry', 'card-blocked', 'card-not-own', 'card-unusable', 'cancelled'] as const)(
  'a card refused as %s can be followed by another try',
  async (reason) => {
    const candidacy = await newCandidacy(stage);
    const attemptId = await started(candidacy);
    expect(await attempt(candidacy, attemptId)).toMatchObject({
      state: 'started',
      redirectUrl: `https://bank.example/${attemptId}`,
    });
    stage.world.answers.bank = { outcome: 'refused', reason };
    await stage.settle(await candidacy.bankReturn(attemptId));
    await candidacy.until(({ identity }) => identity.card === 'refused');
    expect(await attempt(candidacy, attemptId)).toMatchObject({ reason, redirectUrl: null });
    const view = await candidacy.view();
    expect(view.identity).toMatchObject({ reason, triesLeft: reason === 'wrong-entry' ? 2 : 3 });
    await candidacy.prove();
  },
);

test.each([
  ['another card than the one announced', '603799******9999', 'card-not-announced'],
  ['a card of a bank that cannot be used', '627353******1234', 'bank-not-supported'],
] as const)('the bank confirms %s: refused', async (_what, maskedPan, reason) => {
  const candidacy = await newCandidacy(stage);
  const attemptId = await started(candidacy);
  stage.world.answers.bank = { outcome: 'confirmed', maskedPan };
  await stage.settle(await candidacy.bankReturn(attemptId));
  await candidacy.until(({ identity }) => identity.reason === reason);
});

test('a bank that does not know yet is asked again until it does; silence never passes', async () => {
  const candidacy = await newCandidacy(stage);
  const attemptId = await started(candidacy);
  await stage.settle(await candidacy.bankReturn(attemptId));
  await candidacy.until(({ identity }) => identity.card === 'pending');
  await new Promise((go) => setTimeout(go, 1_500));
  expect(await attempt(candidacy, attemptId)).toMatchObject({ state: 'pending' });
  expect((await candidacy.view()).status).toBe('awaiting-verification');
  stage.world.answers.bank = PROVEN;
  await candidacy.until(({ status }) => status === 'awaiting-submission');
});

test('nobody comes back from the bank: it is asked when the page has ended', async () => {
  stage.world.answers.pageLifeMs = 1_200;
  stage.world.answers.bank = PROVEN;
  const { bank } = stage.world.gateways;
  const honest = bank.inquire;
  const asked: number[] = [];
  bank.inquire = (attempt) => {
    asked.push(Date.now());
    return honest(attempt);
  };
  const candidacy = await newCandidacy(stage);
  const attemptId = await started(candidacy);
  stage.world.answers.pageLifeMs = 600_000;
  const { expires_at: end } = await stage.fresh.db
    .knex('card_verifications')
    .where({ id: attemptId })
    .first<{ expires_at: Date }>('expires_at');
  await candidacy.until(({ status }) => status === 'awaiting-submission');
  bank.inquire = honest;
  // The engine counts in its own milliseconds.
  expect(asked[0]).toBeGreaterThan(end.getTime() - 200);
});

test('a bank that is away refuses the step, and the next try works', async () => {
  stage.world.answers.start = 'unavailable';
  const candidacy = await newCandidacy(stage);
  const command = await stage.settle(await candidacy.verification());
  expect(command).toMatchObject({ state: 'refused', code: 'bank-unavailable' });
  expect(await attempt(candidacy, attemptOf(command))).toMatchObject({ state: 'abandoned' });
  stage.world.answers.start = 'opened';
  await candidacy.prove();
});

test('a start whose answer is lost is called once, asked about, and given up', async () => {
  stage.world.answers.start = 'answer-lost';
  stage.world.answers.bank = { outcome: 'not-found' };
  const candidacy = await newCandidacy(stage);
  const verification = await candidacy.verification();
  await stage.handOver(candidacy.registrationId);
  const command = await stage.outcomes.waitFor(verification.id, 80_000);
  expect(command).toMatchObject({ state: 'refused', code: 'bank-unavailable' });
  expect(stage.world.starts.filter((id) => id === attemptOf(command))).toHaveLength(1);
});

test('a candidate who is back before the engine has heard of the start is asked about at once, and not refused', async () => {
  const candidacy = await newCandidacy(stage);
  stage.world.bankPage.close();
  const verification = await candidacy.verification();
  await stage.handOver(candidacy.registrationId);
  const attemptId = attemptOf(verification);
  while (!stage.world.starts.includes(attemptId)) await new Promise((go) => setTimeout(go, 25));
  // The activity has written what the bank said; its end is on the way to the workflow.
  await writeStarted(stage.fresh.db, attemptId, {
    ...{ redirectUrl: 'https://bank.example/page', bankReference: attemptId },
    expiresAt: new Date(Date.now() + 600_000),
  });
  const back = await candidacy.bankReturn(attemptId);
  await stage.handOver(candidacy.registrationId);
  expect(await stage.outcomes.waitFor(back.id, 1_000)).toMatchObject({ state: 'delivered' });
  stage.world.answers.bank = PROVEN;
  stage.world.bankPage.open();
  expect(await stage.outcomes.waitFor(back.id, 30_000)).toMatchObject({ state: 'done' });
  await candidacy.until(({ status }) => status === 'awaiting-submission');
  expect(await stage.outcomes.waitFor(verification.id, 10_000)).toMatchObject({ state: 'done' });
});

test('a page of return that is opened ten times at once makes one command, and later the same again', async () => {
  const candidacy = await newCandidacy(stage);
  const attemptId = await started(candidacy);
  const returns = await Promise.all(Array.from({ length: 10 }, () => candidacy.bankReturn(attemptId)));
  expect(new Set(returns.map(({ id }) => id)).size).toBe(1);
  stage.world.answers.bank = PROVEN;
  const settled = await stage.settle(returns[0] ?? raise());
  expect(settled).toMatchObject({ state: 'done' });
  await candidacy.until(({ status }) => status === 'awaiting-submission');
  expect(await candidacy.bankReturn(attemptId)).toMatchObject({ id: settled.id, state: 'done' });
});

test('a card of a bank that cannot be used, and digits that are no card, are refused at the door', async () => {
  const candidacy = await newCandidacy(stage);
  const tejarat = { cardPrefix: '627353', cardSuffix: '1234' };
  expect(await refusalOf(candidacy.verification(tejarat))).toBe('bank-not-supported');
  expect(await refusalOf(candidacy.verification({ cardPrefix: '6037', cardSuffix: '12' }))).toBe(
    'card-invalid',
  );
});

test('two registrations race for one national id: the first confirmed line has it', async () => {
  stage.world.line.close();
  const one = await newCandidacy(stage);
  const other = await newCandidacy(stage, { nationalId: one.nationalId });
  stage.world.line.open();
  const ended = await Promise.all(
    [one, other].map((each) => each.until(({ identity }) => identity.line !== 'pending')),
  );
  const lines = ended.map(({ identity }) => identity.line).toSorted();
  expect(lines).toEqual(['confirmed', 'refused']);
  const loser = ended[0]?.identity.line === 'refused' ? one : other;
  const winner = loser === one ? other : one;
  expect((await loser.view()).identity.reason).toBe('already-registered');
  expect(await refusalOf(loser.verification())).toBe('already-registered');
  expect(await refusalOf(newCandidacy(stage, { nationalId: one.nationalId }))).toBe('already-registered');
  await winner.prove();
});

test.each([
  ['has just come back', PROVEN, 0, []],
  ['has come back a while ago', PROVEN, 3, ['هویت شما تأیید شد']],
  ['has come back a while ago', { outcome: 'refused', reason: 'card-blocked' }, 3, ['انجام نشد']],
  ['has left the page', { outcome: 'refused', reason: 'cancelled' }, 3, []],
] as const)(
  'the bank’s answer comes by SMS when the candidate waits no more: %s, %j, %d min',
  async (_, bank, minutes, said) => {
    const candidacy = await newCandidacy(stage);
    await candidacy.until(({ identity }) => identity.line === 'confirmed');
    stage.world.answers.bank = 'silent';
    const command = await stage.settle(await candidacy.verification());
    const { attemptId } = command.result as { attemptId: string };
    await stage.settle(await candidacy.bankReturn(attemptId));
    const returned = { returned_at: new Date(Date.now() - minutes * 60_000) };
    await stage.fresh.owner('card_verifications').where({ id: attemptId }).update(returned);
    stage.world.answers.bank = bank;
    await candidacy.until(({ identity }) => identity.card !== 'pending' && identity.card !== 'started');
    const sms = (await stage.fresh
      .owner('sms')
      .where({ registration_id: candidacy.registrationId })
      .pluck('template')) as SmsTemplate[];
    expect(sms.map((template) => smsText({ template }))).toEqual(
      said.map((text) => expect.stringContaining(text)),
    );
  },
);
