/** Constituencies, each with the names of the divisions around it. */
import type { Knex } from 'knex';
import { searchKey } from '../domain/persian-text.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Database } from './database.ts';

export type ConstituencyKind = 'city' | 'village';

export interface Constituency {
  readonly id: string;
  readonly title: string;
  readonly kind: ConstituencyKind;
  readonly province: string;
  readonly county: string;
  readonly district: string | null;
  readonly seats: number;
}

interface ConstituencyQuery {
  readonly electionId: string;
  /** Part of the title, in any spelling. */
  readonly search?: string | undefined;
  /** Names (or codes) of divisions. */
  readonly province?: string | undefined;
  readonly county?: string | undefined;
  readonly kind?: ConstituencyKind | undefined;
  /** The id after which the page begins. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** `placed`: walks from the division of each constituency meant up to its province, and names what lies on the way. */
const placed = (meant: string) => `
with recursive up as (
  select c.id as constituency_id, d.code, d.level, d.name, d.parent_code
    from constituencies c join divisions d on d.code = c.division_code where ${meant}
  union all
  select up.constituency_id, d.code, d.level, d.name, d.parent_code
    from up join divisions d on d.code = up.parent_code
), placed as (
  select c.id, c.title, c.title_key, c.kind, c.seats,
         max(up.name) filter (where up.level = 'province') as province,
         max(up.code) filter (where up.level = 'province') as province_code,
         max(up.name) filter (where up.level = 'county') as county,
         max(up.code) filter (where up.level = 'county') as county_code,
         max(up.name) filter (where up.level = 'district') as district
    from constituencies c join up on up.constituency_id = c.id group by c.id
)
select id, title, kind, province, county, district, seats from placed`;

const BY_ID = placed('c.id = any(:ids)');

const PAGE = `${placed('c.election_id = :electionId')}
 where (:after::uuid is null or id > :after)
   and (:kind::text is null or kind = :kind)
   and (:search::text is null or strpos(title_key, :search) > 0)
   and (:province::text is null or :province in (province, province_code))
   and (:county::text is null or :county in (county, county_code))
 order by id limit :limit`;

interface Kept {
  readonly constituency: Constituency;
  readonly until: number;
}

/** Names of places; what is a minute old is good enough for a page, and the way up to the province costs much to plan. */
const KEPT_MS = 60_000;
const keptOf = new WeakMap<Knex, Map<string, Kept>>();

/** By id; an unknown id is left out. What is returned may be a minute old. */
export async function readConstituencies(
  { knex }: Database,
  ids: readonly string[],
): Promise<Map<string, Constituency>> {
  const kept = keptOf.get(knex) ?? new Map<string, Kept>();
  keptOf.set(knex, kept);
  const now = Date.now();
  const missing = [...new Set(ids)].filter((id) => (kept.get(id)?.until ?? 0) <= now);
  if (missing.length > 0) {
    const { rows } = await knex.raw<{ rows: Constituency[] }>(BY_ID, { ids: missing });
    for (const constituency of rows) kept.set(constituency.id, { constituency, until: now + KEPT_MS });
  }
  const found = ids.flatMap((id) => kept.get(id)?.constituency ?? []);
  return new Map(found.map((constituency) => [constituency.id, constituency]));
}

/**
 * Constituencies of an election, a page at a time; `next` is the `after` of the next page, null on the last.
 * @throws Refusal `not-found` for an unknown election.
 */
export async function listConstituencies(
  db: Database,
  query: ConstituencyQuery,
): Promise<{ items: Constituency[]; next: string | null }> {
  const known = await db.knex('elections').select('id').where({ id: query.electionId }).first();
  if (!known) throw new Refusal('not-found');
  const search = query.search === undefined ? null : searchKey(query.search);
  // Nothing but signs: no title holds that, while every title holds the empty text.
  if (search === '') return { items: [], next: null };
  const { rows } = await db.knex.raw<{ rows: Constituency[] }>(PAGE, {
    electionId: query.electionId,
    search,
    province: query.province ?? null,
    county: query.county ?? null,
    kind: query.kind ?? null,
    after: query.after ?? null,
    limit: query.limit + 1,
  });
  const items = rows.slice(0, query.limit);
  return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}
