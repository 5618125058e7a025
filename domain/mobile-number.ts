/** Iranian mobile numbers. The prefix says nothing about the operator any more, so only the form is checked. */
import { bareDigits } from './persian-text.ts';

/** E.164 (`+989…`) of a number written in any of the usual ways (09…, 9…, 989…, 00989…, +989…), or undefined. */
export function parseMobile(text: string): string | undefined {
  const match = /^(?:\+98|0098|98|0)?(9\d{9})$/u.exec(bareDigits(text));
  return match === null ? undefined : `+98${match[1]}`;
}

/** As people in Iran write it: `09…`. */
export function localMobile(mobile: string): string {
  return mobile.replace(/^\+98/u, '0');
}
