/**
 * The English of what is wrong with an item. Persian messages are written where the problem is found, with the title
 * of the field and the numbers; who asks for English gets a text by the code, and finds the rest in the questionnaire.
 */
import type { ItemCode, RefusalItem } from '../domain/refusal.ts';

export type Language = 'fa' | 'en';

const ENGLISH: Readonly<Record<ItemCode, string>> = {
  required: 'Is required.',
  invalid: 'Is not valid.',
  type: 'Is of the wrong type.',
  unknown: 'Is not known here.',
  format: 'Has the wrong format.',
  value: 'Is not one of the accepted values.',
  characters: 'Holds a character that is not accepted.',
  depth: 'Is nested too deeply.',
  'wrong-type': 'Is of another type than the question asks for.',
  'too-short': 'Is too short.',
  'too-long': 'Is too long.',
  pattern: 'Is not written as it should be.',
  'too-small': 'Is too small or too short.',
  'too-large': 'Is too large or too long.',
  'not-a-date': 'Is not a date.',
  'not-an-option': 'Is not one of the options.',
  'text-invalid': 'Holds a character that cannot be kept.',
  'unknown-field': 'Is not part of the questionnaire.',
  'too-many': 'Has too many entries.',
  'read-only': 'Comes from the civil registry and cannot be changed.',
  'item-locked': 'Cannot be changed now.',
  'not-corrected': 'Has not been corrected yet.',
  'target-unknown': 'Is not part of this file, or not for the candidate to change.',
  'target-repeated': 'Is listed with the same reason already.',
  'reason-unknown': 'Is not one of the reasons.',
  'reason-not-applicable': 'Is not a reason for this kind of item.',
  'before-opening': 'Must lie after the opening.',
};

/** The item as a client is told of it. */
export function itemIn(language: Language, { pointer, code, message }: RefusalItem): RefusalItem {
  return { pointer, code, message: language === 'en' ? ENGLISH[code] : message };
}
