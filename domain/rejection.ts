/** Why a governorate closes a registration for good. What a candidate could mend is a defect, never one of these. */
export interface RejectionReason {
  readonly code: string;
  /** As the reviewer chooses it and the candidate reads it. */
  readonly title: string;
}

export const REJECTION_REASONS: readonly RejectionReason[] = [
  { code: 'condition-not-met', title: 'یکی از شرط‌های قانونی داوطلبی وجود ندارد' },
  { code: 'legal-bar', title: 'منع قانونی برای داوطلبی وجود دارد' },
  { code: 'false-statement', title: 'مدرک یا پاسخ نادرست ارائه شده است' },
  { code: 'office-not-resigned', title: 'استعفا از سمت موضوع ماده ۴۱ در مهلت قانونی پذیرفته نشده است' },
  { code: 'other-person', title: 'مدارک از آن شخص دیگری است' },
];

export function findRejectionReason(code: string): RejectionReason | undefined {
  return REJECTION_REASONS.find((reason) => reason.code === code);
}
