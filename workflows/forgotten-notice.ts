/** Sends a notice that was left behind: its registration's workflow is closed, or its sender was lost. */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { FORGOTTEN_PRIORITY, type NoticeInput } from './protocol.ts';

export async function forgottenNotice({ smsId }: NoticeInput): Promise<void> {
  const { sendSms } = proxyActivities<Pick<Activities, 'sendSms'>>({
    startToCloseTimeout: '20s',
    priority: { priorityKey: FORGOTTEN_PRIORITY },
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
    summary: 'پیامک به داوطلب',
  });
  await sendSms({ smsId });
}
