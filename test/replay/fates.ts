/** Every way that a workflow of ours can take, each played on the real engine by scripts/record-histories.ts. */
import type { Fate } from './fate-steps.ts';
import { CODE_FATES } from './fates-of-codes.ts';
import { IDENTITY_FATES } from './fates-of-identity.ts';
import { MOBILE_FATES } from './fates-of-mobile.ts';
import { REVIEW_FATES } from './fates-of-review.ts';

export const FATES: Readonly<Record<string, Fate>> = {
  ...IDENTITY_FATES,
  ...REVIEW_FATES,
  ...CODE_FATES,
  ...MOBILE_FATES,
};
