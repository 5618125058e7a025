/** Identity in person: one reviewer proposes, a second member of staff confirms or declines, the first may take it back. */
import { createHash } from 'node:crypto';
import { NotFoundError } from 'adminjs';
import { NOTE_MAX_LENGTH } from '../../domain/defects.ts';
import type { acceptIdentityProof, CommandView } from '../../store/commands.ts';
import type { Database } from '../../store/database.ts';
import { declineIdentity, proposeIdentity, takeBackIdentity } from '../../store/identity-proposals.ts';
import { staffOfContext } from '../context.ts';
import type { Form } from '../form.ts';
import { noticeOf, type Notice } from '../problems.ts';
import type { RecordAction } from './record-action.ts';
import { formOf, noticed, optionalText } from './resource-action.ts';

type ProofRequest = Parameters<typeof acceptIdentityProof>[1];

export interface IdentityDesk {
  readonly app: Database;
  /** Accepts the proof, hands it on, and waits a little for its outcome. */
  prove(request: ProofRequest): Promise<CommandView>;
}

interface Visit {
  readonly registrationId: string;
  readonly staffId: string;
  readonly form: Form;
}

function action(work: (visit: Visit) => Promise<Notice>): RecordAction {
  return {
    actionType: 'record',
    component: false,
    isVisible: false,
    handler: async (request, _response, context) => {
      const { record, currentAdmin } = context;
      if (!record) throw new NotFoundError('not-found', 'identity');
      const { id: staffId } = staffOfContext(context);
      const notice = await work({ registrationId: record.id(), staffId, form: formOf(request) });
      const present = (await context.resource.findOne(record.id(), context)) ?? record;
      return { record: present.toJSON(currentAdmin), notice };
    },
  };
}

export function identityActions(desk: IdentityDesk): Readonly<Record<string, RecordAction>> {
  const { app } = desk;
  return {
    proposeIdentity: action(({ form, ...visit }) =>
      noticed(async () => {
        const note = optionalText(form, { field: 'note', max: NOTE_MAX_LENGTH });
        const { document = '', reason = '' } = form;
        await proposeIdentity(app, { ...visit, document, reason, note });
        return 'پیشنهاد ثبت شد. پس از تأیید همکار دوم، هویت داوطلب تأیید می‌شود.';
      }),
    ),
    confirmIdentity: action((visit) => confirm(desk, visit)),
    declineIdentity: action(({ form, ...visit }) =>
      noticed(async () => {
        const { proposal = '', reason = '' } = form;
        await declineIdentity(app, { ...visit, proposalId: proposal, reason });
        return 'پیشنهاد پذیرفته نشد و به داوطلب پیام داده شد.';
      }),
    ),
    takeBackIdentity: action(({ form, ...visit }) =>
      noticed(async () => {
        await takeBackIdentity(app, { ...visit, proposalId: form['proposal'] ?? '' });
        return 'پیشنهاد را پس گرفتید.';
      }),
    ),
  };
}

const DONE = 'هویت داوطلب حضوری تأیید شد و به او پیام داده شد.';
const PENDING = 'تأیید شما ثبت شد و به‌زودی اعمال می‌شود. چیزی از دست نرفته است.';

async function confirm(desk: IdentityDesk, { form, registrationId, staffId }: Visit): Promise<Notice> {
  const proposalId = form['proposal'] ?? '';
  // The same confirmation sent twice is one command.
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(['identityProof', registrationId, proposalId]))
    .digest();
  const idempotency = { scope: `staff:${staffId}`, key: bodyHash.toString('base64url'), bodyHash };
  let command: CommandView | undefined;
  const notice = await noticed(async () => {
    command = await desk.prove({ registrationId, staffId, proposalId, idempotency });
    return command.state === 'done' ? DONE : PENDING;
  });
  if (command?.state === 'refused') return noticeOf(command.code ?? 'proposal-over');
  return command === undefined || command.state === 'done' ? notice : { ...notice, type: 'info' };
}
