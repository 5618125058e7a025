/** A number that changes on the way. */
import { newNumber } from '../support/new-number.ts';
import { newCandidacy, type Candidacy } from '../workflow/candidacy.ts';
import type { Stage } from '../workflow/stage.ts';
import { DEFECTS, open, underReview, type Fate } from './fate-steps.ts';

async function change(stage: Stage, candidacy: Candidacy): Promise<void> {
  const { commands } = await newNumber(stage.fresh.db, candidacy);
  for (const command of commands) await stage.settle(command);
}

export const MOBILE_FATES: Readonly<Record<string, Fate>> = {
  'number-changed-before-the-submission': {
    async play(stage) {
      const candidacy = await newCandidacy(stage);
      await candidacy.prove();
      await candidacy.fillIn();
      await change(stage, candidacy);
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      await stage.settle(await candidacy.submission());
      return open(stage, candidacy);
    },
  },
  'number-changed-while-the-old-one-was-asked-about': {
    async play(stage) {
      stage.world.line.close();
      const candidacy = await newCandidacy(stage);
      await change(stage, candidacy);
      stage.world.line.open();
      await candidacy.until(({ identity }) => identity.line === 'confirmed');
      return open(stage, candidacy);
    },
  },
  'number-changed-in-the-correction-round': {
    options: { continueAfter: 2 },
    async play(stage) {
      const candidacy = await underReview(stage);
      await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects: DEFECTS }));
      stage.world.answers.line = 'no';
      await change(stage, candidacy);
      await candidacy.until(({ identity }) => identity.line === 'refused');
      await candidacy.upload('photo');
      await stage.settle(await candidacy.submission());
      return open(stage, candidacy);
    },
  },
};
