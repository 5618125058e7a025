/**
 * Finds the file of the candidate who stands at the desk, by the national id on the document in hand. A POST, so that
 * the number stands in no address, and an audit row for each look.
 */
import { parseNationalId } from '../../domain/national-id.ts';
import { Refusal } from '../../domain/refusal.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Database } from '../../store/database.ts';
import { findByNationalId } from '../../store/worklist-look-up.ts';
import { staffOfContext } from '../context.ts';
import type { Notice } from '../problems.ts';
import { formOf, noticed, type ResourceAction } from './resource-action.ts';

export interface LookUpDesk {
  readonly app: Database;
  readonly panel: Database;
}

type Found = Awaited<ReturnType<typeof findByNationalId>>;

export function lookUpAction({ app, panel }: LookUpDesk): ResourceAction {
  return {
    actionType: 'resource',
    component: false,
    isVisible: false,
    isAccessible: () => true,
    handler: async (request, _response, context): Promise<{ notice: Notice; found: Found }> => {
      const staff = staffOfContext(context);
      let found: Found = [];
      const notice = await noticed(async () => {
        const nationalId = parseNationalId(formOf(request)['nationalId'] ?? '');
        if (nationalId === undefined) throw new Refusal('national-id-invalid');
        found = await findByNationalId(panel, staff, nationalId);
        await writeAudit(app, {
          actor: { kind: 'staff', id: staff.id },
          action: 'registration-looked-up',
          subject: { kind: 'registration', id: found[0]?.id ?? null },
          governorate: staff.governorate,
          detail: { found: found.length },
        });
        return '';
      });
      return { notice, found };
    },
  };
}
