/** The documents of an election: which kinds, what a picture of each may look like, and who has to bring it. */
import { ageOn } from './eligibility.ts';
import { answerAt, type AnswerValue, type Answers } from './questionnaire.ts';

/** What clients are told of a kind of document (API.md §2). */
export interface DocumentKind {
  readonly kind: string;
  readonly title: string;
  readonly whatFor: string;
  readonly mediaType: 'image/jpeg';
  /** Most bytes of the upload. */
  readonly maxBytes: number;
  /** Least length of the shorter side and most length of the longer one, in pixels. */
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** A condition that must hold for a document to be required; the parts that are given must all hold. */
export interface RequiredWhen {
  readonly answer?: { readonly pointer: string; readonly in: readonly AnswerValue[] };
  /** Full years on the day that is asked about. */
  readonly youngerThan?: number;
}

/** A kind as the election keeps it: with the rule that says whose it is. */
export interface RequiredKind extends DocumentKind {
  readonly required: 'always' | RequiredWhen;
}

export const DOCUMENT_MAX_BYTES = 102_400;

interface Applicant {
  /** ISO, Gregorian. */
  readonly birthDate: string;
}

function holds(rule: RequiredKind['required'], answers: Answers, age: number): boolean {
  if (rule === 'always') return true;
  const { answer, youngerThan } = rule;
  const given = answer === undefined ? undefined : answerAt(answers, answer.pointer);
  const answerHolds = answer === undefined || (given !== undefined && answer.in.includes(given));
  return answerHolds && (youngerThan === undefined || age < youngerThan);
}

/**
 * The kinds that this person has to bring with these answers, in the election's order.
 * `today` is the calendar day (ISO) in the election's time zone.
 */
export function requiredDocuments(
  election: { readonly documentKinds: readonly RequiredKind[] },
  answers: Answers,
  { birthDate, today }: Applicant & { readonly today: string },
): string[] {
  const age = ageOn(birthDate, today);
  return election.documentKinds
    .filter(({ required }) => holds(required, answers, age))
    .map(({ kind }) => kind);
}

/** What clients are told of a kind: all but the rule, which the server applies. */
export function publicKind({
  kind,
  title,
  whatFor,
  mediaType,
  maxBytes,
  minPixels,
  maxPixels,
}: RequiredKind): DocumentKind {
  return { kind, title, whatFor, mediaType, maxBytes, minPixels, maxPixels };
}
