/** Whether what was frozen can be read again: opened, and the same to the last byte. */
import { createHash } from 'node:crypto';
import { markChecked, readUncheckedDocuments } from '../store/revisions.ts';
import type { Dependencies } from './dependencies.ts';
import { outsideFailure } from './failures.ts';

const sha256Of = (content: Buffer) => createHash('sha256').update(content).digest('hex');

interface OfRevision {
  readonly registrationId: string;
  readonly revision: number;
}

export function documentActivities({ db, failpoint }: Dependencies) {
  return {
    /**
     * One for all documents of a submission; writes its result itself. Returns the kinds that are damaged: none, as
     * long as storage and keys are sound. The registration goes on either way, the reviewer sees what is missing.
     */
    async checkDocuments({ registrationId, revision }: OfRevision): Promise<string[]> {
      try {
        await failpoint('checkDocuments.before-call', registrationId);
        const damaged: string[] = [];
        for await (const document of readUncheckedDocuments(db, registrationId, revision)) {
          if (!document.sound || sha256Of(document.content) !== document.sha256) damaged.push(document.kind);
        }
        await failpoint('checkDocuments.after-answer', registrationId);
        await markChecked(db, { registrationId, revision, damaged });
        return damaged;
      } catch (error) {
        throw outsideFailure(error);
      }
    },
  };
}
