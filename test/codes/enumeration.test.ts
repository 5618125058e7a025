/** OTP-9: who asks for codes, or guesses them, does not learn whose number it is. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import type { Reply } from '../api/client.ts';
import { DEVICE, openOffice, type Office } from '../api/office.ts';
import { rounds } from '../support/rounds.ts';
import { mannWhitney, quantile } from './mann-whitney.ts';
import { deskOfCodes, HOUR_MS, somebody, wrong } from './office.ts';

let office: Office;
let desk: ReturnType<typeof deskOfCodes>;
beforeAll(async () => {
  office = await openOffice();
  desk = deskOfCodes(office);
});
afterAll(() => office.close());

type Kind = 'nobody’s' | 'a candidate’s' | 'a signed-in candidate’s' | 'a locked' | 'a closed';
const KINDS: readonly Kind[] = [
  'nobody’s',
  'a candidate’s',
  'a signed-in candidate’s',
  'a locked',
  'a closed',
];

const hmacOf = (mobile: string) =>
  office.fresh.db.sealing.fingerprint('mobile', mobile.replace(/^0/u, '+98'));

/** A number of this kind; nothing of what made it so is younger than a day. */
async function numberOf(kind: Kind): Promise<string> {
  const mobile = somebody();
  if (kind === 'a candidate’s' || kind === 'a signed-in candidate’s') {
    const me = await office.signIn({ mobile, device: { ...DEVICE, id: 'at-home' } });
    if (kind === 'a candidate’s') await me.ask('DELETE', '/sessions/current');
  }
  const failures = { 'a locked': 90, 'a closed': 100 }[kind as string];
  if (failures !== undefined) {
    const row = { mobile_hmac: hmacOf(mobile), lane: 'strangers', failures };
    await office.fresh
      .owner('code_failures')
      .insert({ ...row, last_failed_at: new Date(office.services.now()) });
  }
  return mobile;
}

