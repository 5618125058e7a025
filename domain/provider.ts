/** The outside systems that headquarters can turn off, and the step before which candidates read about it. */
import { SMS_PROVIDERS } from './sms-failover.ts';

export const PROVIDERS = ['bank', 'line-owner', 'civil-registry', 'sms-a', 'sms-b'] as const;
export type Provider = (typeof PROVIDERS)[number];

export const NOTICE_STEPS = ['sign-in', 'identity', 'documents', 'submission'] as const;
export type NoticeStep = (typeof NOTICE_STEPS)[number];

const STEPS: Readonly<Record<Provider, NoticeStep>> = {
  bank: 'identity',
  'line-owner': 'identity',
  'civil-registry': 'identity',
  'sms-a': 'sign-in',
  'sms-b': 'sign-in',
};

/** Where its text stands. */
export function stepOfProvider(provider: Provider): NoticeStep {
  return STEPS[provider];
}

/** One SMS provider takes over from the other, so that candidates need not hear of it. */
export function sendsSms(provider: Provider): boolean {
  return SMS_PROVIDERS.some((one) => one === provider);
}

export function isProvider(text: string): text is Provider {
  return (PROVIDERS as readonly string[]).includes(text);
}

export function isNoticeStep(text: string): text is NoticeStep {
  return (NOTICE_STEPS as readonly string[]).includes(text);
}

/** Three sentences; more is not read. */
export const NOTICE_LENGTH_MAX = 500;
