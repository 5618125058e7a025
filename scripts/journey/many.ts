/** Many candidates at once, each with a fate; the deadline of those who wait for it is moved by headquarters. */
import type { Election } from './contract.ts';
import { messageOf } from './course.ts';
import { Deviation, expectThat } from './deviation.ts';
import { newPatience, type Patience } from './door.ts';
import { constituenciesOf, electionsOf } from './elections.ts';
import { type Cast, FATES } from './fates.ts';
import { deskOf, desksOf, newOffices, type Offices } from './governorate.ts';
import { statusReached } from './identity.ts';
import { type Candidate, newOutsideWorld, type OutsideWorld } from './outside-world.ts';
import { newPlay, type Play } from './play.ts';
import { newReceipts, type Receipts } from './receipts.ts';
import { newRest } from './rest.ts';
import type { Running } from './system.ts';
import type { Ending } from './table.ts';
import type { Measured } from './trace.ts';

const PEOPLE_PER_REQUEST = 50;
const DEADLINE_IN_SECONDS = 5;
const REOPENED_DAYS = 30;
const DAY_MS = 86_400_000;

/** What there is to tell of a run, written while it goes on, so that it can be told at any moment. */
export interface RunRecord {
  readonly endings: Ending[];
  readonly measured: Measured[];
  readonly receipts: Receipts;
  readonly patiences: Patience[];
}

export function newRunRecord(): RunRecord {
  return { endings: [], measured: [], receipts: newReceipts(), patiences: [] };
}

/** Runs the work for each item, so many at once, begun in their order. */
async function inPool<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  const queue = items.entries();
  const lanes = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const [index, item] of queue) await work(item, index);
  });
  await Promise.all(lanes);
}

/** How it ended for one person; whatever went wrong is theirs alone. */
async function endingOf(fate: string, work: Promise<void>): Promise<Ending> {
  try {
    await work;
    return { fate, deviation: null };
  } catch (error) {
    return { fate, deviation: error instanceof Error ? error.message : String(error) };
  }
}

async function newPeople(world: OutsideWorld, count: number): Promise<Candidate[]> {
  const people: Candidate[] = [];
  while (people.length < count) {
    people.push(...(await world.newPeople(Math.min(PEOPLE_PER_REQUEST, count - people.length))));
  }
  return people;
}

interface Left {
  readonly play: Play;
  readonly id: string;
}

/** Headquarters moves the end of the window to a few seconds from now, and back when all have expired. */
async function letExpire(offices: Offices, election: Election, left: readonly Left[]): Promise<Ending[]> {
  const { headquarters } = offices;
  const move = async (closesAt: Date) => {
    const notice = await headquarters.moveWindow(election.id, closesAt, 'آزمون مهلت');
    expectThat(notice.type === 'success', `window: ${notice.type} ${notice.code} ${notice.message}`);
  };
  await move(new Date(Date.now() + DEADLINE_IN_SECONDS * 1000));
  const endings = await Promise.all(
    left.map(({ play, id }) =>
      endingOf(
        'expired',
        statusReached(play, id, 'expired').then(
          async () => void (await messageOf(play, id, { kind: 'expired' })),
        ),
      ),
    ),
  );
  await move(new Date(Date.now() + REOPENED_DAYS * DAY_MS));
  return endings;
}

type Stage = Pick<Cast, 'refusedCard' | 'deskFor' | 'desksFor'> & {
  readonly offices: Offices;
  readonly deadlines: Election;
  readonly placeOf: (number: number) => Pick<Cast, 'place' | 'deadlinePlace'>;
};

async function setStage(running: Running, world: OutsideWorld): Promise<Stage> {
  const patience = newPatience();
  const rest = newRest({ api: running.urls.api, address: '5.199.0.1', patience, receipts: newReceipts() });
  const { main, deadlines } = await electionsOf(rest);
  if (deadlines === undefined) throw new Deviation('there is no second election to try deadlines on');
  const [places, deadlinePlaces] = [
    await constituenciesOf(rest, main.id),
    await constituenciesOf(rest, deadlines.id),
  ];
  const offices = newOffices(running, patience);
  const pick = <T>(all: readonly T[], number: number): T => {
    const one = all[number % all.length];
    if (one === undefined) throw new Deviation('an election has no constituency');
    return one;
  };
  return {
    offices,
    deadlines,
    refusedCard: await world.refusedCard(),
    deskFor: (id) => deskOf(offices, id),
    desksFor: (id) => desksOf(offices, id),
    placeOf: (number) => ({
      place: { election: main, constituency: pick(places, number) },
      deadlinePlace: { election: deadlines, constituency: pick(deadlinePlaces, number) },
    }),
  };
}

interface Crowd {
  readonly people: number;
  readonly atOnce: number;
  readonly record: RunRecord;
  readonly begin: (person: number) => Promise<unknown>;
  readonly end: (done: number) => void;
}

/** Plays all of them into the record; a person whose play went astray does not stop the others. */
export async function playMany(
  running: Running,
  { people: count, atOnce, record, begin, end }: Crowd,
): Promise<void> {
  const world = newOutsideWorld(running.urls.sandbox);
  const stage = await setStage(running, world);
  const people = await newPeople(world, count * 2);
  const { measured, receipts, endings } = record;
  const left: Left[] = [];
  let done = 0;

  await inPool(people.slice(0, count), atOnce, async (who, number) => {
    await begin(number + 1);
    const fate = FATES[number % FATES.length];
    const other = people[count + number];
    if (fate === undefined || other === undefined) throw new Deviation('too few people');
    const quiet = { print: null, between: async () => null };
    const play = newPlay({ api: running.urls.api, world, who, number, receipts, measured, ...quiet });
    record.patiences.push(play.patience);
    const cast: Cast = {
      ...stage,
      ...stage.placeOf(number),
      play,
      other,
      number: Math.floor(number / FATES.length),
      leaveToDeadline: (own, id) => void left.push({ play: own, id }),
    };
    const ending = await endingOf(fate.name, fate.play(cast));
    // Who is left to the deadline and came that far ends there.
    if (ending.fate !== 'expired' || ending.deviation !== null) endings.push(ending);
    end((done += 1));
  });
  if (left.length > 0) endings.push(...(await letExpire(stage.offices, stage.deadlines, left)));
}
