/** The guardian of the card on the whole way: what the bank says of one try decides whether there is another. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { v4 as newId } from 'uuid';
import type { BankOutcome } from '../../activities/gateways/bank.ts';
import { localClock } from '../../domain/local-time.ts';
import { DEADLINE_ELECTION_ID } from '../../scripts/demo-data.ts';
import { getCardVerification } from '../../store/card-verifications.ts';
import { noteWarning } from '../../store/card-warnings.ts';
import { newCandidacy, refusalOf, type Candidacy } from './candidacy.ts';
import { CARD, PROVEN } from './outside-world.ts';
import { openStage, type Stage } from './stage.ts';

const OTHER_CARD = { cardPrefix: '610433', cardSuffix: '5678' };
const HOUR_MS = 3_600_000;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
/** What rests until the next day would rest for a moment only when the day ends in the middle of a test. */
beforeEach(async () => {
  while (localClock(Date.now(), 'Asia/Tehran') === '23:59') await new Promise((go) => setTimeout(go, 500));
}, 90_000);
afterEach(() => {
  Object.assign(stage.world.answers, { start: 'opened', bank: { outcome: 'pending' } });
});

const attemptOf = (command: { result: unknown }) => (command.result as { attemptId: string }).attemptId;

async function started(
  candidacy: Candidacy,
  card: typeof OTHER_CARD = CARD,
  accepted = false,
): Promise<string> {
  const command = await stage.settle(await candidacy.verification(card, accepted));
  expect(command).toMatchObject({ state: 'done' });
  return attemptOf(command);
}

function attempt(candidacy: Candidacy, attemptId: string) {
  return getCardVerification(stage.fresh.db, { ...candidacy, attemptId });
}

/** Comes back from the bank and waits until its answer is known. */
async function back(candidacy: Candidacy, attemptId: string, bank: BankOutcome): Promise<void> {
  stage.world.answers.bank = bank;
  await stage.settle(await candidacy.bankReturn(attemptId));
  while ((await attempt(candidacy, attemptId)).reason === null) await new Promise((go) => setTimeout(go, 25));
}

const WRONG: BankOutcome = { outcome: 'refused', reason: 'wrong-entry' };

async function wrongly(
  candidacy: Candidacy,
  card: typeof OTHER_CARD = CARD,
  accepted = false,
): Promise<void> {
  await back(candidacy, await started(candidacy, card, accepted), WRONG);
}

test('OTP-11: an attempt that another one has replaced is still asked about: its wrong entry counts', async () => {
  const candidacy = await newCandidacy(stage);
  const first = await started(candidacy);
  const second = await started(candidacy);
  stage.world.answers.bank = { outcome: 'refused', reason: 'wrong-entry' };
  const late = await stage.settle(await candidacy.bankReturn(first));
  expect(late).toMatchObject({ state: 'refused', code: 'attempt-over' });
  await candidacy.until(({ identity }) => identity.triesLeft === 2);
  stage.world.answers.bank = PROVEN;
  await stage.settle(await candidacy.bankReturn(second));
  await candidacy.until(({ status }) => status === 'awaiting-submission');
});

test('OTP-11: the guardian warns before the third try and closes after it', async () => {
  const candidacy = await newCandidacy(stage);
  const wrongly = async (guardAccepted: boolean) => {
    const command = await stage.settle(await candidacy.verification(CARD, guardAccepted));
    stage.world.answers.bank = { outcome: 'refused', reason: 'wrong-entry' };
    const { triesLeft } = (await candidacy.view()).identity;
    await stage.settle(await candidacy.bankReturn(attemptOf(command)));
    await candidacy.until(({ identity }) => identity.triesLeft === triesLeft - 1);
  };
  await wrongly(false);
  await wrongly(false);
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  await wrongly(true);
  expect(await refusalOf(candidacy.verification(CARD, true))).toBe('card-guard');
});

test('OTP-11: a card that the bank has blocked for wrong passwords rests until tomorrow, by whatever count', async () => {
  const candidacy = await newCandidacy(stage);
  await back(candidacy, await started(candidacy), { outcome: 'refused', reason: 'password-limit' });
  expect((await candidacy.view()).identity.triesLeft).toBe(0);
  expect(await refusalOf(candidacy.verification(CARD, true))).toBe('card-guard');
  expect(await refusalOf(candidacy.verification(OTHER_CARD))).toBeNull();
});

test('OTP-11: a bank that goes on saying “not yet” holds up nobody for longer than a day after its page', async () => {
  const candidacy = await newCandidacy(stage);
  stage.world.answers.pageLifeMs = 300;
  await started(candidacy);
  await started(candidacy);
  stage.world.answers.pageLifeMs = 600_000;
  const pages = stage.fresh.owner('card_verifications').where({ registration_id: candidacy.registrationId });
  while ((await pages.clone().where({ state: 'pending' })).length < 2)
    await new Promise((go) => setTimeout(go, 25));
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  await pages.clone().update({ expires_at: new Date(Date.now() - 25 * HOUR_MS), updated_at: new Date() });
  expect(await refusalOf(candidacy.verification())).toBeNull();
});

