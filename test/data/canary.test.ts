/**
 * The canary is driven through all of the system and then looked for in everything that it keeps and says: the
 * database, the engine, the logs, the answers to others (security.md §2 G, I10).
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { signIn } from '../../scripts/journey/identity.ts';
import { startSystem, type System } from '../support/system.ts';
import {
  approvedFlight,
  newNest,
  rejectedFlight,
  withdrawnFlight,
  type Flight,
  type Nest,
} from './canary-drive.ts';
import { canariesOf, hatch, NAMES, TEXT_CANARIES, TYPED } from './canary-person.ts';
import { countSealed, inClear } from './ciphertext.ts';
import {
  databaseFiles,
  dump,
  engineFiles,
  logs,
  placesOf,
  rawRuns,
  type Place,
  type RawRun,
} from './places.ts';
import { throwRubbish, WELCOME } from './rubbish.ts';
import { examineSeals } from './seals.ts';
import { createSearcher, type Searcher } from './sightings.ts';
import { answersToOthers, answersToOwner } from './strangers.ts';
import { runThrowing } from './throwing-activity.ts';

/** The sum of what the drive waits for; a tenth of it on a machine that has time. */
const WITHIN_MS = 600_000;

let system: System;
let nest: Nest;
let flights: readonly Flight[];
let rubbish: Readonly<Record<string, number>>;
let searcher: Searcher;
let runs: readonly RawRun[];
let answers: readonly Place[];
let thrown: Awaited<ReturnType<typeof runThrowing>>;
const addresses: string[] = [];

/** Notes where every request of the drive went, and where its answers led. */
function watchAddresses(): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = async (...args: Parameters<typeof fetch>) => {
    const answer = await real(...args);
    const [to] = args;
    addresses.push(to instanceof Request ? to.url : String(to), answer.headers.get('location') ?? '');
    return answer;
  };
  return () => void (globalThis.fetch = real);
}

/** What a careless activity might put into its error. */
function wordsOf({ play: { who } }: Flight): string {
  return `no SMS for ${NAMES.firstName} ${NAMES.lastName} (${who.nationalId}) to ${who.mobile}, ${TYPED.email}`;
}

/** Codes by what they are called here. */
let codes: ReadonlyMap<string, string>;

/** Whether a code stands there in another form than that of a number among numbers. */
function isHidden(name: string, bytes: Buffer): boolean {
  const word = String.raw`[\da-fA-F_.-]`;
  const alone = new RegExp(`(?<!${word})${codes.get(name)}(?!${word})`, 'gu');
  return searcher
    .sightings(Buffer.from(bytes.toString('latin1').replace(alone, ''), 'latin1'))
    .includes(name);
}

/**
 * What of the canary is in these places. Among the first digits of banks and the numbers of tasks one of its codes
 * stands by chance once in some thousand runs; whatever lets codes out lets out more than one, for each kind is drawn
 * twice and more.
 */
function seenIn(places: readonly Place[]): string[] {
  expect(places.length).toBeGreaterThan(0);
  const seen = places.flatMap((place) => searcher.sightings(place.bytes).map((what) => ({ place, what })));
  const [one, ...more] = new Set(seen.flatMap(({ what }) => (codes.has(what) ? [what] : [])));
  const isChance = one !== undefined && more.length === 0;
  return seen
    .filter(({ place, what }) => !isChance || what !== one || isHidden(what, place.bytes))
    .map(({ place, what }) => `${place.name}: ${what}`);
}

beforeAll(async () => {
  system = await startSystem();
  nest = newNest(system);
  const leave = watchAddresses();
  const undisturbed = Promise.all([approvedFlight(system, nest), rejectedFlight(system, nest)]);
  const [first, last] = await Promise.all([undisturbed, withdrawnFlight(system, nest, undisturbed)]);
  flights = [...first, last];
  leave();
  const returns = addresses
    .filter((address) => address.includes('/bank-return/'))
    .map((it) => new URL(it).pathname);
  flights = flights.map((flight) => ({ ...flight, returns }));
  rubbish = await throwRubbish(system, flights[0] as Flight);
  const stranger = nest.playOf(await hatch(system.running.urls.sandbox), flights.length);
  await signIn(stranger);
  answers = (
    await Promise.all(flights.map((flight) => answersToOthers(system, flight, stranger.token())))
  ).flat();
  const phones = flights.flatMap(({ play: { who }, newMobiles }) => [
    who,
    ...newMobiles.map((mobile) => ({ ...who, mobile })),
  ]);
  const inboxes = await Promise.all(phones.map(({ mobile }) => nest.world.inbox(mobile)));
  const people = phones.flatMap((who, index) =>
    canariesOf(
      who,
      (inboxes[index] ?? []).map(({ text }) => text),
    ),
  );
  const named = people.map((one, index) => (one.short ? { ...one, name: `code ${index}` } : one));
  codes = new Map(named.flatMap(({ name, value, short }) => (short ? [[name, value]] : [])));
  expect(codes.size).toBeGreaterThan(4);
  searcher = createSearcher([...named, ...TEXT_CANARIES]);
  thrown = await runThrowing(system, wordsOf(flights[0] as Flight));
  runs = await rawRuns(system);
}, WITHIN_MS);
afterAll(() => system?.stop());

