/**
 * What the rules need of an election: its questionnaire, documents and reasons. They are large, almost every request
 * asks for them and they hardly ever change, so they are kept under the version of their row: a change counts at once.
 */
import type { DefectReason } from '../domain/defects.ts';
import type { RequiredKind } from '../domain/document-rules.ts';
import type { Questionnaire } from '../domain/questionnaire.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from './database.ts';

export interface ElectionRules {
  readonly questionnaire: Questionnaire;
  readonly documentKinds: readonly RequiredKind[];
  readonly defectReasons: readonly DefectReason[];
  readonly timeZone: string;
}

/** To be selected where `elections` is joined: another text after each change of the row. */
export const RULES_VERSION = 'elections.xmin::text as rules_version';

export interface RulesKey {
  readonly election_id: string;
  readonly rules_version: string;
}

interface RulesRow {
  readonly questionnaire: Questionnaire;
  readonly document_kinds: readonly RequiredKind[];
  readonly defect_reasons: readonly DefectReason[];
  readonly time_zone: string;
}

const kept = new Map<string, { readonly version: string; readonly rules: ElectionRules }>();

/** The rules of this version; what is returned is shared and must not be changed. @throws Refusal `not-found` */
export async function rulesOf(
  db: Database,
  { election_id: id, rules_version: version }: RulesKey,
): Promise<ElectionRules> {
  const known = kept.get(id);
  if (known?.version === version) return known.rules;
  const row = await db
    .knex('elections')
    .where({ id })
    .first<(RulesRow & { rules_version: string }) | undefined>(
      'questionnaire',
      'document_kinds',
      'defect_reasons',
      'time_zone',
      db.knex.raw(RULES_VERSION),
    );
  if (row === undefined) throw new Refusal('not-found');
  const rules: ElectionRules = {
    questionnaire: row.questionnaire,
    documentKinds: row.document_kinds,
    defectReasons: row.defect_reasons,
    timeZone: row.time_zone,
  };
  kept.set(id, { version: row.rules_version, rules });
  return rules;
}
