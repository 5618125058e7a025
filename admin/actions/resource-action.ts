/** An action on a whole section, as we write them; and what every action of ours does with a refusal. */
import type { ActionContext, ActionRequest, CurrentAdmin } from 'adminjs';
import { cleanText } from '../../domain/persian-text.ts';
import { Refusal, type ItemCode } from '../../domain/refusal.ts';
import type { Staff } from '../../store/staff.ts';
import { isHeadquarters, staffOfContext } from '../context.ts';
import type { Form } from '../form.ts';
import { noticeOf, type Notice } from '../problems.ts';

export interface ResourceAction {
  readonly actionType: 'resource';
  readonly component: false;
  readonly isVisible: false;
  readonly isAccessible: (context: { currentAdmin?: CurrentAdmin | undefined }) => boolean;
  handler(request: ActionRequest, response: unknown, context: ActionContext): Promise<object>;
}

/** Does it and says so; a refusal becomes the notice that says why not. */
export async function noticed(work: () => Promise<string>): Promise<Notice> {
  try {
    return { type: 'success', message: await work() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return noticeOf(error.code, error.details.errors);
  }
}

export function formOf({ payload }: Pick<ActionRequest, 'payload'>): Form {
  return (payload ?? {}) as Form;
}

/** An action on a section: takes its form and who sent it, and answers with what it says. Its scope is its own matter. */
export function byStaff(work: (form: Form, staff: Staff) => Promise<string>): ResourceAction {
  return {
    actionType: 'resource',
    component: false,
    isVisible: false,
    isAccessible: () => true,
    handler: async (request, _response, context) => {
      const staff = staffOfContext(context);
      return { notice: await noticed(() => work(formOf(request), staff)) };
    },
  };
}

/** The same, for headquarters alone. */
export function byHeadquarters(work: (form: Form, staffId: string) => Promise<string>): ResourceAction {
  return { ...byStaff((form, { id }) => work(form, id)), isAccessible: isHeadquarters };
}

interface Wanted {
  readonly field: string;
  readonly max: number;
  /** What to say when it is missing. */
  readonly missing: string;
}

/** A text that has to be there. @throws Refusal `request-invalid` with the field */
export function requiredText(form: Form, { field, max, missing }: Wanted): string {
  const text = optionalText(form, { field, max });
  if (text === null) throw wrong(field, missing);
  return text;
}

/** What was written, cleaned; null for nothing. @throws Refusal `request-invalid` with the field */
export function optionalText(form: Form, { field, max }: Pick<Wanted, 'field' | 'max'>): string | null {
  const raw = form[field] ?? '';
  const clean = cleanText(raw);
  if (clean === undefined || raw.length > max) throw wrong(field, 'این متن پذیرفته نیست.', 'text-invalid');
  return clean || null;
}

export function wrong(field: string, message: string, code: ItemCode = 'invalid'): Refusal {
  return new Refusal('request-invalid', { errors: [{ pointer: `/${field}`, code, message }] });
}
