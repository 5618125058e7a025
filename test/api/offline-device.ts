/** A device that fills in a draft without a network, and what became of each of its writes. For the store's functions. */
import { expect } from '@jest/globals';
import { answerAt, type Answers } from '../../domain/questionnaire.ts';
import { Refusal, type RefusalDetails } from '../../domain/refusal.ts';
import type { Database } from '../../store/database.ts';
import { changeDraft, getDraft, saveDraft } from '../../store/drafts.ts';

/** What the devices write: two plain answers, one that hides others, two that it hides, and a list. */
export const FIELDS = [
  ...['identity/birthPlace', 'identity/issuePlace', 'education/degree', 'education/subject'],
  ...['education/institution', 'jobs'],
] as const;
export type FieldName = (typeof FIELDS)[number];

/** What hides a field when it changes. */
const HIDES: Partial<Record<FieldName, FieldName>> = {
  'education/subject': 'education/degree',
  'education/institution': 'education/degree',
};

export interface Draft {
  readonly version: number;
  readonly answers: Answers;
}

/** A write that the store has made. */
interface Write {
  readonly field: FieldName;
  readonly value: unknown;
  /** The answers that the device had before its eyes when it wrote. */
  readonly seen: Answers;
  /** Whether the device was told. */
  readonly acknowledged: boolean;
}

export interface Ledger {
  readonly writes: Write[];
  readonly met: { merged: number; conflicts: number; lost: number; refused: number };
}

export const valueAt = (answers: Answers, field: FieldName): unknown =>
  field === 'jobs' ? (answers['jobs'] ?? []) : answerAt(answers, `/answers/${field}`);

/** The values of these fields, in the shape of answers. */
function shaped(values: ReadonlyMap<FieldName, unknown>): Record<string, unknown> {
  const answers: Record<string, Record<string, unknown> | unknown[]> = {};
  for (const [field, value] of values) {
    const [section = '', key] = field.split('/');
    if (key === undefined) answers[section] = value as unknown[];
    else answers[section] = { ...answers[section], [key]: value };
  }
  return answers;
}

interface Place {
  readonly registrationId: string;
  readonly candidateId: string;
}
/** What a device does in a conflict: keeps its own, having seen the other's; or gives its own up. */
export type Settles = 'mine' | 'theirs';
interface Sending {
  readonly way: 'patch' | 'put';
  readonly reply: 'arrives' | 'is lost';
  readonly settles: Settles;
}

export interface Device {
  edit(field: FieldName, value: unknown): void;
  read(): Promise<void>;
  send(sending: Sending): Promise<void>;
}

/** `ledger` is shared by the devices of one draft. */
export function newDevice(db: Database, place: Place, ledger: Ledger): Device {
  let copy: Draft = { version: 0, answers: {} };
  const pending = new Map<FieldName, unknown>();

  const read = async (): Promise<void> => {
    // Who has changes of their own keeps what they were made to.
    if (pending.size === 0) copy = await getDraft(db, place);
  };

  const request = (way: Sending['way']): Promise<Draft> => {
    const change = { ...place, version: copy.version };
    const own = shaped(pending);
    if (way === 'patch') return changeDraft(db, { ...change, answers: own });
    const answers: Record<string, unknown> = { ...copy.answers };
    for (const [section, given] of Object.entries(own)) {
      answers[section] = Array.isArray(given) ? given : { ...copy.answers[section], ...(given as object) };
    }
    return saveDraft(db, { ...change, answers });
  };

  const written = (now: Draft, acknowledged: boolean): void => {
    for (const [field, value] of pending) {
      // Hidden by another answer of the same request, and the device sees it in the reply.
      if (valueAt(now.answers, field) === undefined) continue;
      expect([field, valueAt(now.answers, field)]).toEqual([field, value]);
      ledger.writes.push({ field, value, seen: copy.answers, acknowledged });
    }
  };

  const settle = (
    way: Sending['way'],
    { versions, draft, changed, conflicts }: RefusalDetails,
    by: Settles,
  ) => {
    if (!versions || !draft || !changed || !conflicts) throw new Error('The refusal does not tell all');
    expect({ yours: copy.version, current: draft.version }).toEqual(versions);
    if (way === 'patch') expect(conflicts).not.toEqual([]);
    const between = FIELDS.filter((field) => {
      return JSON.stringify(valueAt(copy.answers, field)) !== JSON.stringify(valueAt(draft.answers, field));
    });
    expect(changed).toEqual(expect.arrayContaining(between.map((field) => `/answers/${field}`)));
    for (const [field, value] of pending) {
      const theirs = JSON.stringify(valueAt(draft.answers, field));
      const collides = changed.includes(`/answers/${field}`) && theirs !== JSON.stringify(value);
      if (collides) expect(conflicts).toContain(`/answers/${field}`);
      const hider = HIDES[field];
      const named = conflicts.includes(`/answers/${field}`);
      const hides = conflicts.some((pointer) => HIDES[pointer.slice(9) as FieldName] === field);
      if (by === 'theirs' && (named || hides || (hider && changed.includes(`/answers/${hider}`)))) {
        pending.delete(field);
      }
    }
    copy = draft;
  };

  return {
    edit: (field, value) => void pending.set(field, value),
    read,
    async send({ way, reply, settles }) {
      if (pending.size === 0) return read();
      try {
        const now = await request(way);
        written(now, reply === 'arrives');
        if (now.version > copy.version + 1) ledger.met.merged += 1;
        if (reply === 'is lost') return void (ledger.met.lost += 1);
        copy = now;
        pending.clear();
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'draft-changed') throw error;
        ledger.met[way === 'patch' ? 'conflicts' : 'refused'] += 1;
        settle(way, error.details, settles);
      }
    },
  };
}

/** Acknowledged writes that are gone, although nobody who saw them wrote over them, or hid them. */
export function disappeared({ writes }: Ledger, { answers }: Draft): Write[] {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return writes.filter(({ field, value, acknowledged }) => {
    if (!acknowledged || same(valueAt(answers, field), value)) return false;
    const over = [field, HIDES[field]];
    return !writes.some((other) => over.includes(other.field) && same(valueAt(other.seen, field), value));
  });
}
