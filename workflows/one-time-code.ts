/** Sends one SMS with a code while the code lives. The code itself never comes here: only its id does. */
import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { CODE_PRIORITY, type CodeInput } from './protocol.ts';

/** `unsent`: no provider took it before it ended, or none could reach the number; the candidate asks for another. */
export async function oneTimeCode({ codeId, expiresAt }: CodeInput): Promise<'sent' | 'unsent'> {
  const leftMs = expiresAt - Date.now();
  if (leftMs <= 0) return 'unsent';
  const { sendCode } = proxyActivities<Pick<Activities, 'sendCode'>>({
    startToCloseTimeout: '10s',
    scheduleToCloseTimeout: leftMs,
    priority: { priorityKey: CODE_PRIORITY },
    // Somebody looks at an empty screen: ask again soon.
    retry: { initialInterval: '500ms', backoffCoefficient: 1.5, maximumInterval: '5s' },
  });
  try {
    return (await sendCode({ codeId })) === 'sent' ? 'sent' : 'unsent';
  } catch (error) {
    if (error instanceof ActivityFailure) return 'unsent';
    throw error;
  }
}
