/** Whom a fact concerns: the message in «پیام‌ها» and the SMS that it causes, and its line in the history. */
import { whoseMove } from './lifecycle.ts';
import { APPROVAL_NOTE, type MessageKey } from './messages.ts';
import { fold, type Fact, type FactType, type Registration } from './registration.ts';
import type { SmsTemplate } from './sms-text.ts';

/** What the candidate is told because of a fact; the sender fills in the parameters. */
export interface Announcement {
  readonly message?: MessageKey;
  readonly sms?: SmsTemplate;
}

/** What is known besides of the moment at which a fact is recorded. */
interface Moment {
  readonly fact: Fact;
  /** Whether the candidate has long left the bank's page and the app: the answer came late. */
  readonly isAway: boolean;
}

type Rule = (before: Registration, after: Registration, moment: Moment) => Announcement;

const silence: Rule = () => ({});

/** The last of the three checks confirms the identity, whichever it is. */
const identityStep: Rule = (before, after) =>
  before.status !== after.status ? { message: 'identity-confirmed', sms: 'identity-confirmed' } : {};

/** Whoever was told that the answer takes longer was promised word of it; after a night by SMS. */
const lineStep: Rule = (before, after, moment) => {
  if (before.status !== 'awaiting-verification') return { message: 'new-line-confirmed' };
  const delay = before.line.state === 'pending' ? before.line.delay : undefined;
  if (before.status !== after.status) return identityStep(before, after, moment);
  if (delay === undefined) return before.mobileChanges > 0 ? { message: 'new-line-confirmed' } : {};
  return { message: 'line-confirmed', ...(delay === 'line-hours' ? { sms: 'line-confirmed' } : {}) };
};

const personStep: Rule = (before, after, moment) => {
  const delayed = before.person.state === 'pending' && before.person.delay !== undefined;
  return before.status === after.status && delayed
    ? { message: 'person-confirmed' }
    : identityStep(before, after, moment);
};

/** Whoever has proven a card has just come back from the bank and is looking at the app: no SMS, unless it took long. */
const cardStep: Rule = (before, after, { isAway }) =>
  before.status === after.status
    ? {}
    : { message: 'identity-confirmed', ...(isAway ? { sms: 'identity-confirmed' } : {}) };

/** Whoever has left the bank's page alone knows it. */
const LEFT: readonly string[] = ['cancelled', 'expired'];
const cardRefused: Rule = (_before, _after, { fact, isAway }) => {
  const isNews = isAway && fact.type === 'cardRefused' && !LEFT.includes(fact.reason);
  return { message: 'card-refused', ...(isNews ? { sms: 'identity-refused' } : {}) };
};

/** The candidate may have left the governorate when the second member of staff confirms. */
const provenInPerson: Rule = (before, after) =>
  before.status !== after.status
    ? { message: 'identity-confirmed-in-person', sms: 'identity-confirmed' }
    : { message: 'identity-proven-in-person' };

const RULES: Readonly<Record<FactType, Rule>> = {
  opened: silence,
  lineConfirmed: lineStep,
  lineRefused: ({ counted }) =>
    counted
      ? { message: 'new-line-refused', sms: 'new-line-refused' }
      : { message: 'line-refused', sms: 'identity-refused' },
  // The candidate has just opened the registration or changed the number, and is looking at the app.
  lineDelayed: (_before, { line, status }) => {
    if (status !== 'awaiting-verification') return { message: 'new-line-delayed' };
    return {
      message: line.state === 'pending' && line.delay === 'line-hours' ? 'line-closed' : 'line-delayed',
    };
  },
  personConfirmed: personStep,
  personRefused: () => ({ message: 'person-refused', sms: 'identity-refused' }),
  personDelayed: () => ({ message: 'person-delayed' }),
  cardStarted: silence,
  cardReturned: silence,
  cardConfirmed: cardStep,
  cardRefused,
  identityProven: provenInPerson,
  submitted: (_before, after) => {
    if (after.confirmation === 'awaited')
      return { message: 'submitted-unconfirmed', sms: 'submitted-unconfirmed' };
    return after.round === 1
      ? { message: 'submitted', sms: 'submitted' }
      : { message: 'resubmitted', sms: 'resubmitted' };
  },
  // The candidate has just typed the code and is looking at the app.
  submissionConfirmed: () => ({ message: 'submission-confirmed' }),
  returned: () => ({ message: 'defects', sms: 'defects' }),
  approved: () => ({ message: 'approved', sms: 'approved' }),
  rejected: () => ({ message: 'rejected', sms: 'rejected' }),
  withdrawn: () => ({ message: 'withdrawn', sms: 'withdrawn' }),
  // The SMS goes to the former number, and is written with the change (store/mobile-change.ts).
  mobileChanged: () => ({ message: 'mobile-changed' }),
  // Every running registration learns of a moved window; only those whose move it is need to read about it.
  windowChanged: (_before, after) =>
    whoseMove(after.status) === 'candidate' ? { message: 'window-changed' } : {},
  expired: (before) =>
    before.status === 'awaiting-corrections'
      ? { message: 'corrections-expired', sms: 'corrections-expired' }
      : { message: 'expired', sms: 'expired' },
};

/** What a fact causes, given the state that it met. */
export function whatNext(fact: Fact, before: Registration, isAway = false): Announcement {
  return RULES[fact.type](before, fold(before, fact), { fact, isAway });
}

/** One line of the history that the candidate sees; no names of staff, no personal data. */
export const FACT_TEXTS: Readonly<Record<FactType, string>> = {
  opened: 'ثبت‌نام آغاز شد.',
  lineConfirmed: 'شماره همراه به نام داوطلب است.',
  lineRefused: 'استعلام شماره همراه پذیرفته نشد.',
  lineDelayed: 'سامانه استعلام شماره همراه هنوز پاسخ نداده است.',
  personConfirmed: 'ثبت احوال مشخصات داوطلب را تأیید کرد.',
  personRefused: 'ثبت احوال مشخصات داوطلب را تأیید نکرد.',
  personDelayed: 'ثبت احوال هنوز پاسخ نداده است.',
  cardStarted: 'احراز هویت با کارت بانکی آغاز شد.',
  cardReturned: 'داوطلب از صفحه بانک بازگشت.',
  cardConfirmed: 'کارت بانکی به نام داوطلب است.',
  cardRefused: 'احراز هویت با کارت بانکی انجام نشد.',
  identityProven: 'هویت داوطلب در فرمانداری با دیدن مدرک شناسایی تأیید شد.',
  submitted: 'پرسشنامه ارسال شد.',
  submissionConfirmed: 'داوطلب ارسال پرسشنامه را با کد تأیید کرد.',
  returned: 'فرمانداری پرسشنامه را برای اصلاح بازگرداند.',
  approved: `فرمانداری ثبت‌نام را تأیید کرد. ${APPROVAL_NOTE}`,
  rejected: 'فرمانداری ثبت‌نام را تأیید نکرد.',
  withdrawn: 'داوطلب انصراف داد.',
  mobileChanged: 'داوطلب شماره همراه خود را تغییر داد.',
  windowChanged: 'پایان مهلت ثبت‌نام تغییر کرد.',
  expired: 'مهلت پایان یافت و پرسشنامه ارسال نشده بود.',
};
