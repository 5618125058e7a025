/** A decision on a file: one command, and what came of it. The law and the scope are asked again at the door. */
import { createHash } from 'node:crypto';
import { NotFoundError, type ActionContext, type RecordActionResponse } from 'adminjs';
import { z } from 'zod';
import { asciiDigits, cleanText } from '../../domain/persian-text.ts';
import { Refusal } from '../../domain/refusal.ts';
import { DEFECTS_MAX, NOTE_MAX_LENGTH, type ProposedDefect } from '../../domain/defects.ts';
import type { acceptDecision, CommandView } from '../../store/commands.ts';
import type { Database } from '../../store/database.ts';
import type { Staff } from '../../store/staff.ts';
import { nextWaiting } from '../../store/waiting.ts';
import { ROOT } from '../access.ts';
import { staffOfContext } from '../context.ts';
import type { Form } from '../form.ts';
import { noticeOf, type Notice } from '../problems.ts';
import type { RecordAction } from './record-action.ts';

export type DecisionRequest = Parameters<typeof acceptDecision>[1];

export interface DecisionDesk {
  readonly panel: Database;
  /** Accepts the decision, hands it on, and waits a little for its outcome. */
  decide(request: DecisionRequest): Promise<CommandView>;
}

export const DECISION_ACTIONS = { approve: 'approval', return: 'corrections', reject: 'rejection' } as const;
type DecisionAction = keyof typeof DECISION_ACTIONS;

const KEY_LENGTH_MAX = 128;
const note = z.string().max(NOTE_MAX_LENGTH).nullish();
const defectList = z
  .array(z.strictObject({ target: z.string().max(200), reason: z.string().max(60), note }))
  .min(1)
  .max(DEFECTS_MAX);

const SUCCESS: Readonly<Record<DecisionAction, string>> = {
  approve: 'ثبت‌نام تأیید شد.',
  return: 'پرونده برای رفع نقص بازگردانده شد.',
  reject: 'ثبت‌نام رد شد.',
};
const PENDING = 'تصمیم شما ثبت شد و به‌زودی اعمال می‌شود. چیزی از دست نرفته است.';

export function decisionAction(desk: DecisionDesk, name: DecisionAction): RecordAction {
  return {
    actionType: 'record',
    component: false,
    isVisible: false,
    handler: async (request, _response, context) => {
      const { record } = context;
      if (!record) throw new NotFoundError('not-found', 'decision');
      const staff = staffOfContext(context);
      const outcome = await decideOn(desk, {
        name,
        staff,
        registrationId: record.id(),
        form: (request.payload ?? {}) as Form,
      });
      return { ...(await present(context, record.id())), ...outcome };
    },
  };
}

interface Decision {
  readonly name: DecisionAction;
  readonly staff: Staff;
  readonly registrationId: string;
  readonly form: Form;
}

interface Outcome {
  readonly notice: Notice;
  readonly command?: { readonly id: string; readonly state: string; readonly code: string | null };
  /** The file that has waited longest now, for the reviewer to go on with; absent when nothing was decided. */
  readonly next?: string | null;
  readonly redirectUrl?: string;
}

async function decideOn(desk: DecisionDesk, decision: Decision): Promise<Outcome> {
  try {
    const command = await desk.decide(requestOf(decision));
    const known = { id: command.id, state: command.state, code: command.code };
    if (command.state === 'refused')
      return { notice: noticeOf(command.code ?? 'stale-revision'), command: known };
    const done = command.state === 'done';
    const notice = {
      type: done ? 'success' : 'info',
      message: done ? SUCCESS[decision.name] : PENDING,
    } as const;
    const next = await nextWaiting(desk.panel, decision.staff, decision.registrationId);
    const redirectUrl = `${ROOT}/resources/registrations${next ? `/records/${next}/show` : ''}`;
    return { notice, command: known, next, redirectUrl };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { notice: noticeOf(error.code, error.details.errors) };
  }
}

/** The record as it is now: after a decision its status is another one. */
async function present(context: ActionContext, id: string): Promise<Pick<RecordActionResponse, 'record'>> {
  const record = (await context.resource.findOne(id, context)) ?? context.record;
  if (!record) throw new NotFoundError('not-found', 'decision');
  return { record: record.toJSON(context.currentAdmin) };
}

function requestOf({ name, staff, registrationId, form }: Decision): DecisionRequest {
  const kind = DECISION_ACTIONS[name];
  const content = {
    revision: revisionOf(form),
    ...(name === 'return' ? { defects: defectsOf(form) } : {}),
    ...(name === 'reject' ? { reason: form['reason'] ?? '', note: textOf(form['note'] ?? '') } : {}),
  };
  const bodyHash = createHash('sha256')
    .update(JSON.stringify([kind, registrationId, content]))
    .digest();
  // The same decision sent twice, by a double click or a browser that repeats, is one command.
  const key = form['idempotencyKey'] ?? bodyHash.toString('base64url');
  if (key.length > KEY_LENGTH_MAX) throw new Refusal('request-invalid');
  const idempotency = { scope: `staff:${staff.id}`, key, bodyHash };
  return { registrationId, staffId: staff.id, kind, ...content, idempotency };
}

function revisionOf(form: Form): number {
  const digits = asciiDigits(form['revision'] ?? '');
  if (!/^[1-9]\d{0,5}$/.test(digits)) {
    const message = 'نسخه پرونده گفته نشده است.';
    throw new Refusal('request-invalid', { errors: [{ pointer: '/revision', code: 'required', message }] });
  }
  return Number(digits);
}

function defectsOf(form: Form): ProposedDefect[] {
  let list: unknown;
  try {
    list = JSON.parse(form['defects'] ?? '');
  } catch {
    throw new Refusal('defects-invalid');
  }
  const parsed = defectList.safeParse(list);
  if (!parsed.success) throw new Refusal('defects-invalid');
  return parsed.data.map((defect) => ({ ...defect, note: textOf(defect.note ?? '') }));
}

/** What a reviewer wrote, cleaned; null for nothing. */
function textOf(text: string): string | null {
  if (text.length > NOTE_MAX_LENGTH) throw new Refusal('request-invalid');
  const clean = cleanText(text);
  if (clean === undefined) throw new Refusal('request-invalid');
  return clean || null;
}
