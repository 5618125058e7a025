/** Elections and what belongs to them, as anybody may read them. */
import type { DefectReason } from '../domain/defects.ts';
import { publicKind, type DocumentKind, type RequiredKind } from '../domain/document-rules.ts';
import type { Questionnaire } from '../domain/questionnaire.ts';
import { Refusal } from '../domain/refusal.ts';
import type { ConstituencyKind } from './constituencies.ts';
import type { Database } from './database.ts';

export interface Election {
  readonly id: string;
  readonly title: string;
  readonly term: number;
  readonly kinds: readonly ConstituencyKind[];
  readonly timeZone: string;
  readonly windows: readonly {
    readonly kind: 'registration';
    readonly opensAt: Date;
    readonly closesAt: Date;
    readonly dailyFrom: string | null;
    readonly dailyTo: string | null;
  }[];
  readonly correctionHours: number;
  readonly documentKinds: readonly DocumentKind[];
  readonly questionnaire: Questionnaire;
  readonly defectReasons: readonly DefectReason[];
}

interface ElectionRow {
  id: string;
  title: string;
  term: number;
  kinds: ConstituencyKind[];
  time_zone: string;
  correction_hours: number;
  questionnaire: Questionnaire;
  document_kinds: RequiredKind[];
  defect_reasons: DefectReason[];
}

interface WindowRow {
  election_id: string;
  kind: 'registration';
  opens_at: Date;
  closes_at: Date;
  daily_from: string | null;
  daily_to: string | null;
}

function election(row: ElectionRow, windows: readonly WindowRow[]): Election {
  return {
    id: row.id,
    title: row.title,
    term: row.term,
    kinds: row.kinds,
    timeZone: row.time_zone,
    windows: windows
      .filter((window) => window.election_id === row.id)
      .map((window) => ({
        kind: window.kind,
        opensAt: window.opens_at,
        closesAt: window.closes_at,
        dailyFrom: window.daily_from,
        dailyTo: window.daily_to,
      })),
    correctionHours: row.correction_hours,
    documentKinds: row.document_kinds.map(publicKind),
    questionnaire: row.questionnaire,
    defectReasons: row.defect_reasons,
  };
}

/** All elections, the newest term first. */
export async function listElections(db: Database): Promise<Election[]> {
  const rows = await db.knex<ElectionRow>('elections').orderBy([
    { column: 'term', order: 'desc' },
    { column: 'created_at', order: 'asc' },
  ]);
  const windows = await db.knex<WindowRow>('election_windows');
  return rows.map((row) => election(row, windows));
}

/** @throws Refusal `not-found` */
export async function getElection(db: Database, id: string): Promise<Election> {
  const row = await db.knex<ElectionRow>('elections').where({ id }).first();
  if (!row) throw new Refusal('not-found');
  return election(row, await db.knex<WindowRow>('election_windows').where({ election_id: id }));
}
