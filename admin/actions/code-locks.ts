/**
 * Opens a number that wrong codes have locked, for whoever calls the help line or stands at the desk. The number comes in
 * a POST, so that it stands in no address; each look leaves an audit row, and so does each opening.
 */
import { LIFT_REASON_LENGTH_MAX } from '../../domain/code-lock.ts';
import { parseMobile } from '../../domain/mobile-number.ts';
import { Refusal } from '../../domain/refusal.ts';
import { findLock, liftLockAs, type NumberLock } from '../../store/code-lock-lifts.ts';
import type { Database } from '../../store/database.ts';
import { staffOfContext } from '../context.ts';
import type { Form } from '../form.ts';
import { byStaff, formOf, noticed, requiredText, type ResourceAction } from './resource-action.ts';

export interface CodeLockDesk {
  readonly app: Database;
  readonly panel: Database;
  readonly now: () => Date;
}

function mobileOf({ mobile = '' }: Form): string {
  const parsed = parseMobile(mobile);
  if (parsed === undefined) throw new Refusal('mobile-invalid');
  return parsed;
}

export function codeLockActions(desk: CodeLockDesk): Readonly<Record<string, ResourceAction>> {
  const asked = (form: Form) => ({ mobile: mobileOf(form), now: desk.now().getTime() });
  return {
    findLock: {
      actionType: 'resource',
      component: false,
      isVisible: false,
      isAccessible: () => true,
      handler: async (request, _response, context) => {
        const staff = staffOfContext(context);
        let lock: NumberLock | null = null;
        const notice = await noticed(async () => {
          lock = (await findLock({ ...desk, staff }, asked(formOf(request)))) ?? null;
          return '';
        });
        return { notice, lock };
      },
    },
    liftLock: byStaff(async (form, staff) => {
      const missing = 'بنویسید چگونه دانستید که شماره در دست خود اوست.';
      const which = asked(form);
      const reason = requiredText(form, { field: 'reason', max: LIFT_REASON_LENGTH_MAX, missing });
      if (!(await liftLockAs({ ...desk, staff }, { ...which, reason }))) {
        throw new Refusal('number-not-locked');
      }
      return 'شماره باز شد و به آن پیامک زده می‌شود. داوطلب کد تازه بگیرد.';
    }),
  };
}
