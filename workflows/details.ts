/** What an operator reads about a running registration in Temporal's Web UI: whose move it is, and since when. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { formatJalali } from '../domain/jalali-date.ts';
import type { Status } from '../domain/lifecycle.ts';
import { deadline, type Registration } from '../domain/registration.ts';
import type { RegistrationFile } from './file.ts';
import { progressAttributes, summaryOf } from './protocol.ts';

/** Only for reading; every decision about time is made with the election's own zone. */
const TIME_ZONE = 'Asia/Tehran';

const AWAITED: Readonly<Record<Status, string>> = {
  'awaiting-verification': 'منتظر احراز هویت داوطلب',
  'awaiting-submission': 'منتظر تکمیل و ارسال پرسشنامه',
  'under-review': 'منتظر فرمانداری',
  'awaiting-corrections': 'منتظر اصلاح نقص‌ها به دست داوطلب',
  approved: 'تأیید شد',
  rejected: 'رد شد',
  withdrawn: 'انصراف داد',
  expired: 'مهلت گذشت',
};

function awaited({ status, confirmation }: Registration): string {
  const waitsForCode = status === 'under-review' && confirmation === 'awaited';
  return waitsForCode ? 'منتظر کد تأیید داوطلب' : AWAITED[status];
}

function said({ state, ...check }: Registration['line'] | Registration['person']): string {
  return 'delay' in check ? `${state} (${check.delay})` : state;
}

function identityLine({ line, person, card, way }: Registration): string {
  const proof = way === 'in-person' ? 'حضوری: confirmed' : `کارت: ${card.state}`;
  return `خط: ${said(line)} · ثبت احوال: ${said(person)} · ${proof}`;
}

/** Writes the details anew; they live in the workflow's memory and cost no event. */
export function showProgress(file: RegistrationFile, alarm?: string): void {
  const { registration, waitingSince } = file;
  const until = deadline(registration);
  const lines = [
    summaryOf(file.input),
    `**${awaited(registration)}** از ${formatJalali(waitingSince, TIME_ZONE)}`,
    ...(until === null ? [] : [`مهلت: ${formatJalali(until, TIME_ZONE)}`]),
    ...(registration.status === 'awaiting-verification' ? [identityLine(registration)] : []),
    ...(registration.round > 0 ? [`دور بررسی: ${registration.round}`] : []),
    ...(alarm === undefined ? [] : [`⚠ ${alarm}`]),
  ];
  setCurrentDetails(lines.join('\n\n'));
}

/** Once per change of status: each upsert is an event, and costs the engine's database dearly. */
export function markStatus(file: RegistrationFile): void {
  const { status, round } = file.registration;
  upsertSearchAttributes(progressAttributes({ status, round, waitingSince: file.waitingSince }));
}