test('OTP-11: a wrong password counts from when it was typed, not from when the bank has told', async () => {
  const candidacy = await newCandidacy(stage);
  Object.assign(stage.world.answers, { pageLifeMs: 300, bank: 'silent' });
  const attempts = [await started(candidacy), await started(candidacy)];
  stage.world.answers.pageLifeMs = 600_000;
  await new Promise((go) => setTimeout(go, 400));
  const pages = stage.fresh.owner('card_verifications').where({ registration_id: candidacy.registrationId });
  await pages.clone().update({ expires_at: new Date(Date.now() - 23 * HOUR_MS) });
  stage.world.answers.bank = WRONG;
  for (const one of attempts) {
    while ((await attempt(candidacy, one)).reason === null) await new Promise((go) => setTimeout(go, 25));
  }
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  const typed = (await pages.clone().pluck('entered_at')) as Date[];
  for (const at of typed) expect(at.getTime()).toBeLessThan(Date.now() - 22 * HOUR_MS);
});

test('OTP-11: only a warning that was given can be agreed to, and each by itself', async () => {
  const candidacy = await newCandidacy(stage);
  await wrongly(candidacy);
  const open = await started(candidacy);
  expect(await refusalOf(candidacy.verification(CARD, true))).toBe('card-guard');
  // Of an open page; that both were wrong is another warning.
  expect(await refusalOf(candidacy.verification(CARD, false))).toBe('card-guard');
  await back(candidacy, open, WRONG);
  expect(await refusalOf(candidacy.verification(CARD, true))).toBe('card-guard');
  expect(await refusalOf(candidacy.verification(CARD, true))).toBeNull();
});

test('OTP-11: pages that are open side by side count as wrong passwords until it is known what came of them', async () => {
  const candidacy = await newCandidacy(stage);
  const first = await started(candidacy);
  await started(candidacy);
  const guardOf = async (accepted: boolean) => refusalOf(candidacy.verification(CARD, accepted));
  expect(await guardOf(false)).toBe('card-guard');
  const third = await stage.settle(await candidacy.verification(CARD, true));
  expect(third).toMatchObject({ state: 'done' });
  expect(await guardOf(true)).toBe('card-guard');
  // A page that was left by its own way out is no danger any more.
  stage.world.answers.bank = { outcome: 'refused', reason: 'cancelled' };
  await stage.settle(await candidacy.bankReturn(first));
  while ((await attempt(candidacy, first)).reason === null) await new Promise((go) => setTimeout(go, 50));
  expect(await guardOf(false)).toBe('card-guard');
  expect(await guardOf(true)).toBeNull();
});

test('OTP-11: tries that the engine has not heard of yet count, and pages whose time is over do not', async () => {
  const candidacy = await newCandidacy(stage);
  await candidacy.verification();
  await candidacy.verification();
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  stage.world.answers.bank = { outcome: 'timed-out' };
  stage.world.answers.pageLifeMs = 300;
  const own = { registration_id: candidacy.registrationId };
  await stage.handOver(candidacy.registrationId);
  for (;;) {
    const rows = await stage.fresh.db.knex('card_verifications').where(own).pluck('state');
    if (rows.every((state) => state === 'abandoned')) break;
    await new Promise((go) => setTimeout(go, 50));
  }
  stage.world.answers.pageLifeMs = 600_000;
  expect(await refusalOf(candidacy.verification())).toBeNull();
});

test('OTP-11: a page that is over counts until the bank has told what was typed there', async () => {
  const candidacy = await newCandidacy(stage);
  Object.assign(stage.world.answers, { pageLifeMs: 300, bank: 'silent' });
  await started(candidacy);
  const second = await started(candidacy);
  await new Promise((go) => setTimeout(go, 500));
  stage.world.answers.pageLifeMs = 600_000;
  expect(await attempt(candidacy, second)).toMatchObject({ state: 'started', redirectUrl: null });
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  const own = { registration_id: candidacy.registrationId };
  const ago = (hours: number) =>
    stage.fresh
      .owner('card_verifications')
      .where(own)
      .update({ expires_at: new Date(Date.now() - hours * HOUR_MS) });
  await ago(23.9);
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  await ago(24.1);
  expect(await refusalOf(candidacy.verification())).toBeNull();
});

test('OTP-11: pages that were opened and left alone are forgotten as soon as the bank can tell', async () => {
  const candidacy = await newCandidacy(stage);
  Object.assign(stage.world.answers, { pageLifeMs: 300, bank: 'silent' });
  const attempts = [await started(candidacy), await started(candidacy)];
  await new Promise((go) => setTimeout(go, 500));
  Object.assign(stage.world.answers, { pageLifeMs: 600_000, bank: { outcome: 'timed-out' } });
  for (const one of attempts) {
    while ((await attempt(candidacy, one)).reason === null) await new Promise((go) => setTimeout(go, 50));
  }
  expect(await refusalOf(candidacy.verification())).toBeNull();
});

