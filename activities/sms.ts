/**
 * Notices by SMS: at least once, and once where the provider can tell. The row's id is our reference there, so that
 * a call whose answer was lost can be asked about before anything is sent again (WF-7).
 */
import { smsText } from '../domain/sms-text.ts';
import { letGo, takeSms } from '../store/sms.ts';
import type { Dependencies } from './dependencies.ts';
import { notYet, outsideFailure } from './failures.ts';
import { handOver } from './sms-routing.ts';

interface OfSms {
  readonly smsId: string;
}

/** As long as the engine waits for one try; what a dead worker holds is free again when it tries anew. */
const HOLD_SECONDS = 20;
const LOOK_AGAIN_MS = 2_000;

export function smsActivities(dependencies: Dependencies) {
  const { db } = dependencies;
  return {
    /** Hands the SMS to a provider, however long that takes. Ends also when it is one that nobody could send. */
    async sendSms({ smsId }: OfSms): Promise<void> {
      try {
        const sms = await takeSms(db, smsId, HOLD_SECONDS);
        if (sms === 'done' || sms === 'refused') return;
        if (sms === 'held') throw notYet('somebody else sends this SMS', LOOK_AGAIN_MS);
        const { mobile, attempts, registrationId } = sms;
        const message = { kind: 'notice', to: mobile, text: smsText(sms), reference: smsId } as const;
        const point = { name: 'sendSms', subject: registrationId };
        await handOver(dependencies, { message, attempts, point }).catch((error: unknown) =>
          giveBack(smsId, error),
        );
      } catch (error) {
        throw outsideFailure(error);
      }
    },
  };

  async function giveBack(smsId: string, error: unknown): Promise<never> {
    await letGo(db, smsId);
    throw error;
  }
}
