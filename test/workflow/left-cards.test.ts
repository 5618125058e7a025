/** Tries with a card that nobody waits for any more: their registration is over, or never let them begin. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { cardDuties } from '../../activities/card-rounds.ts';
import { GatewayError } from '../../activities/gateways/gateway-error.ts';
import { DEMO_STAFF } from '../../scripts/demo-data.ts';
import { getCardVerification } from '../../store/card-verifications.ts';
import { newCandidacy, refusalOf, type Candidacy } from './candidacy.ts';
import { CARD } from './outside-world.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
afterEach(async () => {
  Object.assign(stage.world.answers, { bank: { outcome: 'pending' }, pageLifeMs: 600_000, line: 'yes' });
  await stage.fresh.owner('provider_switches').delete();
});

const attemptOf = (command: { result: unknown }) => (command.result as { attemptId: string }).attemptId;
const settleLeftOpen = () => cardDuties(stage.dependencies)[0]?.work();
const attempt = (candidacy: Candidacy, attemptId: string) =>
  getCardVerification(stage.fresh.db, { ...candidacy, attemptId });

const turnBankOff = () =>
  stage.fresh.owner('provider_switches').insert({
    ...{ id: newId(), provider: 'bank', text: '-', off_since: new Date(), off_by: DEMO_STAFF[0]?.id },
  });

async function startedTry(candidacy: Candidacy): Promise<string> {
  const command = await stage.settle(await candidacy.verification());
  expect(command).toMatchObject({ state: 'done' });
  return attemptOf(command);
}

test('OTP-11: a wrong password that was typed before a withdrawal counts for the registration after it', async () => {
  const first = await newCandidacy(stage);
  await first.until(({ identity }) => identity.line === 'confirmed');
  stage.world.answers.pageLifeMs = 400;
  const pages = [await startedTry(first), await startedTry(first)];
  Object.assign(stage.world.answers, { pageLifeMs: 600_000, bank: 'silent' });
  await stage.settle(await first.withdrawal());
  const second = await newCandidacy(stage, { nationalId: first.nationalId });
  await second.until(({ identity }) => identity.line === 'confirmed');
  await delay(500);
  await expect(settleLeftOpen()).rejects.toThrow('no answer');
  stage.world.answers.bank = { outcome: 'refused', reason: 'wrong-entry' };
  await turnBankOff();
  expect(await settleLeftOpen()).toBe(0);
  await stage.fresh.owner('provider_switches').delete();
  expect(await settleLeftOpen()).toBe(2);
  for (const page of pages) {
    expect(await attempt(first, page)).toMatchObject({ state: 'refused', reason: 'wrong-entry' });
  }
  expect(await settleLeftOpen()).toBe(0);
  expect(await refusalOf(second.verification())).toBe('card-guard');
  expect(await stage.settle(await second.verification(CARD, true))).toMatchObject({ state: 'done' });
  expect((await second.view()).identity.triesLeft).toBe(1);
});

test('a page that is still open is left alone, and one that was never opened is given up after an hour', async () => {
  const candidacy = await newCandidacy(stage);
  const open = await startedTry(candidacy);
  await stage.settle(await candidacy.withdrawal());
  expect(await settleLeftOpen()).toBe(0);
  expect(await attempt(candidacy, open)).toMatchObject({ state: 'started' });
  const { owner } = stage.fresh;
  const unheard = { state: 'starting', expires_at: null, start_called_at: new Date() };
  await owner('card_verifications').where({ id: open }).update(unheard);
  stage.world.answers.bank = { outcome: 'not-found' };
  expect(await settleLeftOpen()).toBe(0);
  await owner('card_verifications')
    .where({ id: open })
    .update({ start_called_at: new Date(Date.now() - 61 * 60_000) });
  expect(await settleLeftOpen()).toBe(1);
  expect(await attempt(candidacy, open)).toMatchObject({ state: 'abandoned', reason: 'expired' });
});

test('an announced try that is refused meanwhile opens no page, and says so', async () => {
  stage.world.line.close();
  stage.world.answers.line = 'no';
  const candidacy = await newCandidacy(stage);
  const command = await candidacy.verification();
  stage.world.line.open();
  await candidacy.until(({ identity }) => identity.line === 'refused');
  expect(await stage.settle(command)).toMatchObject({ state: 'refused', code: 'line-not-own' });
  expect(await attempt(candidacy, attemptOf(command))).toMatchObject({
    state: 'abandoned',
    redirectUrl: null,
  });
  expect(stage.world.starts).not.toContain(attemptOf(command));
});

test('a bank that was turned off after the acceptance is not called', async () => {
  const candidacy = await newCandidacy(stage);
  const command = await candidacy.verification();
  await turnBankOff();
  expect(await stage.settle(command)).toMatchObject({ state: 'refused', code: 'bank-unavailable' });
  expect(stage.world.starts).not.toContain(attemptOf(command));
});

test('a bank that does not accept our key is an alarm', async () => {
  const candidacy = await newCandidacy(stage);
  const told: string[] = [];
  const { log, gateways } = stage.dependencies;
  const [real, start] = [log.error, gateways.bank.start];
  Object.assign(log, { error: (_fields: object, message: string) => void told.push(message) });
  gateways.bank.start = () =>
    Promise.reject(new GatewayError('misconfigured', 'bank: token refused (13002)', { retryable: true }));
  const settled = await stage.settle(await candidacy.verification());
  Object.assign(log, { error: real });
  gateways.bank.start = start;
  expect(settled).toMatchObject({ state: 'refused', code: 'bank-unavailable' });
  expect(told).toEqual(['ALARM: the bank takes no starts of ours']);
});
