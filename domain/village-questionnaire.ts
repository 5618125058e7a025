/**
 * The first questionnaire: what a candidate for a village council declares («پرسشنامه اعلام داوطلبی»).
 * Sections after facts iran.md §3.4. A change of it is a new version; a registration keeps the one it was opened with.
 */
import type { Field, FieldType, Questionnaire, ShownWhen } from './questionnaire.ts';

const PLAIN: Omit<Field, 'key' | 'title' | 'type'> = {
  hint: null,
  required: true,
  readOnly: false,
  minLength: null,
  maxLength: null,
  pattern: null,
  min: null,
  max: null,
  options: [],
  shownWhen: null,
};

type Extras = Partial<Omit<Field, 'key' | 'title' | 'type' | 'options'>>;

/** The builder of a type's fields. */
function fieldOf(type: FieldType) {
  return (key: string, title: string, extras: Extras = {}): Field => ({
    ...PLAIN,
    key,
    title,
    type,
    ...extras,
  });
}

const date = fieldOf('date');
const number = fieldOf('number');
const yesOrNo = fieldOf('boolean');
const anyDigits = fieldOf('digits');
const anyText = fieldOf('text');
const anyChoice = fieldOf('choice');

function text(key: string, title: string, extras: Extras = {}): Field {
  return anyText(key, title, { minLength: 2, maxLength: 60, ...extras });
}

/** A number with a fixed count of digits. */
function digits(
  key: string,
  title: string,
  { length, ...extras }: Extras & { readonly length: number },
): Field {
  return anyDigits(key, title, { minLength: length, maxLength: length, ...extras });
}

function choice(
  key: string,
  title: string,
  { options, ...extras }: Extras & { readonly options: Readonly<Record<string, string>> },
): Field {
  const offered = Object.entries(options).map(([value, label]) => ({ value, title: label }));
  return { ...anyChoice(key, title, extras), options: offered };
}

function when(pointer: string, ...values: ShownWhen['in']): { readonly shownWhen: ShownWhen } {
  return { shownWhen: { pointer: `/answers/${pointer}`, in: values } };
}

const optional = { required: false } as const;
const fromRecords = { readOnly: true } as const;
const ofMen = when('identity/sex', 'male');
const underArticle41 = when('occupation/article41', true);
const ofVeterans = when('service/status', 'veteran', 'former-prisoner-of-war', 'fighter', 'child-of-martyr');
const withDegree = when('education/degree', 'diploma', 'associate', 'bachelor', 'master', 'doctorate');

const identity = {
  key: 'identity',
  title: 'مشخصات سجلی',
  repeated: null,
  fields: [
    digits('nationalId', 'کد ملی', { length: 10, ...fromRecords }),
    text('firstName', 'نام', fromRecords),
    text('lastName', 'نام خانوادگی', fromRecords),
    text('fatherName', 'نام پدر', fromRecords),
    date('birthDate', 'تاریخ تولد', fromRecords),
    text('knownAs', 'نام مشهور', {
      ...optional,
      hint: 'اگر شما را به نام دیگری می‌شناسند و می‌خواهید در آگهی نامزدها بیاید',
    }),
    choice('sex', 'جنسیت', { options: { female: 'زن', male: 'مرد' } }),
    anyDigits('birthCertificateNumber', 'شماره شناسنامه', {
      minLength: 1,
      maxLength: 10,
      hint: 'اگر با کد ملی یکی است، همان کد ملی را بنویسید',
    }),
    digits('birthCertificateSerial', 'سریال شناسنامه', { length: 6, hint: '۶ رقم پس از سری' }),
    text('birthPlace', 'محل تولد'),
    text('issuePlace', 'محل صدور شناسنامه'),
    choice('religion', 'دین', {
      options: { islam: 'اسلام', zoroastrian: 'زرتشتی', jewish: 'کلیمی', christian: 'مسیحی' },
    }),
    choice('denomination', 'مذهب', {
      options: { shia: 'شیعه', sunni: 'اهل سنت' },
      ...when('identity/religion', 'islam'),
    }),
  ],
};

const family = {
  key: 'family',
  title: 'خانواده',
  repeated: null,
  fields: [
    choice('maritalStatus', 'وضعیت تأهل', {
      options: { single: 'مجرد', married: 'متأهل', widowed: 'همسر فوت‌شده', divorced: 'طلاق‌گرفته' },
    }),
    number('children', 'تعداد فرزندان', {
      min: 0,
      max: 30,
      ...when('family/maritalStatus', 'married', 'widowed', 'divorced'),
    }),
  ],
};

const education = {
  key: 'education',
  title: 'تحصیلات',
  repeated: null,
  fields: [
    choice('degree', 'آخرین مدرک', {
      options: {
        literate: 'خواندن و نوشتن',
        diploma: 'دیپلم',
        associate: 'کاردانی (فوق‌دیپلم)',
        bachelor: 'کارشناسی (لیسانس)',
        master: 'کارشناسی ارشد',
        doctorate: 'دکتری',
        seminary: 'حوزوی',
      },
    }),
    text('subject', 'رشته', withDegree),
    text('institution', 'محل تحصیل', { ...withDegree, hint: 'نام مدرسه یا دانشگاه' }),
    choice('seminaryLevel', 'سطح حوزوی', {
      options: { one: 'سطح یک', two: 'سطح دو', three: 'سطح سه', four: 'سطح چهار' },
      ...when('education/degree', 'seminary'),
    }),
    date('completedOn', 'تاریخ گرفتن مدرک', {
      ...optional,
      ...when('education/degree', 'diploma', 'associate', 'bachelor', 'master', 'doctorate', 'seminary'),
    }),
    digits('verificationCode', 'کد صحت مدرک', {
      length: 20,
      ...optional,
      hint: 'اگر مدرک شما کد صحت ۲۰ رقمی دارد',
    }),
  ],
};

