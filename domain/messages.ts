/**
 * The texts of «پیام‌ها»: what a candidate reads in the app when something happened to the registration.
 *
 * Texts are data with a version; a message keeps the text that it was sent with. The final message is the real
 * system's, byte for byte, and stands nowhere else: not in an SMS, not in a status.
 */
import { persianDigits } from './persian-text.ts';

export const HELP_LINE = '021-84867777';

/** Kinds that clients see (API.md §2). */
export type MessageKind =
  'info' | 'submitted' | 'defects' | 'approved' | 'rejected' | 'withdrawn' | 'expired';

/** Verbatim, «ثبتنام» and «تائید» included. Approval of the registration; nobody may edit it. */
export const APPROVED_MESSAGE = 'داوطلب گرامی؛ ثبتنام شما توسط کارشناس فرمانداری حوزه انتخابیه تائید گردید.';

/** Beside every approval that is shown, never in the final message itself: registration is not qualification. */
export const APPROVAL_NOTE = 'تأیید ثبت‌نام با بررسی صلاحیت در هیأت‌های اجرایی و نظارت تفاوت دارد.';

/** Beside every preliminary code that is shown. */
export const PRELIMINARY_NOTICE =
  'این کد به معنای ثبت‌نام نهایی نیست. تا دریافت پیام تأیید فرمانداری، برنامه را حذف نکنید.';

/** Beside the receipt of a submission for which our side could not send a code. */
export const UNCONFIRMED_NOTICE =
  'اکنون نتوانستیم کد تأیید را پیامک کنیم. پرسشنامه شما پذیرفته شد و زمان دریافت آن ثبت است. با رسیدن پیامک ما، در برنامه کد تازه بگیرید و ارسال خود را تأیید کنید.';

interface MessageTemplate {
  readonly kind: MessageKind;
  readonly version: number;
  /** With `{name}` for each parameter. */
  readonly text: string;
}

