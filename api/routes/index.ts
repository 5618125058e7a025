/** All routes of the contract. */
import type { Route } from '../route.ts';
import { cardVerificationRoutes } from './card-verifications.ts';
import { documentRoutes } from './documents.ts';
import { draftRoutes } from './draft.ts';
import { electionRoutes } from './elections.ts';
import { eventRoutes } from './events.ts';
import { messageRoutes } from './messages.ts';
import { mobileChangeRoutes } from './mobile-change.ts';
import { registrationRoutes } from './registrations.ts';
import { signInRoutes } from './sign-in.ts';
import { smsReportRoutes } from './sms-reports.ts';
import { submissionRoutes } from './submission.ts';

export const ROUTES: readonly Route[] = [
  ...electionRoutes,
  ...signInRoutes,
  ...mobileChangeRoutes,
  ...registrationRoutes,
  ...cardVerificationRoutes,
  ...draftRoutes,
  ...documentRoutes,
  ...submissionRoutes,
  ...messageRoutes,
  ...eventRoutes,
  ...smsReportRoutes,
];
