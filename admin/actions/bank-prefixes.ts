/** Headquarters says what is true of a bank's first digits, from a moment on. */
import { asciiDigits } from '../../domain/persian-text.ts';
import type { Database } from '../../store/database.ts';
import { endBankPrefix, listUnknownPrefixes, setBankPrefix } from '../../store/bank-prefixes.ts';
import { readAs } from '../../store/worklist.ts';
import { isHeadquarters, staffOfContext } from '../context.ts';
import type { Form } from '../form.ts';
import { byHeadquarters, optionalText, requiredText, wrong, type ResourceAction } from './resource-action.ts';

const NAME_LENGTH_MAX = 60;
const SOURCE_LENGTH_MAX = 200;
/** With its zone, as in the form that moves a window. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

function prefixOf(form: Form): string {
  const prefix = asciiDigits(form['prefix'] ?? '').trim();
  if (!/^\d{6,8}$/.test(prefix)) throw wrong('prefix', 'پیش‌شماره ۶ تا ۸ رقم است.', 'pattern');
  return prefix;
}

/** Null for an empty field: from now on, or without an end. */
function momentOf(form: Form, field: string): number | null {
  const text = form[field] ?? '';
  if (text === '') return null;
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw wrong(field, 'این زمان درست نیست.', 'not-a-date');
  return at;
}

function choiceOf(form: Form): boolean {
  const { supported } = form;
  if (supported !== 'true' && supported !== 'false') {
    throw wrong('supported', 'بگویید با کارت‌های این پیش‌شماره احراز هویت ممکن است یا نه.', 'not-an-option');
  }
  return supported === 'true';
}

/** The prefixes of cards that came and that the table lacks. */
export function unknownPrefixesAction(panel: Database): ResourceAction {
  return {
    actionType: 'resource',
    component: false,
    isVisible: false,
    isAccessible: isHeadquarters,
    handler: async (_request, _response, context) => {
      const unknown = await readAs(panel, staffOfContext(context), listUnknownPrefixes);
      return { unknown };
    },
  };
}

export function bankPrefixActions(app: Database): Readonly<Record<string, ResourceAction>> {
  return {
    setPrefix: byHeadquarters(async (form, staffId) => {
      const prefix = prefixOf(form);
      const bank = requiredText(form, {
        field: 'bank',
        max: NAME_LENGTH_MAX,
        missing: 'نام بانک را بنویسید.',
      });
      const missing = 'بنویسید این را از کجا می‌دانید: شماره نامه یا نشانی فهرست.';
      const source = requiredText(form, { field: 'source', max: SOURCE_LENGTH_MAX, missing });
      const mergedInto = optionalText(form, { field: 'mergedInto', max: NAME_LENGTH_MAX });
      const [from, validTo] = [momentOf(form, 'from'), momentOf(form, 'to')];
      const supported = choiceOf(form);
      await setBankPrefix(app, { prefix, bank, mergedInto, supported, source, from, validTo, staffId });
      return from === null ? 'ثبت شد و از همین حالا برقرار است.' : 'ثبت شد و از زمان گفته‌شده برقرار می‌شود.';
    }),
    endPrefix: byHeadquarters(async (form, staffId) => {
      await endBankPrefix(app, { prefix: prefixOf(form), from: momentOf(form, 'from'), staffId });
      return 'این پیش‌شماره از جدول برداشته شد.';
    }),
  };
}
