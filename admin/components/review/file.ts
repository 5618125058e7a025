/** The file as the API gives it (admin/actions/review.ts), and the reviewer's notes on it until they are sent. */
import type { RejectionReason } from '../../../domain/rejection.ts';
import type { Review as StoredReview, ReviewDocument } from '../../../store/review.ts';
import type { Answer } from '../calls.ts';

export interface ShownDocument extends ReviewDocument {
  readonly url: string;
}

export interface ReviewFile extends Omit<StoredReview, 'documents'> {
  readonly documents: readonly ShownDocument[];
  readonly rejectionReasons: readonly RejectionReason[];
  /** `09…`, for the governorate and while the submission waits for its code: they may have to call. Else null. */
  readonly mobile: string | null;
  /** The workflow's history in the engine's own pages; for headquarters only. */
  readonly workflowUrl: string | null;
}

export interface ReviewAnswer extends Answer {
  readonly review: ReviewFile;
}

export interface DecisionAnswer extends Answer {
  readonly next?: string | null;
}

/** A defect that the reviewer is about to send; the reason is empty until one is chosen. */
export interface Finding {
  readonly title: string;
  readonly reason: string;
  readonly note: string;
}

/** By target: a pointer into the answers or to a document. */
export type Findings = Readonly<Record<string, Finding>>;

export interface Desk {
  readonly file: ReviewFile;
  readonly findings: Findings;
  /** Whether defects can be noted at all: it is the governorate's move and this reader decides. */
  readonly open: boolean;
  /** Adds, changes or (null) takes away the finding on a target. */
  note(target: string, finding: Finding | null): void;
}

export function fullName(file: ReviewFile): string {
  return `${file.person['firstName'] ?? ''} ${file.person['lastName'] ?? ''}`.trim();
}
