/**
 * How long each call may take and how often it is made again; each with its reason (WF-6).
 *
 * A call to the outside world that does not answer is made again without end: the candidate waits, nothing is lost.
 * The summaries are what an operator reads beside the activity in the Web UI.
 */
import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { noticeQueueOf, NOTICE_PRIORITY, type NoticeInput } from './protocol.ts';

/**
 * The short transaction that records a fact. Local, because an ordinary activity costs the engine three times as
 * much (ADR 2). With the default back-off a record came 77 s after the end of an outage of the database, and records
 * that fail for ever held up all others: hence short waits, and the give-up of activities/failures.ts.
 */
export const { record: recordLocally } = proxyLocalActivities<Pick<Activities, 'record'>>({
  startToCloseTimeout: '5s',
  localRetryThreshold: '5s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
});

/** Registries, bank and SMS gateway: each answers within 8 s or is asked again, at most a minute later. */
const OUTSIDE = {
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
} as const;

export const { inquireLine } = proxyActivities<Pick<Activities, 'inquireLine'>>({
  ...OUTSIDE,
  summary: 'استعلام مالک خط',
});

export const { inquirePerson } = proxyActivities<Pick<Activities, 'inquirePerson'>>({
  ...OUTSIDE,
  summary: 'استعلام ثبت احوال',
});

export const { inquireCard } = proxyActivities<Pick<Activities, 'inquireCard'>>({
  ...OUTSIDE,
  summary: 'پیگیری نتیجه کارت از بانک',
});

export const { settleCardStart } = proxyActivities<Pick<Activities, 'settleCardStart'>>({
  ...OUTSIDE,
  summary: 'پیگیری آغاز تراکنش از بانک',
});

/** On the queue of notices, whose rate holds back a burst; codes have another. */
export function sendSms(sms: NoticeInput): Promise<void> {
  const { sendSms: send } = proxyActivities<Pick<Activities, 'sendSms'>>({
    ...OUTSIDE,
    taskQueue: noticeQueueOf(workflowInfo().taskQueue),
    priority: { priorityKey: NOTICE_PRIORITY },
    summary: 'پیامک به داوطلب',
  });
  return send(sms);
}

/** A transaction is started once: a second call could let a password be asked for twice (OTP-11). */
export const { startCard } = proxyActivities<Pick<Activities, 'startCard'>>({
  // Two calls of at most 8 s each: a token, and the transaction.
  startToCloseTimeout: '20s',
  // With no worker to take it, the candidate is told to try again rather than left in front of an empty page.
  scheduleToCloseTimeout: '60s',
  retry: { maximumAttempts: 1 },
  summary: 'آغاز تراکنش در بانک، فقط یک بار',
});

/** Opens and hashes up to ten sealed pictures of 100 KB each. */
export const { checkDocuments } = proxyActivities<Pick<Activities, 'checkDocuments'>>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
  summary: 'بررسی مدارک ثبت‌شده',
});
