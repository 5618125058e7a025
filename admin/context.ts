/** What AdminJS is told of the member of staff who asks, and what our handlers read back from it. */
import { ForbiddenError, type ActionContext, type CurrentAdmin } from 'adminjs';
import type { Staff } from '../store/staff.ts';

/** What AdminJS knows of the member of staff; it prints this into each page. */
export function currentAdminOf({ id, email, name, role, governorate }: Staff): CurrentAdmin {
  return { id, email, name, title: name, role, governorate };
}

/** The member of staff in a context of AdminJS. Without one nothing is read: the adapter fails closed. */
export function staffOfContext(context: Pick<ActionContext, 'currentAdmin'> | undefined): Staff {
  const admin = context?.currentAdmin as Partial<Staff> | undefined;
  const known = admin?.role === 'headquarters' || (admin?.role === 'reviewer' && admin.governorate);
  if (!admin?.id || !known) throw new ForbiddenError('forbidden');
  return admin as Staff;
}

export function isHeadquarters({ currentAdmin }: { currentAdmin?: CurrentAdmin | undefined }): boolean {
  return currentAdmin?.['role'] === 'headquarters';
}
