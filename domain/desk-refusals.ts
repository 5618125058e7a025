/** What staff are refused at the panel, beyond decisions on a file. */
import type { RefusalText } from './refusal-text.ts';

export const DESK_REFUSALS = {
  // A number that wrong codes have locked
  'number-not-locked': {
    status: 409,
    title: {
      fa: 'شماره بسته‌ای با این رقم‌ها پیدا نشد؛ شاید همکار دیگری همین حالا آن را باز کرده است.',
      en: 'No locked number with these digits was found; perhaps a colleague has just opened it.',
    },
  },

  // Two members of staff for an identity
  'proposal-open': {
    status: 409,
    title: {
      fa: 'برای این پرونده پیشنهادی هست که منتظر تأیید نفر دوم است.',
      en: 'A proposal for this file waits for a second member of staff already.',
    },
  },
  'proposal-own': {
    status: 403,
    title: {
      fa: 'پیشنهاد خودتان را نمی‌توانید تأیید کنید؛ همکار دیگری باید مدرک را ببیند.',
      en: 'You cannot settle your own proposal; a colleague has to see the document.',
    },
  },
  'proposal-over': {
    status: 409,
    title: {
      fa: 'این پیشنهاد دیگر باز نیست. پرونده را دوباره باز کنید.',
      en: 'This proposal is no longer open. Open the file again.',
    },
  },
  'proposal-expired': {
    status: 409,
    title: {
      fa: 'زمان این پیشنهاد گذشته است. اگر داوطلب هنوز مراجعه می‌کند، پیشنهاد تازه بنویسید.',
      en: 'The time of this proposal is over. Write a new one if the candidate is still there.',
    },
  },

  'proposer-gone': {
    status: 409,
    title: {
      fa: 'پیشنهاددهنده دیگر کارشناس این فرمانداری نیست.',
      en: 'Whoever proposed it is no longer a reviewer of this governorate.',
    },
    detail: {
      fa: 'این پیشنهاد را رد کنید. کارشناس دیگری مدرک را می‌بیند و پیشنهاد تازه می‌نویسد.',
      en: 'Decline this proposal. Another reviewer sees the document and writes a new one.',
    },
  },

  // Providers that headquarters turns off
  'provider-off': {
    status: 409,
    title: { fa: 'این سرویس پیش‌تر خاموش شده است.', en: 'This provider is off already.' },
  },
  'provider-on': {
    status: 409,
    title: { fa: 'این سرویس روشن است.', en: 'This provider is on.' },
  },
  'last-sms-provider': {
    status: 409,
    title: {
      fa: 'سرویس دیگر پیامک خاموش است. نخست آن را روشن کنید، وگرنه هیچ کدی به داوطلبان نمی‌رسد.',
      en: 'The other SMS provider is off. Turn it on first, or no code reaches anybody.',
    },
  },
} as const satisfies Readonly<Record<string, RefusalText>>;
