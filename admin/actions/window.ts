/** Headquarters moves the end of an election's window; every open registration hears of it. */
import { NotFoundError } from 'adminjs';
import { cleanText, persianDigits } from '../../domain/persian-text.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { WindowChange } from '../../store/windows.ts';
import { isHeadquarters, staffOfContext } from '../context.ts';
import type { Form } from '../form.ts';
import { noticeOf, type Notice } from '../problems.ts';
import type { RecordAction } from './record-action.ts';

const REASON_LENGTH_MAX = 500;
/** A time with its zone: `2026-03-01T18:00:00Z` or `…+03:30`. Without one it would mean another instant on each machine. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

export interface WindowDesk {
  /** Returns how many registrations were told. */
  changeWindow(change: WindowChange): Promise<number>;
}

export function windowAction(desk: WindowDesk): RecordAction {
  return {
    actionType: 'record',
    component: false,
    isVisible: false,
    isAccessible: isHeadquarters,
    handler: async (request, _response, context) => {
      const { record } = context;
      if (!record) throw new NotFoundError('not-found', 'window');
      const form = (request.payload ?? {}) as Form;
      const notice = await change(desk, {
        form,
        electionId: record.id(),
        staffId: staffOfContext(context).id,
      });
      const present = (await context.resource.findOne(record.id(), context)) ?? record;
      return { record: present.toJSON(context.currentAdmin), notice };
    },
  };
}

async function change(
  desk: WindowDesk,
  { form, electionId, staffId }: { form: Form; electionId: string; staffId: string },
): Promise<Notice> {
  try {
    const closesAt = instantOf(form['closesAt'] ?? '');
    const reason = cleanText((form['reason'] ?? '').slice(0, REASON_LENGTH_MAX));
    if (!reason) throw wrong('/reason', 'دلیل تغییر مهلت را بنویسید.');
    const count = await desk.changeWindow({ electionId, closesAt, reason, staffId });
    return {
      type: 'success',
      message: `مهلت تغییر کرد و به ${persianDigits(count)} ثبت‌نام باز خبر داده شد.`,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return noticeOf(error.code, error.details.errors);
  }
}

function instantOf(text: string): Date {
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw wrong('/closesAt', 'زمان پایان مهلت درست نیست.');
  return new Date(at);
}

function wrong(pointer: string, message: string): Refusal {
  return new Refusal('request-invalid', { errors: [{ pointer, code: 'invalid', message }] });
}
