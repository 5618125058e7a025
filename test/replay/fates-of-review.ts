/** From the submission to the end. */
import { newCandidacy } from '../workflow/candidacy.ts';
import type { Stage } from '../workflow/stage.ts';
import {
  confirm,
  correct,
  DEFECTS,
  ended,
  endWindow,
  type Fate,
  moveWindow,
  open,
  unconfirmed,
  underReview,
} from './fate-steps.ts';

const DAY_MS = 86_400_000;

async function twoRounds(stage: Stage): Promise<string> {
  const candidacy = await underReview(stage);
  await correct(stage, candidacy, 1);
  await correct(stage, candidacy, 2);
  await stage.settle(await candidacy.decision({ kind: 'approval', revision: 3 }));
  return ended(stage, candidacy);
}

export const REVIEW_FATES: Readonly<Record<string, Fate>> = {
  'approved-after-two-rounds': { play: twoRounds },
  'continued-as-new': { options: { continueAfter: 2 }, play: twoRounds },
  rejected: {
    async play(stage) {
      const candidacy = await underReview(stage);
      await stage.settle(await candidacy.decision({ kind: 'rejection', revision: 1, reason: 'legal-bar' }));
      return ended(stage, candidacy);
    },
  },
  withdrawn: {
    async play(stage) {
      const candidacy = await underReview(stage);
      await stage.settle(await candidacy.withdrawal());
      return ended(stage, candidacy);
    },
  },
  expired: {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await candidacy.prove();
      return endWindow(stage, candidacy);
    },
  },
  'withdrawn-before-the-identity': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await stage.settle(await candidacy.withdrawal());
      return ended(stage, candidacy);
    },
  },
  'withdrawn-while-returned': {
    async play(stage) {
      const candidacy = await underReview(stage);
      await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects: DEFECTS }));
      await stage.settle(await candidacy.withdrawal());
      return ended(stage, candidacy);
    },
  },
  'expired-before-the-identity': {
    play: async (stage) => endWindow(stage, await newCandidacy(stage)),
  },
  'rejected-after-corrections': {
    async play(stage) {
      const candidacy = await underReview(stage);
      await correct(stage, candidacy, 1);
      await stage.settle(await candidacy.decision({ kind: 'rejection', revision: 2, reason: 'legal-bar' }));
      return ended(stage, candidacy);
    },
  },
  'left-with-corrections-to-make': {
    async play(stage) {
      const candidacy = await underReview(stage);
      await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects: DEFECTS }));
      return open(stage, candidacy);
    },
  },
  'submitted-without-a-code-and-confirmed': {
    async play(stage) {
      const candidacy = await unconfirmed(stage);
      await confirm(stage, candidacy);
      await stage.settle(await candidacy.decision({ kind: 'approval', revision: 1 }));
      return ended(stage, candidacy);
    },
  },
  'waiting-for-its-code': { play: async (stage) => open(stage, await unconfirmed(stage)) },
  'withdrawn-while-waiting-for-its-code': {
    async play(stage) {
      const candidacy = await unconfirmed(stage);
      await stage.settle(await candidacy.withdrawal());
      return ended(stage, candidacy);
    },
  },
  'window-extended': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await moveWindow(stage, new Date(Date.now() + 10 * DAY_MS));
      await candidacy.prove();
      return open(stage, candidacy);
    },
  },
  'window-shortened-under-review': {
    async play(stage) {
      const candidacy = await underReview(stage);
      await moveWindow(stage, new Date(Date.now() + 1_000));
      await stage.settle(await candidacy.decision({ kind: 'approval', revision: 1 }));
      return ended(stage, candidacy);
    },
  },
  'every-command-came-twice': {
    async play(stage) {
      const candidacy = await underReview(stage);
      await stage.repeatAll(candidacy.registrationId);
      await stage.settle(await candidacy.decision({ kind: 'approval', revision: 1 }));
      return ended(stage, candidacy);
    },
  },
  'sms-kept-waiting': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await candidacy.prove();
      await candidacy.fillIn();
      stage.world.sms.close();
      await stage.settle(await candidacy.submission());
      const decided = await stage.settle(await candidacy.decision({ kind: 'approval', revision: 1 }));
      if (decided.state !== 'done') throw new Error('The approval was not recorded');
      stage.world.sms.open();
      return ended(stage, candidacy);
    },
  },
};
