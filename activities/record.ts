import { record, type Entry, type Recorded } from '../store/record.ts';
import type { Dependencies } from './dependencies.ts';
import { recordFailure } from './failures.ts';

export function recordActivities({ db }: Pick<Dependencies, 'db'>) {
  return {
    /** One transaction per cause; run again, it gives its first result. Not retryable means: park the registration. */
    async record(entry: Entry): Promise<Recorded> {
      try {
        return await record(db, entry);
      } catch (error) {
        throw recordFailure(error);
      }
    },
  };
}
