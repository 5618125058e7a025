/** An action on one record, as we write them; AdminJS's own type has twenty members that we do not use. */
import type { ActionContext, ActionRequest, CurrentAdmin, RecordActionResponse } from 'adminjs';

export interface RecordAction {
  readonly actionType: 'record';
  readonly component: string | false;
  readonly hideActionHeader?: boolean;
  /** Our own pages show the buttons, by what domain/lifecycle.ts allows. */
  readonly isVisible: false;
  readonly isAccessible?: (context: { currentAdmin?: CurrentAdmin | undefined }) => boolean;
  handler(request: ActionRequest, response: unknown, context: ActionContext): Promise<RecordActionResponse>;
}
