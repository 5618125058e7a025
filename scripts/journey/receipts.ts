/**
 * Every promise that a client was given, kept so that the loss check can hold the database to it; and what the client
 * itself claimed and typed, to which the outside world's evidence is held.
 */

/** An answer to a command: acceptance (202), or its outcome. */
export interface CommandReceipt {
  readonly what: 'command';
  readonly commandId: string;
  readonly kind: string;
  readonly key: string;
  readonly state: string;
  readonly receivedAt: string;
  readonly registrationId?: string;
  readonly preliminaryCode?: string;
  readonly contentHash?: string;
  /** The version of the draft that was submitted. */
  readonly draftVersion?: number;
}

/** A decision that the panel confirmed to the reviewer. */
export interface DecisionReceipt {
  readonly what: 'decision';
  readonly registrationId: string;
  readonly kind: 'corrections' | 'approval' | 'rejection';
  readonly revision: number;
}

export interface DraftReceipt {
  readonly what: 'draft';
  readonly registrationId: string;
  readonly version: number;
}

export interface DocumentReceipt {
  readonly what: 'document';
  readonly registrationId: string;
  readonly kind: string;
  readonly version: number;
  readonly sha256: string;
}

export interface SessionReceipt {
  readonly what: 'session';
  readonly codeId: string;
}

export type Receipt = CommandReceipt | DecisionReceipt | DraftReceipt | DocumentReceipt | SessionReceipt;

/** As whom, and on which line, somebody opened a registration. */
export interface Claim {
  readonly registrationId: string;
  readonly nationalId: string;
  /** `09…` */
  readonly mobile: string;
  /** ISO. */
  readonly birthDate: string;
}

export interface Receipts {
  keep(receipt: Receipt): void;
  readonly all: readonly Receipt[];
  claim(claim: Claim): void;
  readonly claims: readonly Claim[];
  /** Two members of staff have seen the person and a document of theirs. */
  witness(registrationId: string): void;
  readonly witnessed: readonly string[];
  /** A dynamic password was typed on the page at this address. */
  typeOn(pageUrl: string): void;
  /** A 202 said that this code is on its way. */
  promise(codeId: string): void;
  /** The ids of those that were promised. */
  readonly codes: readonly string[];
  /** The last part of the page's address, for each time. */
  readonly typed: readonly string[];
}

export function newReceipts(): Receipts {
  const [all, claims]: [Receipt[], Claim[]] = [[], []];
  const [typed, witnessed, codes]: [string[], string[], string[]] = [[], [], []];
  return {
    ...{ all, claims, typed, witnessed, codes },
    promise: (codeId) => void codes.push(codeId),
    witness: (registrationId) => void witnessed.push(registrationId),
    keep: (receipt) => void all.push(receipt),
    claim: (claim) => void claims.push(claim),
    typeOn: (pageUrl) => void typed.push(new URL(pageUrl).pathname.split('/').at(-1) ?? ''),
  };
}
