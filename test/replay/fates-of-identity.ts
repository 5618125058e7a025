/** From the opening to the proven identity, and what can come in between. */
import { writeStarted } from '../../store/card-verifications.ts';
import { newCandidacy } from '../workflow/candidacy.ts';
import { CARD, PROVEN } from '../workflow/outside-world.ts';
import { cardStarted, ended, type Fate, open, seenInPerson, tryCard } from './fate-steps.ts';

const OTHER_CARD = { cardPrefix: '610433', cardSuffix: '5678' };

export const IDENTITY_FATES: Readonly<Record<string, Fate>> = {
  'line-refused': {
    async play(stage) {
      stage.world.answers.line = 'no';
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.line === 'refused');
      await stage.settle(await candidacy.withdrawal());
      return ended(stage, candidacy);
    },
  },
  'card-refused-then-another': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      stage.world.answers.bank = { outcome: 'refused', reason: 'wrong-entry' };
      await tryCard(stage, candidacy);
      await candidacy.until(({ identity }) => identity.card === 'refused');
      await candidacy.prove();
      return open(stage, candidacy);
    },
  },
  'nobody-came-back': {
    async play(stage) {
      stage.world.answers.pageLifeMs = 1_000;
      stage.world.answers.bank = { outcome: 'timed-out' };
      const candidacy = await newCandidacy(stage);
      await stage.settle(await candidacy.verification(CARD));
      await candidacy.until(({ identity }) => identity.card === 'refused');
      return open(stage, candidacy);
    },
  },
  'bank-unavailable': {
    async play(stage) {
      stage.world.answers.start = 'unavailable';
      const candidacy = await newCandidacy(stage);
      await tryCard(stage, candidacy);
      return open(stage, candidacy);
    },
  },
  'answer-of-the-bank-lost': {
    async play(stage) {
      stage.world.answers.start = 'answer-lost';
      stage.world.answers.bank = { outcome: 'not-found' };
      const candidacy = await newCandidacy(stage);
      await tryCard(stage, candidacy);
      return open(stage, candidacy);
    },
  },
  'back-before-the-start-was-known': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.line === 'confirmed');
      stage.world.bankPage.close();
      const verification = await candidacy.verification(CARD);
      const { attemptId } = verification.result as { attemptId: string };
      await stage.delivery.deliver(candidacy.registrationId, { deadlineMs: 10_000 });
      while (!stage.world.starts.includes(attemptId)) await new Promise((go) => setTimeout(go, 25));
      const page = { redirectUrl: 'https://bank.example/page', bankReference: attemptId };
      await writeStarted(stage.fresh.db, attemptId, { ...page, expiresAt: new Date(Date.now() + 600_000) });
      await candidacy.bankReturn(attemptId);
      await stage.delivery.deliver(candidacy.registrationId, { deadlineMs: 10_000 });
      await new Promise((go) => setTimeout(go, 500));
      stage.world.answers.bank = PROVEN;
      stage.world.bankPage.open();
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      return open(stage, candidacy);
    },
  },
  'line-closed-for-the-night': {
    options: { continueAfter: 2 },
    async play(stage) {
      stage.world.answers.night = true;
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.reason === 'line-hours');
      stage.world.answers.bank = PROVEN;
      await tryCard(stage, candidacy);
      await candidacy.until(({ identity }) => identity.card === 'confirmed');
      stage.world.answers.night = false;
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      return open(stage, candidacy);
    },
  },
  'registries-silent': {
    async play(stage) {
      stage.world.answers.line = 'silent';
      stage.world.answers.person = 'silent';
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.reason === 'line-no-answer');
      stage.world.answers.line = 'yes';
      stage.world.answers.person = 'matched';
      await candidacy.prove();
      return open(stage, candidacy);
    },
  },
  'line-that-cannot-be': {
    async play(stage) {
      stage.world.answers.line = 'invalid';
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.line === 'refused');
      return open(stage, candidacy);
    },
  },
  'person-not-alive': {
    async play(stage) {
      stage.world.answers.person = 'dead';
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.reason === 'person-not-alive');
      await stage.settle(await candidacy.withdrawal());
      return ended(stage, candidacy);
    },
  },
  'person-not-found': {
    async play(stage) {
      stage.world.answers.person = 'unknown';
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.reason === 'person-not-found');
      return open(stage, candidacy);
    },
  },
  'card-of-somebody-else': {
    async play(stage) {
      stage.world.answers.bank = { outcome: 'refused', reason: 'card-not-own' };
      const candidacy = await newCandidacy(stage);
      await tryCard(stage, candidacy);
      await candidacy.until(({ identity }) => identity.card === 'refused');
      return open(stage, candidacy);
    },
  },
  'another-card-than-announced': {
    async play(stage) {
      stage.world.answers.bank = { outcome: 'confirmed', maskedPan: '610433******5678' };
      const candidacy = await newCandidacy(stage);
      await tryCard(stage, candidacy);
      await candidacy.until(({ identity }) => identity.card !== 'started');
      return open(stage, candidacy);
    },
  },
  'warned-after-two-wrong-entries': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      stage.world.answers.bank = { outcome: 'refused', reason: 'wrong-entry' };
      for (let wrong = 1; wrong <= 2; wrong += 1) {
        await tryCard(stage, candidacy);
        await candidacy.until(({ identity }) => identity.triesLeft === 3 - wrong);
      }
      stage.world.answers.bank = PROVEN;
      const third = await stage.settle(await candidacy.verification(CARD, true));
      await stage.settle(await candidacy.bankReturn((third.result as { attemptId: string }).attemptId));
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      return open(stage, candidacy);
    },
  },
  'first-card-left-for-a-second': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      const first = await cardStarted(stage, candidacy);
      const second = await cardStarted(stage, candidacy, OTHER_CARD);
      await stage.settle(await candidacy.bankReturn(first));
      stage.world.answers.bank = { outcome: 'confirmed', maskedPan: '610433******5678' };
      await stage.settle(await candidacy.bankReturn(second));
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      return open(stage, candidacy);
    },
  },
  'left-at-the-bank': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await cardStarted(stage, candidacy);
      return open(stage, candidacy);
    },
  },
  'left-before-the-card': { play: async (stage) => open(stage, await newCandidacy(stage)) },
  'proven-in-person': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await candidacy.until(({ identity }) => identity.line === 'confirmed');
      await seenInPerson(stage, candidacy);
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      return open(stage, candidacy);
    },
  },
  'proven-in-person-after-a-refused-card': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      stage.world.answers.bank = { outcome: 'refused', reason: 'card-blocked' };
      await tryCard(stage, candidacy);
      await candidacy.until(({ identity }) => identity.card === 'refused');
      await seenInPerson(stage, candidacy);
      await candidacy.fillIn();
      await stage.settle(await candidacy.submission());
      return open(stage, candidacy);
    },
  },
  'proven-while-the-worker-was-away': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      const attemptId = await cardStarted(stage, candidacy);
      await stage.stopWorkers();
      stage.world.answers.bank = PROVEN;
      const back = await candidacy.bankReturn(attemptId);
      await stage.delivery.deliver(candidacy.registrationId, { deadlineMs: 5_000 });
      await stage.startWorkers();
      await stage.settle(back);
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      return open(stage, candidacy);
    },
  },
  'continued-as-new-on-the-way-to-the-bank': {
    options: { continueAfter: 1 },
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await candidacy.prove();
      return open(stage, candidacy);
    },
  },
};