describe('the canary', () => {
  test('went all the way, and its rubbish was refused', () => {
    expect(flights.map(({ id }) => id).every((id) => id !== '')).toBe(true);
    const accepted = Object.entries(rubbish).filter(([, status]) => status < 300);
    expect(accepted.map(([what]) => what)).toEqual([`api: ${WELCOME}`]);
    expect(Object.values(rubbish).filter((status) => status >= 500)).toEqual([]);
  });

  test('DAT-2, OTP-3, OTP-12: is not in the rows of the database', async () => {
    const places = await dump(system);
    expect(places.some(({ bytes }) => bytes.includes(flights[0]?.id ?? '?'))).toBe(true);
    expect(seenIn(places)).toEqual([]);
  });

  test('DAT-2, OTP-3, OTP-12: is not in the files of the database', async () => {
    expect(seenIn(await databaseFiles(system))).toEqual([]);
  });

  test('DAT-2: what is sealed of it opens in its own table, column and row, and nowhere else', async () => {
    const { counts, wrong } = await examineSeals(system);
    expect(wrong).toEqual([]);
    const people = [
      'candidates.mobile_sealed',
      'registrations.national_id_sealed',
      'registrations.person_sealed',
    ];
    const notes = ['defects.note_sealed', 'registrations.withdrawal_reason_sealed', 'drafts.answers_sealed'];
    for (const name of [...people, ...notes, 'revisions.answers_sealed', 'card_verifications.card_sealed']) {
      expect([name, counts[name]]).toEqual([name, expect.any(Number)]);
      expect([name, counts[name]]).not.toEqual([name, 0]);
    }
  });

  test('DAT-1, OTP-3: is not in the files of the engine', () => {
    const places = engineFiles(system);
    // Our own ids are to be seen: the look is at the right place.
    expect(places.some(({ bytes }) => bytes.includes(flights[0]?.id ?? '?'))).toBe(true);
    expect(seenIn(places)).toEqual([]);
  });

  test('DAT-1, OTP-3: is not in a raw history, its ids, its memo or its search attributes', () => {
    expect(runs.length).toBeGreaterThanOrEqual(flights.length * 2);
    expect(seenIn(runs.flatMap(placesOf))).toEqual([]);
  });

  test('DAT-1: the engine holds ciphertext only: payloads, summaries, failures', () => {
    expect(runs.flatMap(inClear)).toEqual([]);
    expect(countSealed(runs.map(({ history }) => history))).toBeGreaterThan(100);
  });

  test('DAT-1, DAT-4: an activity that throws what it knows shows it to nobody', () => {
    const run = runs.find(({ workflowId }) => workflowId === thrown.workflowId);
    expect(JSON.stringify(run?.history)).toContain('Encoded failure');
    expect(run && seenIn(placesOf(run))).toEqual([]);
    expect(thrown.lines.join('')).toContain('Activity failed');
    expect(seenIn([{ name: 'log', bytes: Buffer.from(thrown.lines.join('')) }])).toEqual([]);
  });

  test('DAT-4, OTP-3, OTP-12: is in no log', () => {
    const places = logs(system);
    expect(places.map(({ name }) => name.split('/').at(-1))).toEqual(
      expect.arrayContaining(['admin.log', 'api.log', 'postgres.log', 'temporal.log', 'worker.log']),
    );
    expect(seenIn(places)).toEqual([]);
  });

  test('DAT-2, SES-1: is in no address that was asked or led to', () => {
    expect(addresses.length).toBeGreaterThan(100);
    const ours = addresses.filter((address) => !address.startsWith(system.running.urls.sandbox));
    expect(seenIn([{ name: 'addresses', bytes: Buffer.from(ours.join('\n')) }])).toEqual([]);
  });

  test('DAT-2, API-2: is in no answer to anybody else', () => {
    const answered = (kind: string): number => answers.filter(({ name }) => name.includes(kind)).length;
    expect(['nobody', 'another candidate', 'a reviewer of', 'look-up'].map(answered)).not.toContain(0);
    expect(seenIn(answers)).toEqual([]);
  });

  test('DAT-2, OTP-3, OTP-12: is told neither its codes nor its card', async () => {
    const places = (await Promise.all(flights.map((flight) => answersToOwner(system, flight)))).flat();
    expect(places.filter(({ name }) => name.startsWith('200')).length).toBeGreaterThan(flights.length * 4);
    const secrets = seenIn(places).filter((line) =>
      /: (?:code \d+|card|end of the card|birth date)$/u.test(line),
    );
    expect(secrets).toEqual([]);
  });

  test('would have been seen in the database, had it been there', async () => {
    const client = new pg.Client({ connectionString: system.running.databaseUrl });
    await client.connect();
    const [one, two] = new Set(codes.values());
    const leak = `${Buffer.from(TYPED.address).toString('base64')} "${one}" "${two}"`;
    await client.query(`insert into notices (id, step, text) values (gen_random_uuid(), 'sign-in', $1)`, [
      leak,
    ]);
    await client.end();
    const places = [...(await dump(system)), ...(await databaseFiles(system))];
    const seen = seenIn(places);
    const kinds = seen.map((line) => (line.startsWith('table') ? 'rows' : 'files'));
    expect([...new Set(kinds)].sort()).toEqual(['files', 'rows']);
    const leaked = seen.flatMap((line) => /^table .*: (code \d+)$/u.exec(line)?.[1] ?? []);
    expect(new Set(leaked).size).toBeGreaterThanOrEqual(2);
  });
});
