/** Joins requirements with the tests that carry their ids in the name, as Jest's JSON report tells how they ended. */
import type { Requirement } from './requirements.ts';

/** The part of Jest's report that is read here. */
export interface JestReport {
  readonly testResults: readonly {
    /** The path of the file. */
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
    }[];
  }[];
}

/** A test as it ended; what was skipped has not passed. */
interface Proof {
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
}

export interface Item extends Requirement {
  readonly proofs: readonly Proof[];
  /** `part`: its tests pass, and something of it is not shown by any. */
  readonly state: 'passed' | 'part' | 'failed' | 'open';
  /** What is not shown; null when nothing is known to be missing. */
  readonly remains: string | null;
}

const ID = /\b(?:OTP|SES|API|UPL|ADM|WF|DAT|DL|NET)-\d+\b/gu;

function idsIn(name: string): Set<string> {
  return new Set(name.match(ID));
}

function proofsOf({ testResults }: JestReport): (Proof & { readonly ids: Set<string> })[] {
  return testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      ...{ file, name: fullName, passed: status === 'passed' },
      ids: idsIn(fullName),
    })),
  );
}

function stateOf(proofs: readonly Proof[], remains: string | null): Item['state'] {
  if (proofs.length === 0) return 'open';
  if (!proofs.every(({ passed }) => passed)) return 'failed';
  return remains === null ? 'passed' : 'part';
}

interface Requirements {
  readonly requirements: readonly Requirement[];
  /** By id: what its tests are known to leave out. */
  readonly remains: Readonly<Record<string, string>>;
}

/** Every requirement with its tests. */
export function joinItems({ requirements, remains: left }: Requirements, report: JestReport): Item[] {
  const all = proofsOf(report);
  return requirements.map((requirement) => {
    const remains = left[requirement.id] ?? null;
    const proofs = all
      .filter(({ ids }) => ids.has(requirement.id))
      .map(({ file, name, passed }) => ({ file, name, passed }));
    return { ...requirement, proofs, remains, state: stateOf(proofs, remains) };
  });
}

/** Ids in the names of tests that no requirement has: misspelt, most likely. */
export function unknownIds(requirements: readonly Requirement[], report: JestReport): string[] {
  const known = new Set(requirements.map(({ id }) => id));
  const named = proofsOf(report).flatMap(({ ids }) => [...ids]);
  return [...new Set(named)].filter((id) => !known.has(id));
}

/** Files that ended before their tests could: whatever they would have shown is not shown. */
export function brokenFiles({ testResults }: JestReport): string[] {
  return testResults
    .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
    .map(({ name }) => name);
}
