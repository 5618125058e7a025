/** All activities; the workflows know only the type of this. */
import { cardActivities } from './card.ts';
import type { Dependencies } from './dependencies.ts';
import { documentActivities } from './documents.ts';
import { identityActivities } from './identity.ts';
import { codeActivities } from './one-time-code.ts';
import { recordActivities } from './record.ts';
import { smsActivities } from './sms.ts';

export type Activities = ReturnType<typeof createActivities>;

export function createActivities(dependencies: Dependencies) {
  return {
    ...recordActivities(dependencies),
    ...identityActivities(dependencies),
    ...cardActivities(dependencies),
    ...documentActivities(dependencies),
    ...smsActivities(dependencies),
    ...codeActivities(dependencies),
  };
}
