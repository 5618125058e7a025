/**
 * Every way in which the system says no: one table, one stable code each.
 *
 * Inside, a refusal is a typed error with its code; at the edge one function makes the problem document (RFC 9457).
 * `title` says what happened, `detail` what to do about it. Texts of iran.md §8 where it has one.
 */
import { DESK_REFUSALS } from './desk-refusals.ts';
import { HELP_LINE } from './messages.ts';
import type { RefusalText } from './refusal-text.ts';

export const REFUSALS = {
  // The request itself
  'json-invalid': {
    status: 400,
    title: { fa: 'متن درخواست JSON درست نیست.', en: 'The body is not valid JSON.' },
  },
  'request-invalid': {
    status: 422,
    title: { fa: 'بخشی از درخواست درست نیست.', en: 'Part of the request is invalid.' },
    detail: { fa: 'موردهای فهرست‌شده را اصلاح کنید.', en: 'Correct the listed items.' },
  },
  'body-too-large': {
    status: 413,
    title: { fa: 'درخواست بزرگ‌تر از اندازه مجاز است.', en: 'The body is larger than allowed.' },
  },
  'header-too-large': {
    status: 431,
    title: { fa: 'سرآیند درخواست بزرگ‌تر از اندازه مجاز است.', en: 'The header is larger than allowed.' },
  },
  'request-too-slow': {
    status: 408,
    title: { fa: 'درخواست به‌موقع کامل نشد.', en: 'The request was not complete in time.' },
    detail: { fa: 'دوباره بفرستید.', en: 'Send it again.' },
  },
  'request-unreadable': {
    status: 400,
    title: { fa: 'درخواست HTTP درست نیست.', en: 'The request is not valid HTTP.' },
  },
  'media-type': {
    status: 415,
    title: { fa: 'نوع محتوای درخواست پذیرفته نیست.', en: 'The media type of the body is not accepted.' },
  },
  'not-acceptable': {
    status: 406,
    title: { fa: 'نوع پاسخ خواسته‌شده را نداریم.', en: 'No acceptable representation.' },
  },
  'method-not-allowed': {
    status: 405,
    title: { fa: 'این روش برای این نشانی نیست.', en: 'The method is not allowed here.' },
  },
  'not-found': { status: 404, title: { fa: 'چنین چیزی پیدا نشد.', en: 'Not found.' } },
  'idempotency-key-missing': {
    status: 400,
    title: { fa: 'سرآیند Idempotency-Key لازم است.', en: 'The Idempotency-Key header is required.' },
  },
  'idempotency-key-reused': {
    status: 422,
    title: {
      fa: 'این کلید پیش‌تر برای درخواست دیگری به کار رفته است.',
      en: 'This key was used for a different request.',
    },
  },
  'request-in-flight': {
    status: 409,
    title: { fa: 'همین درخواست در حال انجام است.', en: 'The same request is in flight.' },
  },
  'if-match-missing': {
    status: 428,
    title: { fa: 'سرآیند If-Match لازم است.', en: 'The If-Match header is required.' },
  },
  'too-many-requests': {
    status: 429,
    title: { fa: 'درخواست‌ها بیش از اندازه است.', en: 'Too many requests.' },
    detail: {
      fa: 'چیزی از دست نرفته است. تا زمان گفته‌شده صبر کنید و دوباره تلاش کنید.',
      en: 'Nothing is lost. Wait for the time given and try again.',
    },
  },
  'network-not-allowed': {
    status: 403,
    title: { fa: 'به نظر می‌رسد فیلترشکن (VPN) روشن است.', en: 'A VPN seems to be switched on.' },
    detail: {
      fa: 'آن را خاموش کنید و دوباره تلاش کنید. در هیچ مرحله‌ای از ثبت‌نام نباید از فیلترشکن استفاده شود.',
      en: 'Switch it off and try again. No VPN may be used at any step of the registration.',
    },
  },
  'too-many-streams': {
    status: 429,
    title: {
      fa: 'این نشست بیش از اندازه جریان رویداد باز دارد.',
      en: 'This session has too many event streams open.',
    },
    detail: { fa: 'یکی از آن‌ها را ببندید.', en: 'Close one of them.' },
  },
  'internal-error': {
    status: 500,
    title: { fa: 'خطایی در سامانه رخ داد.', en: 'Something went wrong on our side.' },
    detail: {
      fa: 'چیزی از دست نرفته است. کمی بعد دوباره تلاش کنید.',
      en: 'Nothing is lost. Try again in a moment.',
    },
  },
  unavailable: {
    status: 503,
    title: { fa: 'سامانه برای چند لحظه در دسترس نیست.', en: 'The service is unavailable for a moment.' },
    detail: {
      fa: 'چیزی از دست نرفته است. کمی بعد دوباره تلاش کنید.',
      en: 'Nothing is lost. Try again in a moment.',
    },
  },

  // Codes and sessions
  'mobile-invalid': {
    status: 422,
    title: { fa: 'شماره همراه درست نیست.', en: 'The mobile number is invalid.' },
    detail: { fa: 'شماره را مانند 09123456789 بنویسید.', en: 'Write it like 09123456789.' },
  },
  'mobile-unchanged': {
    status: 422,
    title: { fa: 'این همان شماره کنونی شماست.', en: 'This is your present number.' },
  },
  'mobile-taken': {
    status: 409,
    title: {
      fa: 'با این شماره ثبت‌نام دیگری هست.',
      en: 'There is another registration under this number.',
    },
    detail: {
      fa: 'با همان شماره وارد شوید، یا شماره دیگری را که به نام خودتان است بنویسید.',
      en: 'Sign in with that number, or give another one that is in your own name.',
    },
  },
  'mobile-changed-lately': {
    status: 429,
    title: {
      fa: 'شماره همراه در این شبانه‌روز سه بار تغییر کرده است.',
      en: 'The number has changed three times in a day.',
    },
    detail: { fa: 'تا زمان گفته‌شده صبر کنید.', en: 'Wait for the time given.' },
  },
  'too-many-codes': {
    status: 429,
    title: { fa: 'کدهای زیادی درخواست شده است.', en: 'Too many codes were requested.' },
    detail: { fa: 'تا زمان گفته‌شده صبر کنید.', en: 'Wait for the time given.' },
  },
  'codes-unavailable': {
    status: 503,
    title: { fa: 'اکنون فرستادن کد ممکن نیست.', en: 'Codes cannot be sent right now.' },
    detail: { fa: 'چند دقیقه دیگر دوباره تلاش کنید.', en: 'Try again in a few minutes.' },
  },
  'code-wrong': {
    status: 401,
    title: { fa: 'کد واردشده درست نیست.', en: 'The code is wrong.' },
    detail: { fa: 'کد پیامک‌شده را دوباره بنویسید.', en: 'Type the code from the message again.' },
  },
  'code-expired': {
    status: 410,
    title: { fa: 'زمان این کد گذشته است.', en: 'The code has expired.' },
    detail: { fa: 'کد تازه بگیرید.', en: 'Ask for a new code.' },
  },
  'code-used': {
    status: 409,
    title: { fa: 'این کد پیش‌تر به کار رفته است.', en: 'The code was used before.' },
    detail: { fa: 'کد تازه بگیرید.', en: 'Ask for a new code.' },
  },
  'code-locked': {
    status: 429,
    title: { fa: 'تعداد تلاش‌ها بیش از اندازه است.', en: 'Too many wrong tries.' },
    detail: { fa: 'کد تازه بگیرید.', en: 'Ask for a new code.' },
  },
  'sign-in-required': {
    status: 401,
    title: { fa: 'نخست باید وارد شوید.', en: 'Sign in first.' },
  },
  'session-expired': {
    status: 401,
    title: { fa: 'نشست شما پایان یافته است.', en: 'Your session has expired.' },
    detail: { fa: 'دوباره وارد شوید. پیش‌نویس شما ذخیره است.', en: 'Sign in again. Your draft is kept.' },
  },
  'session-replaced': {
    status: 401,
    title: { fa: 'این حساب در دستگاه دیگری باز شده است.', en: 'This account was opened on another device.' },
    detail: {
      fa: 'ثبت‌نام هم‌زمان با دو دستگاه ممکن نیست.',
      en: 'Two devices at the same time are not possible.',
    },
  },
  'provider-unknown': {
    status: 401,
    title: { fa: 'فرستنده این گزارش شناخته نشد.', en: 'The sender of this report is not known.' },
  },
  forbidden: { status: 403, title: { fa: 'اجازه این کار را ندارید.', en: 'You may not do this.' } },

  // Opening a registration
  'already-registered': {
    status: 409,
    title: {
      fa: 'با این کد ملی در این انتخابات پیش‌تر ثبت‌نام شده است.',
      en: 'There is already a registration for this election.',
    },
    detail: {
      fa: `با شماره‌ای وارد شوید که آن ثبت‌نام را با آن آغاز کرده‌اید. اگر آن ثبت‌نام کار شما نبوده است، با ${HELP_LINE} تماس بگیرید.`,
      en: `Sign in with the number with which it was begun. If it was not you who began it, call ${HELP_LINE}.`,
    },
  },
  'window-closed': {
    status: 403,
    title: { fa: 'اکنون مهلت این کار نیست.', en: 'The window for this is not open.' },
  },
  'national-id-invalid': {
    status: 422,
    title: { fa: 'کد ملی درست نیست.', en: 'The national id is invalid.' },
    detail: { fa: '۱۰ رقم کد ملی را دوباره بررسی کنید.', en: 'Check the ten digits again.' },
  },
  'under-age': {
    status: 422,
    title: {
      fa: 'داوطلب باید در روز ثبت‌نام ۲۵ سال تمام داشته باشد.',
      en: 'A candidate must be 25 full years old on the day of registration.',
    },
  },
  'constituency-unknown': {
    status: 422,
    title: { fa: 'این حوزه در این انتخابات نیست.', en: 'This election has no such constituency.' },
  },

  // Identity
  'line-not-own': {
    status: 409,
    title: { fa: 'این شماره به نام شما نیست.', en: 'This line is not in your name.' },
    detail: {
      fa: 'با خطی ثبت‌نام کنید که به نام خودتان باشد: شماره را در همین برنامه تغییر دهید؛ یا اگر همین خط را به نام خود کردید، انصراف دهید و دوباره ثبت‌نام کنید.',
      en: 'Register with a line that is in your own name: change the number in the app; or, once this line is in your name, withdraw and register again.',
    },
  },
  'person-not-found': {
    status: 409,
    title: {
      fa: 'کد ملی و تاریخ تولد با ثبت احوال سازگار نیست.',
      en: 'National id and birth date do not agree with the civil registry.',
    },
    detail: {
      fa: 'انصراف دهید و با مشخصات درست دوباره ثبت‌نام کنید.',
      en: 'Withdraw and register again with the right particulars.',
    },
  },
  'person-not-alive': {
    status: 409,
    title: {
      fa: 'ثبت احوال این کد ملی را فعال نمی‌داند.',
      en: 'The civil registry does not hold this national id for active.',
    },
    detail: {
      fa: 'به اداره ثبت احوال مراجعه کنید؛ پس از درست شدن آن، انصراف دهید و دوباره ثبت‌نام کنید.',
      en: 'Go to an office of the civil registry; once it is put right, withdraw and register again.',
    },
  },
  'bank-not-supported': {
    status: 422,
    title: { fa: 'احراز هویت با کارت این بانک ممکن نیست.', en: 'Cards of this bank cannot be used.' },
    detail: {
      fa: 'لطفاً از کارت بانک دیگری که به نام خودتان است استفاده کنید. اگر ندارید، هویت شما در فرمانداری حضوری تأیید می‌شود.',
      en: 'Use a card of another bank that is in your own name. If you have none, prove your identity at the governorate.',
    },
  },
  'card-invalid': {
    status: 422,
    title: { fa: 'شماره کارت درست نیست.', en: 'The card number is invalid.' },
    detail: { fa: 'رقم‌های روی کارت را دوباره بررسی کنید.', en: 'Check the digits on the card again.' },
  },
  'card-digits-needed': {
    status: 422,
    title: {
      fa: 'رقم‌های نوشته‌شده برای شناختن بانک این کارت کافی نیست.',
      en: 'The digits given do not tell the bank of this card.',
    },
    detail: { fa: 'هشت رقم اول روی کارت را بنویسید.', en: 'Type the first eight digits on the card.' },
  },
  'bank-prefix-invalid': {
    status: 422,
    title: { fa: 'پیش‌شماره یا زمان آن درست نیست.', en: 'The prefix or its time is invalid.' },
    detail: {
      fa: '۶ تا ۸ رقم، نام بانک، منبع، و آغازی که نگذشته باشد.',
      en: 'Six to eight digits, a bank, a source, and a beginning that has not passed.',
    },
  },
  'card-guard': {
    status: 409,
    title: {
      fa: 'پیش از تلاش دوباره با کارت، این هشدار را بخوانید.',
      en: 'Read this before you try a card again.',
    },
  },
  'bank-unavailable': {
    status: 503,
    title: { fa: 'پاسخی از بانک نرسید.', en: 'The bank did not answer.' },
    detail: {
      fa: 'کمی بعد دوباره احراز هویت کنید. اطلاعات شما ذخیره شده است. اگر بانک ساعت‌ها پاسخ نداد، هویت شما در فرمانداری حضوری تأیید می‌شود.',
      en: 'Verify again later; what you entered is kept. If the bank is silent for hours, prove your identity at the governorate.',
    },
  },
  'return-url-unknown': {
    status: 422,
    title: { fa: 'نشانی بازگشت شناخته‌شده نیست.', en: 'The return address is not on the list.' },
  },
  'attempt-over': {
    status: 409,
    title: { fa: 'این تلاش پایان یافته است.', en: 'This attempt is over.' },
  },
  'already-verified': {
    status: 409,
    title: { fa: 'هویت شما پیش‌تر تأیید شده است.', en: 'Your identity is already verified.' },
  },
  'not-verified': {
    status: 409,
    title: { fa: 'هویت شما هنوز تأیید نشده است.', en: 'Your identity is not verified yet.' },
  },

  // Questionnaire and documents
  'draft-changed': {
    status: 412,
    title: { fa: 'پیش‌نویس در این میان تغییر کرده است.', en: 'The draft has changed meanwhile.' },
    detail: {
      fa: 'چیزی از دست نرفته است: نسخه تازه را ببینید و تغییر خود را روی آن بنویسید.',
      en: 'Nothing is lost: look at the new version and apply your change to it.',
    },
  },
  'item-locked': {
    status: 409,
    title: { fa: 'اکنون این مورد قابل تغییر نیست.', en: 'This item cannot be changed now.' },
  },
  'read-only': {
    status: 422,
    title: { fa: 'این مورد از ثبت احوال آمده و تغییر نمی‌کند.', en: 'This comes from the civil registry.' },
  },
  incomplete: {
    status: 422,
    title: { fa: 'پرسشنامه یا مدارک کامل نیست.', en: 'The questionnaire or the documents are incomplete.' },
    detail: { fa: 'موردهای فهرست‌شده را کامل کنید.', en: 'Complete the listed items.' },
  },
  'document-too-large': {
    status: 413,
    title: { fa: 'حجم تصویر بیش از اندازه مجاز است.', en: 'The picture is too large.' },
  },
  'document-type': {
    status: 415,
    title: { fa: 'فقط تصویر JPEG پذیرفته می‌شود.', en: 'Only JPEG pictures are accepted.' },
  },
  'document-not-jpeg': {
    status: 422,
    title: { fa: 'این پرونده تصویر JPEG نیست.', en: 'This file is not a JPEG picture.' },
  },
  'document-damaged': {
    status: 422,
    title: { fa: 'این تصویر آسیب دیده است.', en: 'The picture is damaged.' },
    detail: { fa: 'دوباره عکس بگیرید و بفرستید.', en: 'Take it again and send it.' },
  },
  'document-dimensions': {
    status: 422,
    title: { fa: 'اندازه تصویر پذیرفته نیست.', en: 'The dimensions of the picture are not accepted.' },
  },
  'document-unchanged': {
    status: 422,
    title: { fa: 'این همان تصویری است که ایراد داشت.', en: 'This is the picture that was returned.' },
  },

  // The move
  'not-your-move': {
    status: 409,
    title: { fa: 'اکنون نوبت این کار نیست.', en: 'This is not possible in the present status.' },
  },
  'fresh-code-required': {
    status: 403,
    title: { fa: 'برای این کار کد تازه لازم است.', en: 'This needs a fresh code.' },
    detail: {
      fa: 'کد تازه بگیرید و همراه همین درخواست بفرستید.',
      en: 'Ask for a new code and send it with this request.',
    },
  },
  'awaiting-code': {
    status: 409,
    title: {
      fa: 'این پرسشنامه هنوز با کد داوطلب تأیید نشده است.',
      en: 'The candidate has not confirmed this submission by a code yet.',
    },
    detail: {
      fa: 'کد داوطلب هنگام ارسال فرستاده نشد. تا تأیید او تصمیمی ثبت نمی‌شود.',
      en: 'The code could not be sent at the submission. Nothing is decided before it is confirmed.',
    },
  },
  'already-confirmed': {
    status: 409,
    title: {
      fa: 'این ارسال پیش‌تر تأیید شده است و کد دیگری لازم ندارد.',
      en: 'This submission is confirmed and needs no further code.',
    },
  },
  'stale-revision': {
    status: 409,
    title: {
      fa: 'این پرونده در این میان تغییر کرده است. دوباره آن را باز کنید.',
      en: 'The file has changed meanwhile. Open it again.',
    },
  },
  'defects-invalid': {
    status: 422,
    title: { fa: 'فهرست نقص‌ها درست نیست.', en: 'The list of defects is invalid.' },
  },
  ...DESK_REFUSALS,
} as const satisfies Readonly<Record<string, RefusalText>>;

export type RefusalCode = keyof typeof REFUSALS;
export const REFUSAL_CODES = Object.keys(REFUSALS) as RefusalCode[];
