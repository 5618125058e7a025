/** Rules that a first election starts with: its kinds of documents and its library of reasons for defects. */
import type { DefectReason } from './defects.ts';
import { DOCUMENT_MAX_BYTES, type RequiredKind } from './document-rules.ts';

type Described = Pick<RequiredKind, 'kind' | 'title' | 'whatFor'> & Partial<RequiredKind>;

function picture(described: Described): RequiredKind {
  return {
    mediaType: 'image/jpeg',
    maxBytes: DOCUMENT_MAX_BYTES,
    minPixels: 200,
    maxPixels: 6_000,
    required: 'always',
    ...described,
  };
}

/** Facts iran.md §3.3; the card of military service is asked of men under 50 only. */
export const DEMO_DOCUMENT_KINDS: readonly RequiredKind[] = [
  picture({
    kind: 'birth-certificate',
    title: 'شناسنامه',
    whatFor: 'تصویر صفحه نخست شناسنامه که عکس و مشخصات شما در آن خوانا باشد',
  }),
  picture({ kind: 'national-card', title: 'کارت ملی', whatFor: 'تصویر روی کارت ملی' }),
  picture({ kind: 'photo', title: 'عکس', whatFor: 'عکس ۳×۴ تازه، تمام‌رخ و با زمینه روشن' }),
  picture({ kind: 'education', title: 'مدرک تحصیلی', whatFor: 'تصویر آخرین مدرک تحصیلی' }),
  picture({
    kind: 'military-service',
    title: 'کارت پایان خدمت یا معافیت',
    whatFor: 'برای مردان کمتر از ۵۰ سال',
    required: { answer: { pointer: '/answers/identity/sex', in: ['male'] }, youngerThan: 50 },
  }),
  picture({
    kind: 'no-criminal-record',
    title: 'گواهی عدم سوءپیشینه',
    whatFor: 'گواهی‌ای که بیش از سه ماه از صدور آن نگذشته باشد',
  }),
  picture({
    kind: 'resignation',
    title: 'گواهی پذیرش استعفا',
    whatFor: 'برای کسانی که مشمول ماده ۴۱ قانون هستند',
    required: { answer: { pointer: '/answers/occupation/article41', in: [true] } },
  }),
];

export const DEMO_DEFECT_REASONS: readonly DefectReason[] = [
  {
    code: 'document-unreadable',
    title: 'تصویر خوانا نیست',
    whatToDo: 'مدرک را اسکن کنید یا در نور کافی دوباره عکس بگیرید و بفرستید.',
    appliesTo: 'document',
  },
  {
    code: 'document-expired',
    title: 'اعتبار مدرک گذشته است',
    whatToDo: 'مدرک تازه بگیرید و تصویر آن را بفرستید. گواهی عدم سوءپیشینه تا سه ماه اعتبار دارد.',
    appliesTo: 'document',
  },
  {
    code: 'document-not-own',
    title: 'مدرک به نام داوطلب نیست',
    whatToDo: 'تصویر مدرک خودتان را بفرستید.',
    appliesTo: 'document',
  },
  {
    code: 'document-incomplete',
    title: 'مدرک کامل نیست',
    whatToDo: 'تصویری بفرستید که همه بخش‌های مدرک در آن دیده شود.',
    appliesTo: 'document',
  },
  {
    code: 'document-other-kind',
    title: 'تصویر مدرک دیگری فرستاده شده است',
    whatToDo: 'تصویر همان مدرکی را بفرستید که در عنوان آمده است.',
    appliesTo: 'document',
  },
  {
    code: 'document-missing',
    title: 'مدرک فرستاده نشده است',
    whatToDo: 'تصویر مدرک را بفرستید.',
    appliesTo: 'document',
  },
  {
    code: 'education-insufficient',
    title: 'مدرک تحصیلی با شرط حوزه انتخابیه سازگار نیست',
    whatToDo: 'مدرک تحصیلی‌ای را بفرستید که شرط حوزه انتخابیه شما را برآورده کند.',
    appliesTo: 'document',
  },
  {
    code: 'answer-incorrect',
    title: 'پاسخ درست نیست',
    whatToDo: 'پاسخ را اصلاح کنید.',
    appliesTo: 'answer',
  },
  {
    code: 'answer-incomplete',
    title: 'پاسخ کامل نیست',
    whatToDo: 'پاسخ را کامل کنید.',
    appliesTo: 'answer',
  },
  {
    code: 'answer-contradicts-document',
    title: 'پاسخ با مدرک نمی‌خواند',
    whatToDo: 'پاسخ را همان‌گونه که در مدرک آمده است بنویسید.',
    appliesTo: 'answer',
  },
  {
    code: 'residence-mismatch',
    title: 'نشانی یا کد پستی با حوزه انتخابیه سازگار نیست',
    whatToDo: 'نشانی و کد پستی محل سکونت خود را دوباره بررسی و اصلاح کنید.',
    appliesTo: 'answer',
  },
  {
    code: 'military-status-unclear',
    title: 'وضعیت نظام وظیفه روشن نیست',
    whatToDo: 'وضعیت نظام وظیفه را همان‌گونه که در کارت آمده است بنویسید.',
    appliesTo: 'answer',
  },
  {
    code: 'known-as-refused',
    title: 'نام مشهور پذیرفته نشد',
    whatToDo: 'نام مشهور دیگری بنویسید یا آن را خالی بگذارید.',
    appliesTo: 'answer',
  },
];