export const MESSAGES = {
  'identity-confirmed': {
    kind: 'info',
    version: 1,
    text: 'هویت شما تأیید شد. پرسشنامه و مدارک را کامل کنید و بفرستید.',
  },
  'identity-confirmed-in-person': {
    kind: 'info',
    version: 1,
    text: 'هویت شما در {governorate} حضوری تأیید شد. دیگر به کارت بانکی نیازی نیست. پرسشنامه و مدارک را کامل کنید و بفرستید.',
  },
  'identity-proven-in-person': {
    kind: 'info',
    version: 1,
    text: 'هویت شما در {governorate} حضوری تأیید شد و دیگر به کارت بانکی نیازی نیست. پاسخ استعلام خط یا ثبت احوال هنوز نرسیده است؛ همین که برسد، خبر می‌دهیم و می‌توانید پرسشنامه را بفرستید.',
  },
  'identity-declined': {
    kind: 'info',
    version: 1,
    text: `احراز هویت حضوری شما پذیرفته نشد.\nدلیل: {reason}\nمی‌توانید با کارت بانکی دوباره آغاز کنید یا با مدرک دیگری به فرمانداری برگردید. راهنمایی: ${HELP_LINE}`,
  },
  'line-refused': { kind: 'info', version: 1, text: '{reason}' },
  'line-closed': {
    kind: 'info',
    version: 1,
    text: 'سامانه استعلام از ساعت {from} تا {to} پاسخ نمی‌دهد. ساعت {to} به‌طور خودکار دوباره بررسی می‌کنیم و با پیامک خبر می‌دهیم.\nدر این میان می‌توانید کارت خود را امتحان و پرسشنامه را پر کنید.',
  },
  'line-delayed': { kind: 'info', version: 1, text: '{reason}' },
  'line-confirmed': {
    kind: 'info',
    version: 1,
    text: 'شماره همراه به نام شماست. احراز هویت با کارت بانکی را ادامه دهید.',
  },
  'mobile-changed': {
    kind: 'info',
    version: 1,
    text: `شماره همراه شما تغییر کرد. دوباره می‌پرسیم که شماره تازه به نام شماست یا نه و نتیجه را در «پیام‌ها» می‌نویسیم.\nاگر این کار شما نبوده است، با ${HELP_LINE} تماس بگیرید.`,
  },
  'new-line-delayed': {
    kind: 'info',
    version: 1,
    text: 'سامانه استعلام هنوز درباره شماره تازه شما پاسخ نداده است. به‌طور خودکار دوباره می‌پرسیم و نتیجه را در «پیام‌ها» می‌نویسیم. در این میان ثبت‌نام شما پیش می‌رود و می‌توانید پرسشنامه را بفرستید.',
  },
  'new-line-confirmed': { kind: 'info', version: 1, text: 'شماره همراه تازه به نام شماست.' },
  'new-line-refused': {
    kind: 'info',
    version: 1,
    text: `شماره همراه تازه به نام شما نیست یا سامانه استعلام آن را نپذیرفت. آن را در برنامه به شماره‌ای تغییر دهید که به نام خودتان باشد. آنچه تا کنون فرستاده‌اید پذیرفته مانده است؛ انصراف ندهید.\nراهنمایی: ${HELP_LINE}`,
  },
  'person-delayed': { kind: 'info', version: 1, text: '{reason}' },
  'person-confirmed': { kind: 'info', version: 1, text: 'ثبت احوال مشخصات شما را تأیید کرد.' },
  'person-refused': { kind: 'info', version: 1, text: '{reason}' },
  'card-refused': { kind: 'info', version: 1, text: '{reason}' },
  submitted: {
    kind: 'submitted',
    version: 1,
    text: `پرسشنامه شما دریافت شد و برای بررسی به فرمانداری رفت.\nکد ثبت‌نام اولیه: {code}\n${PRELIMINARY_NOTICE}`,
  },
  resubmitted: {
    kind: 'submitted',
    version: 1,
    text: 'پرسشنامه اصلاح‌شده شما دریافت شد و دوباره بررسی می‌شود.\nکد ثبت‌نام اولیه: {code}\nاین کد به معنای ثبت‌نام نهایی نیست.',
  },
  'submitted-unconfirmed': {
    kind: 'submitted',
    version: 1,
    text: `پرسشنامه شما دریافت شد و زمان دریافت آن ثبت است، اما هنگام ارسال نتوانستیم کد تأیید را پیامک کنیم.\nکد ثبت‌نام اولیه: {code}\nبا رسیدن پیامک ما، در برنامه کد تازه بگیرید و ارسال خود را تأیید کنید. تا آن زمان درباره پرسشنامه تصمیمی گرفته نمی‌شود.\n${PRELIMINARY_NOTICE}`,
  },
  'confirmation-reminder': {
    kind: 'info',
    version: 1,
    text: `ارسال پرسشنامه شما هنوز منتظر تأیید شماست. زمان دریافت آن ثبت است، اما تا تأیید نکنید درباره آن تصمیمی گرفته نمی‌شود.\nدر برنامه کد تازه بگیرید و وارد کنید. اگر کد به شما نمی‌رسد، با ${HELP_LINE} تماس بگیرید.`,
  },
  'deadline-reminder': {
    kind: 'info',
    version: 1,
    text: 'پرسشنامه شما هنوز ارسال نشده است. مهلت ثبت‌نام: {deadline}\nپس از این زمان دیگر پذیرفته نمی‌شود. آنچه نوشته‌اید نگه داشته شده است؛ آن را کامل کنید و بفرستید.',
  },
  'corrections-reminder': {
    kind: 'info',
    version: 1,
    text: 'ایرادهای پرسشنامه شما هنوز رفع نشده است. مهلت اصلاح: {deadline}\nهر مورد را باز کنید، اصلاح کنید و پرسشنامه را دوباره بفرستید.',
  },
  'submission-confirmed': {
    kind: 'info',
    version: 1,
    text: 'ارسال پرسشنامه را تأیید کردید. بررسی آن در فرمانداری ادامه می‌یابد.',
  },
  defects: {
    kind: 'defects',
    version: 1,
    text: 'کارشناس {governorate} در پرسشنامه شما {count} مورد ایراد دید. هر مورد را باز کنید، اصلاح کنید و پرسشنامه را دوباره بفرستید.\nمهلت اصلاح: {deadline}',
  },
  approved: { kind: 'approved', version: 1, text: APPROVED_MESSAGE },
  rejected: {
    kind: 'rejected',
    version: 1,
    text: `ثبت‌نام شما تأیید نشد.\nدلیل: {reason}\nاگر به این نتیجه اعتراض دارید، به {governorate} مراجعه کنید یا با ${HELP_LINE} تماس بگیرید.`,
  },
  withdrawn: { kind: 'withdrawn', version: 1, text: 'انصراف شما ثبت شد. پرونده ثبت‌نام بسته شد.' },
  expired: {
    kind: 'expired',
    version: 1,
    text: 'مهلت ثبت‌نام پایان یافت و پرسشنامه شما ارسال نشده بود. پرونده ثبت‌نام بسته شد.',
  },
  'corrections-expired': {
    kind: 'expired',
    version: 1,
    text: 'مهلت اصلاح پایان یافت و پرسشنامه اصلاح‌شده ارسال نشده بود. پرونده ثبت‌نام بسته شد.',
  },
  'window-changed': {
    kind: 'info',
    version: 1,
    text: 'مهلت ثبت‌نام تغییر کرد. شما تا {deadline} فرصت دارید.',
  },
} as const satisfies Readonly<Record<string, MessageTemplate>>;

export type MessageKey = keyof typeof MESSAGES;

/** `text` with each `{name}` replaced; a missing parameter is a programmer's mistake and throws a RangeError. */
export function fillIn(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/gu, (_all, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) throw new RangeError(`The text needs ${name}`);
    return typeof value === 'number' ? persianDigits(value) : value;
  });
}

/** The text of a message as it is stored and shown: text parameters as given, numbers in Persian digits. */
export function messageText(key: MessageKey, params: Readonly<Record<string, string | number>> = {}): string {
  return fillIn(MESSAGES[key].text, params);
}

export function messageKind(key: MessageKey): MessageKind {
  return MESSAGES[key].kind;
}
