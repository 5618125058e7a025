/** Defects: what a reviewer found, item by item, and what the candidate may change because of it. */
import type { Status } from './lifecycle.ts';
import type { DocumentKind, RequiredKind } from './document-rules.ts';
import { cleanText } from './persian-text.ts';
import { entriesOf, isShown, type Answers, type Field, type Questionnaire } from './questionnaire.ts';
import type { ItemCode, RefusalItem } from './refusal.ts';

/** A reason of the election's library. */
export interface DefectReason {
  readonly code: string;
  readonly title: string;
  readonly whatToDo: string;
  readonly appliesTo: 'answer' | 'document';
}

/** A defect as a reviewer writes it. The note is for the candidate. */
export interface ProposedDefect {
  readonly target: string;
  readonly reason: string;
  readonly note?: string | null;
}

export type DefectTarget =
  | { readonly kind: 'answer'; readonly pointer: string }
  | { readonly kind: 'document'; readonly documentKind: string };

export const DEFECTS_MAX = 100;
export const NOTE_MAX_LENGTH = 500;

const ANSWER_TARGET =
  /^\/answers\/[A-Za-z][A-Za-z0-9]*(?:\/(?:0|[1-9]\d{0,3}))?(?:\/[A-Za-z][A-Za-z0-9]*)?$/u;
const DOCUMENT_TARGET = /^\/documents\/(?<kind>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/u;

/** What a target points at (an answer, a whole section or entry of it, or a document); undefined for another form. */
export function parseTarget(target: string): DefectTarget | undefined {
  if (ANSWER_TARGET.test(target)) return { kind: 'answer', pointer: target };
  const documentKind = DOCUMENT_TARGET.exec(target)?.groups?.kind;
  return documentKind === undefined ? undefined : { kind: 'document', documentKind };
}

export function documentTarget(documentKind: string): string {
  return `/documents/${documentKind}`;
}

/** Everything that defects can be put on, for these answers. */
interface Reviewed {
  readonly questionnaire: Questionnaire;
  readonly documentKinds: readonly DocumentKind[];
  readonly reasons: readonly DefectReason[];
  readonly answers: Answers;
}

/** The targets that these answers offer: every shown field that a candidate can change, and the sections around them. */
function answerTargets({ questionnaire, answers }: Reviewed): Set<string> {
  const correctable = (field: Field) => !field.readOnly && isShown(field, answers);
  return new Set(
    questionnaire.sections.flatMap((section) => {
      const entries = entriesOf(section, answers).map(({ pointer }) => ({
        pointer,
        fields: section.fields.filter(correctable).map(({ key }) => `${pointer}/${key}`),
      }));
      const inside = entries.flatMap(({ pointer, fields }) =>
        fields.length > 0 ? [pointer, ...fields] : [],
      );
      return section.repeated === null ? inside : [`/answers/${section.key}`, ...inside];
    }),
  );
}

type Problem = readonly [code: ItemCode, message: string];

function problemOfTarget(defect: ProposedDefect, reviewed: Reviewed): Problem | undefined {
  const target = parseTarget(defect.target);
  const exists =
    target?.kind === 'document'
      ? reviewed.documentKinds.some(({ kind }) => kind === target.documentKind)
      : target !== undefined && answerTargets(reviewed).has(target.pointer);
  return exists
    ? undefined
    : ['target-unknown', 'چنین موردی در این پرونده نیست یا داوطلب نمی‌تواند آن را تغییر دهد.'];
}

function problemOfReason(defect: ProposedDefect, { reasons }: Reviewed): Problem | undefined {
  const reason = reasons.find(({ code }) => code === defect.reason);
  if (reason === undefined) return ['reason-unknown', 'این دلیل در فهرست دلیل‌ها نیست.'];
  const target = parseTarget(defect.target);
  return target === undefined || target.kind === reason.appliesTo
    ? undefined
    : ['reason-not-applicable', 'این دلیل برای این مورد نیست.'];
}

function problemOfNote({ note }: ProposedDefect): Problem | undefined {
  if (note === undefined || note === null) return undefined;
  const text = cleanText(note);
  if (text === undefined) return ['text-invalid', 'این متن نویسه‌ای دارد که نمی‌توان نگه داشت.'];
  return text.length > NOTE_MAX_LENGTH ? ['too-long', 'توضیح بیش از اندازه بلند است.'] : undefined;
}

/**
 * What is wrong with a list of defects; empty when the reviewer may send it. Each target has to exist in the revision
 * that was seen and to be the candidate's to change, or the round could never end.
 */
export function validateDefects(defects: readonly ProposedDefect[], reviewed: Reviewed): RefusalItem[] {
  if (defects.length === 0) {
    return [{ pointer: '/defects', code: 'required', message: 'دست‌کم یک مورد را برگزینید.' }];
  }
  if (defects.length > DEFECTS_MAX) {
    return [{ pointer: '/defects', code: 'too-many', message: 'تعداد موردها بیش از اندازه است.' }];
  }
  return defects.flatMap((defect, index) => {
    const twice =
      defects.findIndex(({ target, reason }) => target === defect.target && reason === defect.reason) < index;
    const found: Readonly<Record<string, Problem | undefined>> = {
      target: twice
        ? ['target-repeated', 'همین دلیل برای این مورد یک بار آمده است.']
        : problemOfTarget(defect, reviewed),
      reason: problemOfReason(defect, reviewed),
      note: problemOfNote(defect),
    };
    return Object.entries(found).flatMap(([key, problem]) =>
      problem === undefined
        ? []
        : [{ pointer: `/defects/${index}/${key}`, code: problem[0], message: problem[1] }],
    );
  });
}

/** Whether `pointer` is the target itself or lies inside it. */
function covers(target: string, pointer: string): boolean {
  return pointer === target || pointer.startsWith(`${target}/`);
}

/** Whether a change of what `target` covers can change the answer at `pointer`. */
function touches(targets: ReadonlySet<string>, pointer: string): boolean {
  return [...targets].some((target) => covers(target, pointer));
}

/**
 * What the candidate may change for these open defects: their targets, and what hangs on them. A corrected answer may
 * show another field or ask for another document; were that locked, the correction could never be sent.
 */
export function unlockedTargets(
  targets: readonly string[],
  { questionnaire, documentKinds }: { questionnaire: Questionnaire; documentKinds: readonly RequiredKind[] },
): string[] {
  const unlocked = new Set(targets);
  const dependents = questionnaire.sections.flatMap(({ key, fields }) =>
    fields.map((field) => ({ target: `/answers/${key}/${field.key}`, on: field.shownWhen?.pointer })),
  );
  const documents = documentKinds.map(({ kind, required }) => ({
    target: documentTarget(kind),
    on: required === 'always' ? undefined : required.answer?.pointer,
  }));
  for (let before = -1; before < unlocked.size;) {
    before = unlocked.size;
    for (const { target, on } of [...dependents, ...documents]) {
      if (on !== undefined && touches(unlocked, on)) unlocked.add(target);
    }
  }
  return [...unlocked];
}

/**
 * Whether the candidate may change an item now. Before the first submission everything; while corrections are awaited
 * exactly what is unlocked; otherwise nothing. `item` is a pointer (`/answers/…`, `/documents/…`) or a document kind.
 */
export function mayChange(status: Status, unlocked: readonly string[], item: string): boolean {
  switch (status) {
    case 'awaiting-verification':
    case 'awaiting-submission':
      return true;
    case 'awaiting-corrections':
      return touches(new Set(unlocked), item.startsWith('/') ? item : documentTarget(item));
    default:
      return false;
  }
}
