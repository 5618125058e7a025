/**
 * SMS: short, without a link, and without anything about the person. They point to «پیام‌ها», where the matter stands.
 *
 * Texts are data with versions. Persian letters are sent as UCS-2 (sms-segments.ts), Latin ones alone as GSM-7.
 */
import { fillIn, HELP_LINE } from './messages.ts';
import { segments } from './sms-segments.ts';

/** The n-th text of a template is its version n; an SMS keeps the version that it was written with. */
export const SMS_TEXTS = {
  // The second texts of codes leave room in their one part for the line of browsers: what for, and to tell nobody.
  'code-sign-in': [
    'کد ورود به سامانه ثبت‌نام داوطلبان: {code}\nاین کد را به کسی ندهید.',
    'کد ورود داوطلبان: {code}\nبه کسی ندهید.',
  ],
  'code-submission': [
    'کد تأیید ارسال پرسشنامه: {code}\nاگر شما درخواست نداده‌اید، اقدامی نکنید.',
    'کد ارسال پرسشنامه: {code}\nبه کسی ندهید.',
  ],
  'code-withdrawal': [
    'کد تأیید انصراف: {code}\nبا وارد کردن این کد، ثبت‌نام شما لغو می‌شود.',
    'کد انصراف از ثبت‌نام: {code}\nبه کسی ندهید.',
  ],
  'code-mobile-change': ['کد تغییر شماره همراه: {code}\nبه کسی ندهید.'],
  'code-new-mobile': ['کد ثبت شماره داوطلب: {code}\nبه کسی ندهید.'],
  'device-new': [`ورود از دستگاه تازه؛ نشست پیشین بسته شد. شما نبودید؟ ${HELP_LINE}`],
  'identity-confirmed': ['هویت شما تأیید شد. پرسشنامه را در برنامه تکمیل و ارسال کنید.'],
  'line-confirmed': ['شماره همراه شما تأیید شد. احراز هویت را در برنامه ادامه دهید.'],
  'mobile-changed': [`شماره همراه ثبت‌نام شما تغییر کرد. اگر کار شما نبود، با ${HELP_LINE} تماس بگیرید.`],
  'new-line-refused': ['شماره همراه تازه به نام شما نیست. بخش «پیام‌ها» را در برنامه ببینید.'],
  'identity-refused': ['احراز هویت شما انجام نشد. بخش «پیام‌ها» را در برنامه ببینید.'],
  'lock-lifted': [`قفل شماره شما باز شد؛ کد تازه بگیرید. اگر نخواسته‌اید: ${HELP_LINE}`],
  'identity-declined': ['احراز هویت حضوری شما پذیرفته نشد. بخش «پیام‌ها» را در برنامه ببینید.'],
  submitted: ['پرسشنامه شما دریافت شد.\nکد ثبت‌نام اولیه: {code}\nاین کد به معنای ثبت‌نام نهایی نیست.'],
  resubmitted: ['پرسشنامه اصلاح‌شده دریافت شد و دوباره بررسی می‌شود.'],
  'submitted-unconfirmed': ['پرسشنامه شما دریافت شد. برای تأیید ارسال، در برنامه کد تازه بگیرید.'],
  'confirmation-reminder': ['ارسال پرسشنامه شما هنوز تأیید نشده است. در برنامه کد تازه بگیرید.'],
  'deadline-reminder': ['مهلت ثبت‌نام: {deadline}. پرسشنامه شما هنوز ارسال نشده است.'],
  'corrections-reminder': ['ایرادهای پرسشنامه شما هنوز رفع نشده است. مهلت اصلاح: {deadline}'],
  defects: ['پرسشنامه شما ایراد دارد. بخش «پیام‌ها» را در برنامه ببینید.'],
  approved: ['وضعیت ثبت‌نام شما تغییر کرد. بخش «پیام‌ها» را در برنامه ببینید.'],
  rejected: ['ثبت‌نام شما تأیید نشد. دلیل آن در بخش «پیام‌ها» آمده است.'],
  withdrawn: ['انصراف شما ثبت شد. پرونده ثبت‌نام بسته شد.'],
  'corrections-expired': ['مهلت اصلاح پایان یافت و پرسشنامه اصلاح‌شده ارسال نشده بود.'],
  expired: ['مهلت ثبت‌نام پایان یافت و پرسشنامه شما ارسال نشده بود.'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

export type SmsTemplate = keyof typeof SMS_TEXTS;

/** The version in which an SMS is written now. */
export function currentVersion(template: SmsTemplate): number {
  return SMS_TEXTS[template].length;
}

interface Wording {
  readonly template: SmsTemplate;
  readonly version?: number;
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * The text of an SMS. Digits stay ASCII, so that a code can be copied.
 * @throws RangeError for a version that never was, and for a parameter that is missing.
 */
export function smsText({ template, version = currentVersion(template), parameters = {} }: Wording): string {
  const text: string | undefined = SMS_TEXTS[template][version - 1];
  if (text === undefined) throw new RangeError(`There is no version ${version} of ${template}`);
  return fillIn(text, parameters);
}

interface WebOtp {
  /** Of the pages that may take the code by themselves; null when there are none. */
  readonly host: string | null;
  readonly code: string;
}

/** With the line by which a browser recognises a code for its page, but never at the price of a further part. */
export function withWebOtp(text: string, { host, code }: WebOtp): string {
  const whole = `${text}\n@${host} #${code}`;
  return host !== null && smsParts(whole) === 1 ? whole : text;
}

const GSM_7 =
  /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/u;
const GSM_7_DOUBLE = /[\^{}\\[~\]|€]/gu;

const GSM_7_SINGLE = 160;
const GSM_7_JOINED = 153;

/** How many parts the text is sent (and paid) in; at least 1. */
export function smsParts(text: string): number {
  if (!GSM_7.test(text)) return segments(text).length;
  const units = text.length + (text.match(GSM_7_DOUBLE)?.length ?? 0);
  return units <= GSM_7_SINGLE ? 1 : Math.ceil(units / GSM_7_JOINED);
}
