/**
 * What a device changed without a network, merged into a draft that has changed meanwhile: field by field, by the
 * version in which each field last changed (SES-3, docs/adr/0010). Nothing of either side is dropped without a name.
 *
 * A field is here an answer of a section that is filled in once, and the whole list of a repeated one: its entries have
 * no names but their places, and once one is taken out each of the others stands in another's place.
 */
import { changedPointers, normalizeAnswers } from './answers.ts';
import {
  answerAt,
  type Answers,
  type AnswerValue,
  type Questionnaire,
  type SectionAnswers,
} from './questionnaire.ts';

/** By the JSON pointer of a field, the version of the draft in which it last changed; a field without one never did. */
export type FieldVersions = Readonly<Record<string, number>>;

/** One field that a candidate can change. `key` is null for a whole list. */
interface MergeField {
  readonly pointer: string;
  readonly section: string;
  readonly key: string | null;
  /** Pointers to the answers that decide whether it, or something in it, is shown. */
  readonly hangsOn: readonly string[];
}

function mergeFields({ sections }: Questionnaire): MergeField[] {
  return sections.flatMap(({ key: section, repeated, fields }): MergeField[] => {
    const own = fields.filter(({ readOnly }) => !readOnly);
    const hangsOn = own.map(({ shownWhen }) => (shownWhen === null ? [] : [shownWhen.pointer]));
    if (repeated !== null) {
      return [{ pointer: `/answers/${section}`, section, key: null, hangsOn: [...new Set(hangsOn.flat())] }];
    }
    return own.map(({ key }, index) => {
      return { pointer: `/answers/${section}/${key}`, section, key, hangsOn: hangsOn[index] ?? [] };
    });
  });
}

/** Pointers of all fields that a candidate can change. */
export function fieldsOf(questionnaire: Questionnaire): string[] {
  return mergeFields(questionnaire).map(({ pointer }) => pointer);
}

/** Pointers of the fields that differ between two (normalised) sets of answers. */
export function changedFields(questionnaire: Questionnaire, before: Answers, after: Answers): string[] {
  const lists = new Set(questionnaire.sections.flatMap(({ key, repeated }) => (repeated ? [key] : [])));
  const fields = changedPointers(before, after).map((pointer) => {
    const section = pointer.split('/')[2] ?? '';
    return lists.has(section) ? `/answers/${section}` : pointer;
  });
  return [...new Set(fields)];
}

/** The versions of the fields after these have changed in `version`. */
export function touchFields(
  versions: FieldVersions,
  changed: readonly string[],
  version: number,
): FieldVersions {
  return { ...versions, ...Object.fromEntries(changed.map((pointer) => [pointer, version])) };
}

/** Pointers of the fields that have changed after a version. */
export function changedSince(versions: FieldVersions, version: number): string[] {
  return Object.keys(versions).filter((pointer) => (versions[pointer] ?? 0) > version);
}

/** What one device changed, and what it is merged into. */
export interface MergeSides {
  readonly questionnaire: Questionnaire;
  /** The draft as it stands, normalised. */
  readonly current: Answers;
  readonly fieldVersions: FieldVersions;
  /** The version of the draft that the device changed. */
  readonly base: number;
  /**
   * Nothing but what it changed, shaped like answers (`unknownFields` has nothing to say of it): null takes an answer
   * away, a repeated section stands whole. Read-only fields are passed over.
   */
  readonly changes: unknown;
}

/** The answers of both sides in one; or the fields, at least one, for which there is no such thing. */
export type Merge = { readonly answers: Answers } | { readonly conflicts: readonly string[] };

/**
 * Merges. A field that one side alone has changed is taken from that side, and one that both have changed to the same
 * is no conflict, so that a change whose reply was lost can be sent again. In conflict is a field that
 *
 * - both have changed, differently;
 * - the other side has changed and our changes would hide: it would lose its answer;
 * - we have changed and a change of the other side hides: we should lose it.
 *
 * What our own changes hide of our own, or of what stood there before, is left out, as of every draft.
 */
export function mergeDraft(sides: MergeSides): Merge {
  const { questionnaire, current, fieldVersions, base, changes } = sides;
  const fields = mergeFields(questionnaire);
  const wanted = overlay(sides, fields);
  const answers = normalizeAnswers(questionnaire, wanted);
  const ours = new Set(fields.filter((field) => names(changes, field)).map(({ pointer }) => pointer));
  const differ = (one: Answers, other: Answers) => new Set(changedFields(questionnaire, one, other));
  const [asked, done, lost] = [differ(current, wanted), differ(current, answers), differ(wanted, answers)];
  const isNewer = (pointer: string): boolean => (fieldVersions[pointer] ?? 0) > base;
  const conflicts = fields.filter(({ pointer, hangsOn }) => {
    if (isNewer(pointer)) return asked.has(pointer) || done.has(pointer);
    return ours.has(pointer) && lost.has(pointer) && hiddenBy(fields, hangsOn).some(isNewer);
  });
  return conflicts.length > 0 ? { conflicts: conflicts.map(({ pointer }) => pointer) } : { answers };
}

/** The answers that decide whether a field is shown, and those that decide about these in turn. */
function hiddenBy(fields: readonly MergeField[], hangsOn: readonly string[]): string[] {
  const found = new Set(hangsOn);
  // A set that grows while it is walked is walked to its end.
  for (const pointer of found) {
    for (const above of fields.find((field) => field.pointer === pointer)?.hangsOn ?? []) found.add(above);
  }
  return [...found];
}

function sectionOf(given: unknown, section: string): unknown {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, section)) return undefined;
  return (given as Readonly<Record<string, unknown>>)[section];
}

function names(changes: unknown, { section, key }: MergeField): boolean {
  const given = sectionOf(changes, section);
  if (key === null || typeof given !== 'object' || given === null) return given !== undefined;
  return Object.hasOwn(given, key);
}

/** The draft with the changes on it, in the form in which answers are kept; what they hide is still there. */
function overlay({ questionnaire, current, changes }: MergeSides, fields: readonly MergeField[]): Answers {
  const given = normalizeAnswers(withoutConditions(questionnaire), changes);
  const wanted: Record<string, SectionAnswers | readonly SectionAnswers[]> = { ...current };
  for (const field of fields.filter((one) => names(changes, one))) {
    const { pointer, section, key } = field;
    if (key === null) wanted[section] = given[section] ?? [];
    else wanted[section] = withAnswer(wanted[section] as SectionAnswers, key, answerAt(given, pointer));
  }
  return wanted;
}

function withAnswer(
  section: SectionAnswers | undefined,
  key: string,
  value: AnswerValue | undefined,
): SectionAnswers {
  const { [key]: _before, ...others } = section ?? {};
  return value === undefined ? others : { ...others, [key]: value };
}

function withoutConditions(questionnaire: Questionnaire): Questionnaire {
  const shown = questionnaire.sections.map((section) => {
    return { ...section, fields: section.fields.map((field) => ({ ...field, shownWhen: null })) };
  });
  return { ...questionnaire, sections: shown };
}