/** Everything that the answer shows, but for what is another one in each answer of whatever kind. */
function shapeOf({ status, headers, body }: Reply<unknown>) {
  const shown = [...headers]
    .filter(([name]) => !['date', 'x-request-id', 'etag'].includes(name))
    // How much is left to the caller's own address.
    .map(([name, value]) => [name, value.replace(/"address";r=\d+;t=\d+/u, '…')]);
  const withoutIds = (value: unknown): unknown =>
    typeof value === 'string'
      ? value.replace(/[\da-f]{8}-[\da-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z/gu, '…')
      : value;
  const members = Object.entries(body as object).map(([name, value]) => [name, withoutIds(value)]);
  return { status, headers: shown, members };
}

interface Observed {
  readonly shape: ReturnType<typeof shapeOf>;
  readonly statements: readonly string[];
}

const TIMES = 3;

/**
 * What a request shows, and the statements that it makes, in their order: its work, whatever the machine does beside.
 * Of several runs the shortest: other work on the same connections can only add statements to some of them.
 */
async function observe(ask: () => Promise<Reply<unknown>>): Promise<Observed> {
  const { knex } = office.fresh.db;
  const runs: Observed[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    office.wait(HOUR_MS);
    knex.on('query', note);
    runs.push({ shape: shapeOf(await ask()), statements });
    knex.off('query', note);
  }
  for (const { shape } of runs) expect(shape).toEqual(runs[0]?.shape);
  return runs.toSorted((a, b) => a.statements.length - b.statements.length)[0] as Observed;
}

describe('OTP-9', () => {
  test('OTP-9: a request for a code shows and does the same for every kind of number', async () => {
    const numbers = new Map<Kind, string>();
    for (const kind of KINDS) numbers.set(kind, await numberOf(kind));
    const seen = [];
    for (const kind of KINDS) seen.push(await observe(() => desk.ask(numbers.get(kind) ?? '', 'stranger')));
    expect(seen[0]?.shape.status).toBe(202);
    expect(seen[0]?.statements.length).toBeGreaterThan(5);
    for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
  });

  test('OTP-9: a wrong code shows and does the same for every kind of number that is open', async () => {
    const seen = [];
    for (const kind of KINDS.slice(0, 3)) {
      const mobile = await numberOf(kind);
      seen.push(
        await observe(async () => {
          const sent = await desk.ask(mobile, 'stranger');
          return desk.open(sent.body.id, wrong(office.codeFor(mobile)), 'stranger');
        }),
      );
    }
    expect(seen[0]?.shape.status).toBe(401);
    for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
  });

  /** Numbers of candidates, made in two statements: their sign-ins would take longer than the test. */
  async function candidates(count: number): Promise<string[]> {
    const [model] = (await office.fresh.owner('sessions').limit(1)) as Record<string, unknown>[];
    const made = Array.from({ length: count }, () => ({ id: newId(), mobile: somebody() }));
    const { db, owner } = office.fresh;
    await owner('candidates').insert(
      made.map(({ id, mobile }) => ({
        id,
        mobile_sealed: db.sealing.seal({ table: 'candidates', column: 'mobile_sealed', row: id }, mobile),
        mobile_hmac: hmacOf(mobile),
      })),
    );
    const codes = made.map(({ id }) => ({ codeId: newId(), id }));
    const [code] = (await owner('one_time_codes').limit(1)) as Record<string, unknown>[];
    await owner('one_time_codes').insert(
      codes.map(({ codeId }) => ({ ...code, id: codeId, mobile_hmac: hmacOf(codeId) })),
    );
    await owner('sessions').insert(
      codes.map(({ codeId, id }) => ({
        ...model,
        ...{ id: newId(), candidate_id: id, code_id: codeId, token_hash: Buffer.from(codeId) },
        ...{ ended_at: null, ended_by: null, replaced_by: null },
      })),
    );
    return made.map(({ mobile }) => mobile);
  }

  const PAIRS = rounds(40, 1_000);
  /** By chance alone a batch of equal sources is called different once in a hundred; six in a row never are. */
  const BATCHES = rounds(6, 3);
  const P_LEAST = 0.01;
  /** Between the medians. Forty times beside a busy neighbour say no more of it than their ranks do. */
  const WITHIN_MS = rounds(Number.POSITIVE_INFINITY, 5);

  async function batch() {
    const known = await candidates(PAIRS);
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
    const timed = async (mobile: string): Promise<number> => {
      const begun = performance.now();
      const { status } = await desk.ask(mobile, 'stranger');
      expect(status).toBe(202);
      return performance.now() - begun;
    };
    for (const [index, mobile] of known.entries()) {
      // Interleaved, each in turn the first: whatever slows the machine slows both.
      if (index % 2 === 0) times.known.push(await timed(mobile));
      times.unknown.push(await timed(somebody()));
      if (index % 2 === 1) times.known.push(await timed(mobile));
    }
    return {
      p: mannWhitney(times.known, times.unknown),
      apart: Math.abs(quantile(times.known, 0.5) - quantile(times.unknown, 0.5)),
    };
  }

  test(
    'OTP-9: nor does the time that it takes tell a candidate’s number from nobody’s',
    async () => {
      await numberOf('a signed-in candidate’s');
      for (let warm = 0; warm < 20; warm += 1) await desk.ask(somebody(), 'stranger');
      const found = [];
      do found.push(await batch());
      while (found.length < BATCHES && !found.some(alike));
      expect({ found, alike: found.some(alike) }).toEqual({ found, alike: true });
    },
    rounds(240_000, 900_000),
  );

  const alike = ({ p, apart }: Awaited<ReturnType<typeof batch>>) => p > P_LEAST && apart < WITHIN_MS;
});

describe('the rank test', () => {
  /** The middle of each of `count` equal slices of a skewed distribution, as times of answers are. */
  const skewed = (count: number, shift: number) =>
    Array.from({ length: count }, (_, index) => 4 - Math.log(1 - (index + 0.5) / count) + shift);

  test('sees a shift of a millisecond in sixty pairs, and none where there is none', () => {
    expect(mannWhitney(skewed(60, 0), skewed(60, 1))).toBeLessThan(0.001);
    expect(mannWhitney(skewed(60, 0), skewed(60, 0.001))).toBeGreaterThan(0.5);
  });

  test('gives what the tables say', () => {
    // Ranks 1..10 against 11..20: U = 0, z = -3.78.
    const low = Array.from({ length: 10 }, (_, index) => index);
    const p = mannWhitney(
      low,
      low.map((value) => value + 10),
    );
    expect(p).toBeCloseTo(0.000157, 5);
    expect(mannWhitney([1, 1, 1], [1, 1, 1])).toBe(1);
  });
});