test('OTP-11: another card can be tried at once, when the first warns and when it rests', async () => {
  const candidacy = await newCandidacy(stage);
  await wrongly(candidacy);
  await wrongly(candidacy);
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  await back(candidacy, await started(candidacy, OTHER_CARD), { outcome: 'refused', reason: 'cancelled' });
  expect((await candidacy.view()).identity.triesLeft).toBe(3);
  await wrongly(candidacy, CARD, true);
  expect(await refusalOf(candidacy.verification(CARD, true))).toBe('card-guard');
  expect((await candidacy.view()).identity.triesLeft).toBe(0);
  stage.world.answers.bank = { outcome: 'confirmed', maskedPan: '610433******5678' };
  await stage.settle(await candidacy.bankReturn(await started(candidacy, OTHER_CARD)));
  await candidacy.until(({ status }) => status === 'awaiting-submission');
});

test('OTP-11: a wrong entry counts for the card that was really used, not for the one announced', async () => {
  const candidacy = await newCandidacy(stage);
  const used: BankOutcome = { ...WRONG, maskedPan: '610433******5678' };
  await back(candidacy, await started(candidacy), used);
  await back(candidacy, await started(candidacy), used);
  expect(await refusalOf(candidacy.verification(OTHER_CARD))).toBe('card-guard');
  expect(await refusalOf(candidacy.verification(CARD))).toBeNull();
});

const rowOf = ({ registrationId }: Candidacy) =>
  stage.fresh.owner('registrations').where({ id: registrationId });

const entryWasWrong = ({ registrationId }: Candidacy) =>
  stage.fresh
    .owner('card_verifications')
    .where({ registration_id: registrationId })
    .update({ state: 'refused', reason: 'wrong-entry', entered_at: new Date() });

test('OTP-11: one person with two lines, at the same instant: one of them is the third try, the other waits', async () => {
  stage.world.line.close();
  const rivals = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const one = await newCandidacy(stage);
      const other = await newCandidacy(stage, { nationalId: one.nationalId });
      for (const own of [one, other]) {
        await own.verification();
        await entryWasWrong(own);
        await noteWarning(stage.fresh.db, { ...own, card: CARD, warning: 'warn' });
      }
      await rowOf(one).update({ line: 'confirmed' });
      await rowOf(other).update({ line: 'confirmed', election_id: DEADLINE_ELECTION_ID });
      return [one, other];
    }),
  );
  const knocks = rivals.map((pair) =>
    Promise.all(pair.map((each) => refusalOf(each.verification(CARD, true)))),
  );
  for (const answers of await Promise.all(knocks))
    expect(new Set(answers)).toEqual(new Set([null, 'card-guard']));
  stage.world.line.open();
});

test('OTP-11: whoever has only typed the national id of another shuts nobody out', async () => {
  stage.world.line.close();
  const victim = await newCandidacy(stage);
  const strangers = await Promise.all(
    Array.from({ length: 4 }, () => newCandidacy(stage, { nationalId: victim.nationalId })),
  );
  for (const stranger of strangers) await started(stranger, OTHER_CARD);
  expect(await refusalOf(victim.verification())).toBeNull();
  const [page] = (await stage.fresh
    .owner('card_verifications')
    .where({ registration_id: strangers[0]?.registrationId })) as object[];
  const entries = Array.from({ length: 9 }, () => ({
    ...page,
    ...{ id: newId(), reference: newId(), state: 'refused', reason: 'wrong-entry', entered_at: new Date() },
  }));
  await stage.fresh.owner('card_verifications').insert(entries);
  expect(await refusalOf(victim.verification())).toBeNull();
  // The very card: whoever typed its wrong passwords, the next one blocks it.
  expect(await refusalOf(victim.verification(OTHER_CARD, true))).toBe('card-guard');
  stage.world.line.open();
});

test('OTP-11: two wrong entries warn across midnight, and 24 hours later no more', async () => {
  const candidacy = await newCandidacy(stage);
  await wrongly(candidacy);
  await wrongly(candidacy);
  const age = (hours: number) =>
    stage.fresh
      .owner('card_verifications')
      .where({ registration_id: candidacy.registrationId })
      .update({ entered_at: new Date(Date.now() - hours * HOUR_MS) });
  await age(23.9);
  expect(await refusalOf(candidacy.verification())).toBe('card-guard');
  await age(24.1);
  expect(await refusalOf(candidacy.verification())).toBeNull();
});

test('«بازگشت به برنامه» and a new try: the late answer about the old one changes nothing but the count', async () => {
  const candidacy = await newCandidacy(stage);
  const first = await started(candidacy);
  const second = await started(candidacy);
  expect((await candidacy.view()).identity).toMatchObject({ card: 'started', reason: null });
  await back(candidacy, first, WRONG);
  const { identity } = await candidacy.view();
  expect(identity).toMatchObject({ card: 'started', reason: null, triesLeft: 2 });
  expect(await attempt(candidacy, second)).toMatchObject({
    state: 'started',
    redirectUrl: `https://bank.example/${second}`,
  });
  const told = await stage.fresh.db.knex('messages').where({ registration_id: candidacy.registrationId });
  expect(told).toEqual([]);
});
