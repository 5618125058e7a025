/**
 * Identity without a card: a candidate who cannot be verified at a bank shows a document at the governorate. One
 * member of staff proposes, another one confirms (four eyes, security.md ADM-8); only then it counts.
 */

interface Option {
  readonly code: string;
  readonly title: string;
}

/** What may be shown. Each carries a photograph, or is shown together with one that does. */
export const IDENTITY_DOCUMENTS = [
  { code: 'smart-national-card', title: 'کارت ملی هوشمند' },
  { code: 'birth-certificate', title: 'شناسنامه عکس‌دار' },
  { code: 'passport', title: 'گذرنامه معتبر' },
  { code: 'national-card-receipt', title: 'رسید کارت ملی هوشمند همراه شناسنامه' },
] as const satisfies readonly Option[];
export type IdentityDocument = (typeof IDENTITY_DOCUMENTS)[number]['code'];

/** Why the card step was no way for this candidate. */
export const IN_PERSON_REASONS = [
  { code: 'no-supported-bank', title: 'داوطلب کارتی از بانک‌های پذیرفته‌شده ندارد' },
  { code: 'card-blocked', title: 'کارت داوطلب مسدود است یا تلاش‌های امروز تمام شده است' },
  { code: 'bank-unavailable', title: 'بانک ساعت‌ها پاسخ نمی‌دهد' },
  { code: 'no-online-payment', title: 'پرداخت اینترنتی یا رمز پویای کارت فعال نیست' },
  { code: 'no-card', title: 'داوطلب کارت بانکی به نام خود ندارد' },
] as const satisfies readonly Option[];
export type InPersonReason = (typeof IN_PERSON_REASONS)[number]['code'];

/** Why the second member of staff says no; the candidate reads it. */
export const DECLINE_REASONS = [
  { code: 'document-not-accepted', title: 'مدرک نشان‌داده‌شده پذیرفته یا معتبر نیست' },
  { code: 'identity-unclear', title: 'هویت داوطلب از مدرک نشان‌داده‌شده روشن نشد' },
  { code: 'card-possible', title: 'احراز هویت با کارت بانکی برای داوطلب ممکن است' },
  { code: 'wrong-file', title: 'مدرک با مشخصات این پرونده نمی‌خواند' },
] as const satisfies readonly Option[];
export type DeclineReason = (typeof DECLINE_REASONS)[number]['code'];

/** Thursday's proposal can still be confirmed on Saturday. */
export const PROPOSAL_LIFE_HOURS = 72;

const isOneOf =
  <Code extends string>(options: readonly { readonly code: Code; readonly title: string }[]) =>
  (code: string): code is Code =>
    options.some((option) => option.code === code);

export const isIdentityDocument = isOneOf(IDENTITY_DOCUMENTS);
export const isInPersonReason = isOneOf(IN_PERSON_REASONS);
export const isDeclineReason = isOneOf(DECLINE_REASONS);

/** The title of a code of one of the lists above; the code itself when it has none. */
export function titleOf(options: readonly Option[], code: string): string {
  return options.find((option) => option.code === code)?.title ?? code;
}

/** The last rung of the ladder, after another card and another time; the candidate reads it. */
export const IN_PERSON_ADVICE =
  'اگر با هیچ کارتی نشد، پیش از پایان مهلت با کارت ملی هوشمند، شناسنامه عکس‌دار یا گذرنامه به فرمانداری حوزه انتخابیه خود بروید. هویت شما همان‌جا حضوری تأیید می‌شود و ثبت‌نام را در برنامه ادامه می‌دهید.';
