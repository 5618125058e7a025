/** The shapes of API.md that the journey reads; only what it uses. */

export type AnswerValue = string | number | boolean;
export type SectionAnswers = Record<string, AnswerValue>;
export type Answers = Record<string, SectionAnswers | SectionAnswers[]>;

export interface Field {
  readonly key: string;
  readonly type: 'text' | 'digits' | 'number' | 'date' | 'boolean' | 'choice';
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly minLength?: number | null;
  readonly maxLength?: number | null;
  readonly pattern?: string | null;
  readonly min?: number | string | null;
  readonly max?: number | string | null;
  readonly options?: readonly { readonly value: string; readonly title: string }[] | null;
  readonly shownWhen?: { readonly pointer: string; readonly in: readonly AnswerValue[] } | null;
}

export interface Section {
  readonly key: string;
  readonly repeated: { readonly max: number } | null;
  readonly fields: readonly Field[];
}

export interface Election {
  readonly id: string;
  readonly title: string;
  readonly timeZone: string;
  readonly windows: readonly { readonly kind: string; readonly opensAt: string; readonly closesAt: string }[];
  readonly documentKinds: readonly { readonly kind: string }[];
  readonly questionnaire: { readonly version: number | string; readonly sections: readonly Section[] };
  readonly defectReasons: readonly {
    readonly code: string;
    readonly title: string;
    readonly appliesTo: 'answer' | 'document';
  }[];
}

export interface Constituency {
  readonly id: string;
  readonly title: string;
  readonly kind: 'city' | 'village';
}

export interface Registration {
  readonly id: string;
  readonly status: string;
  readonly whoseMove: string;
  readonly revision: number;
  readonly round: number;
  readonly identity: {
    readonly line: 'pending' | 'confirmed' | 'refused';
    readonly card: 'none' | 'started' | 'pending' | 'confirmed' | 'refused';
    readonly reason: string | null;
    readonly triesLeft: number;
  };
  readonly preliminaryCode: string | null;
  readonly deadline: string | null;
  readonly openDefects: readonly { readonly id: string; readonly target: string; readonly reason: string }[];
}

export interface CardVerification {
  readonly id: string;
  readonly state: 'starting' | 'started' | 'returned' | 'pending' | 'confirmed' | 'refused' | 'abandoned';
  readonly redirectUrl?: string | null;
  readonly reason?: string | null;
}

export interface Draft {
  readonly version: number;
  readonly answers: Answers;
  readonly problems: readonly { readonly pointer: string; readonly code: string }[];
}

export interface DocumentItem {
  readonly kind: string;
  readonly required: boolean;
  readonly present: boolean;
  readonly version: number | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly accepted: boolean | null;
  readonly maxBytes: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

export interface CommandAnswer {
  readonly commandId: string;
  readonly state: 'accepted' | 'delivered' | 'done' | 'refused';
  readonly receivedAt: string;
}

/** `GET /commands/{id}`. */
export interface Command {
  readonly id: string;
  readonly kind: string;
  readonly state: CommandAnswer['state'];
  readonly code: string | null;
  readonly receivedAt: string;
  readonly result: Readonly<Record<string, unknown>> | null;
}

export interface SubmissionAnswer extends CommandAnswer {
  readonly preliminaryCode: string;
  readonly contentHash: string;
  /** `awaited`: no code could be sent, and it is to be confirmed when one can. */
  readonly confirmation: 'given' | 'awaited';
}

export interface Message {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly sentAt: string;
}
