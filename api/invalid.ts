/** What a schema found wrong, in Persian words: one item per place, with a JSON pointer into the request. */
import type { z } from 'zod';
import type { ItemCode, RefusalItem } from '../domain/refusal.ts';

const ITEMS_MAX = 50;

interface Words {
  readonly code: ItemCode;
  readonly message: string;
}

const OTHER: Words = { code: 'invalid', message: 'درست نیست.' };
const MISSING: Words = { code: 'required', message: 'لازم است.' };

const WORDS: Readonly<Record<string, Words>> = {
  invalid_type: { code: 'type', message: 'از نوع دیگری باید باشد.' },
  unrecognized_keys: { code: 'unknown', message: 'اینجا شناخته‌شده نیست.' },
  invalid_key: { code: 'unknown', message: 'اینجا شناخته‌شده نیست.' },
  too_big: { code: 'too-large', message: 'بیش از اندازه بلند یا بزرگ است.' },
  too_small: { code: 'too-small', message: 'بیش از اندازه کوتاه یا کوچک است.' },
  invalid_format: { code: 'format', message: 'به شکل دیگری نوشته می‌شود.' },
  invalid_value: { code: 'value', message: 'مقدار پذیرفته‌ای نیست.' },
  invalid_union: { code: 'type', message: 'از نوع دیگری باید باشد.' },
};

function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

function wordsOf(issue: z.core.$ZodIssue): Words {
  const missing = issue.code === 'invalid_type' && issue.message.includes('received undefined');
  return missing ? MISSING : (WORDS[issue.code] ?? OTHER);
}

/** The items of an error; values are never repeated in them. */
export function itemsOf(error: z.ZodError): RefusalItem[] {
  return error.issues
    .flatMap((issue) =>
      pathsOf(issue).map((path) => {
        return { pointer: pointer(path), ...wordsOf(issue) };
      }),
    )
    .slice(0, ITEMS_MAX);
}

/** Of a route that takes no parameters; its name is the client's and is not repeated. */
export const UNKNOWN_PARAMETER: RefusalItem = {
  pointer: '',
  code: 'unknown',
  message: 'اینجا شناخته‌شده نیست.',
};