const occupation = {
  key: 'occupation',
  title: 'شغل کنونی',
  repeated: null,
  fields: [
    choice('status', 'وضعیت اشتغال', {
      options: {
        employee: 'کارمند یا کارگر',
        'self-employed': 'شغل آزاد',
        farmer: 'کشاورز یا دامدار',
        homemaker: 'خانه‌دار',
        student: 'دانشجو یا طلبه',
        retired: 'بازنشسته',
        unemployed: 'بیکار',
      },
    }),
    text('title', 'عنوان شغل', when('occupation/status', 'employee', 'self-employed', 'farmer')),
    text('employer', 'محل کار', when('occupation/status', 'employee')),
    yesOrNo('article41', 'آیا مشمول ماده ۴۱ قانون هستید؟', {
      hint: 'دارندگان سمت‌های این ماده باید دست‌کم سه ماه پیش از ثبت‌نام استعفا داده باشند',
    }),
    text('resignedFrom', 'سمتی که از آن استعفا داده‌اید', underArticle41),
    date('resignedOn', 'تاریخ استعفا', underArticle41),
    text('resignationAcceptedBy', 'مرجع پذیرش استعفا', underArticle41),
  ],
};

const jobs = {
  key: 'jobs',
  title: 'سوابق شغلی',
  repeated: { max: 10 },
  fields: [
    text('title', 'عنوان شغل'),
    text('employer', 'محل کار'),
    date('from', 'از تاریخ'),
    date('to', 'تا تاریخ', { ...optional, hint: 'اگر هنوز ادامه دارد خالی بگذارید' }),
  ],
};

const military = {
  key: 'military',
  title: 'نظام وظیفه',
  repeated: null,
  fields: [
    choice('status', 'وضعیت نظام وظیفه', {
      options: { completed: 'پایان خدمت', exempt: 'معافیت دائم' },
      ...ofMen,
    }),
    text('exemptionKind', 'نوع معافیت', when('military/status', 'exempt')),
    anyDigits('cardNumber', 'شماره کارت', { ...optional, minLength: 4, maxLength: 16, ...ofMen }),
    date('issuedOn', 'تاریخ صدور کارت', { ...optional, ...ofMen }),
  ],
};

const service = {
  key: 'service',
  title: 'ایثارگری',
  repeated: null,
  fields: [
    choice('status', 'وضعیت ایثارگری', {
      options: {
        none: 'ندارم',
        veteran: 'جانباز',
        'former-prisoner-of-war': 'آزاده',
        fighter: 'رزمنده',
        'child-of-martyr': 'فرزند شهید',
      },
    }),
    anyDigits('certificateNumber', 'شماره گواهی ایثارگری', {
      minLength: 4,
      maxLength: 16,
      ...ofVeterans,
    }),
  ],
};

const council = {
  key: 'council',
  title: 'سوابق شورایی و اجتماعی',
  repeated: null,
  fields: [
    yesOrNo('formerMember', 'آیا پیش از این عضو شورا بوده‌اید؟'),
    text('memberOf', 'دوره و محل عضویت', { ...when('council/formerMember', true), maxLength: 200 }),
    yesOrNo('formerCandidate', 'آیا پیش از این داوطلب شورا بوده‌اید؟'),
    text('groups', 'عضویت در حزب یا تشکل', { ...optional, maxLength: 200 }),
  ],
};

const criminalRecord = {
  key: 'criminalRecord',
  title: 'سوابق کیفری',
  repeated: null,
  fields: [
    yesOrNo('convicted', 'آیا محکومیت کیفری داشته‌اید؟'),
    text('description', 'شرح محکومیت', {
      minLength: 5,
      maxLength: 500,
      ...when('criminalRecord/convicted', true),
    }),
    anyDigits('certificateNumber', 'شماره گواهی عدم سوءپیشینه', { minLength: 4, maxLength: 20 }),
    date('certificateDate', 'تاریخ گواهی عدم سوءپیشینه', {
      hint: 'گواهی نباید کهنه‌تر از سه ماه باشد',
    }),
  ],
};

const residence = {
  key: 'residence',
  title: 'سکونت',
  repeated: null,
  fields: [
    text('province', 'استان'),
    text('county', 'شهرستان'),
    text('district', 'بخش'),
    text('place', 'شهر یا روستا'),
    text('address', 'نشانی', { minLength: 10, maxLength: 300 }),
    digits('postalCode', 'کد پستی', { length: 10, hint: '۱۰ رقم، بی خط تیره' }),
    number('years', 'مدت سکونت (سال)', { min: 0, max: 120 }),
    digits('phone', 'تلفن ثابت', { length: 11, ...optional, hint: 'با پیش‌شماره استان، مانند ۰۲۳۳۳۴۴۵۵۶۶' }),
  ],
};

const contact = {
  key: 'contact',
  title: 'تماس',
  repeated: null,
  fields: [
    digits('secondMobile', 'شماره همراه دوم', {
      length: 11,
      ...optional,
      pattern: '09[0-9]{9}',
      hint: 'مانند ۰۹۱۲۳۴۵۶۷۸۹',
    }),
    text('email', 'رایانامه', {
      ...optional,
      minLength: 6,
      maxLength: 120,
      pattern: '[^@\\s]+@[^@\\s]+\\.[^@\\s]+',
      hint: 'مانند name@example.ir',
    }),
  ],
};

export const VILLAGE_QUESTIONNAIRE: Questionnaire = {
  version: 1,
  sections: [
    identity,
    family,
    education,
    occupation,
    jobs,
    military,
    service,
    council,
    criminalRecord,
    residence,
    contact,
  ],
};
