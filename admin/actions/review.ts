/** The file on the desk: everything that a decision needs, in one answer. Each look at a person's file is audited. */
import { NotFoundError } from 'adminjs';
import { localMobile } from '../../domain/mobile-number.ts';
import { REJECTION_REASONS } from '../../domain/rejection.ts';
import { writeAudit } from '../../store/audit.ts';
import type { Database } from '../../store/database.ts';
import { readParticulars } from '../../store/particulars.ts';
import { findReview } from '../../store/review.ts';
import { registrationWorkflowId } from '../../workflows/protocol.ts';
import { isHeadquarters, staffOfContext } from '../context.ts';
import { documentPath } from '../documents.ts';
import type { RecordAction } from './record-action.ts';

export interface ReviewOptions {
  readonly app: Database;
  readonly panel: Database;
  readonly temporalUi: { readonly url: string; readonly namespace: string };
}

export function reviewAction({ app, panel, temporalUi }: ReviewOptions): RecordAction {
  return {
    actionType: 'record',
    component: 'Review',
    hideActionHeader: true,
    isVisible: false,
    handler: async (_request, _response, context) => {
      const { record } = context;
      const staff = staffOfContext(context);
      const id = record?.id() ?? '';
      const review = await findReview(panel, staff, id);
      if (!record || !review) throw new NotFoundError('not-found', 'review');
      // Only of whom the office may have to call: a submission that nobody confirms stays open (ADR 8).
      const unconfirmed =
        staff.role === 'reviewer' && review.confirmation === 'awaited' && review.status === 'under-review';
      const mobile = unconfirmed ? localMobile((await readParticulars(app, id)).mobile) : null;
      await writeAudit(app, {
        actor: { kind: 'staff', id: staff.id },
        action: 'registration-viewed',
        subject: { kind: 'registration', id },
        governorate: review.governorate.code,
        detail: { revision: review.revision, ...(mobile === null ? {} : { shown: 'mobile' }) },
      });
      const workflow = `${temporalUi.url}/namespaces/${temporalUi.namespace}/workflows/${registrationWorkflowId(id)}`;
      return {
        record: record.toJSON(context.currentAdmin),
        review: {
          ...review,
          mobile,
          documents: review.documents.map((one) => ({
            ...one,
            url: documentPath(id, one.kind, one.version),
          })),
          rejectionReasons: REJECTION_REASONS,
          workflowUrl: isHeadquarters(context) ? workflow : null,
        },
      };
    },
  };
}
