/** Candidates and reviewers of a test: they play the journey's own course, and a test may step in before any step. */
import {
  firstRound,
  firstSubmission,
  messageOf,
  type File,
  type Place,
} from '../../scripts/journey/course.ts';
import { Deviation } from '../../scripts/journey/deviation.ts';
import { newPatience } from '../../scripts/journey/door.ts';
import { constituenciesOf, electionsOf } from '../../scripts/journey/elections.ts';
import { approve, deskOf, newOffices, openReview, type Offices } from '../../scripts/journey/governorate.ts';
import { signIn, statusReached } from '../../scripts/journey/identity.ts';
import { newOutsideWorld, type OutsideWorld } from '../../scripts/journey/outside-world.ts';
import { newPlay, type Play } from '../../scripts/journey/play.ts';
import { newReceipts, type Receipts } from '../../scripts/journey/receipts.ts';
import type { Running } from '../../scripts/journey/system.ts';
import type { Trace } from '../../scripts/journey/trace.ts';
import { knowPerson } from './personal-data.ts';

/** A step of the journey that is about to begin. */
export interface Step {
  readonly name: string;
  /** The how manieth of this name, from 1. */
  readonly time: number;
  /** Null before the registration exists. */
  readonly registrationId: string | null;
}

export interface Candidacy {
  readonly play: Play;
  readonly registrationId: string | null;
}

export interface Team {
  readonly offices: Offices;
  readonly world: OutsideWorld;
  readonly receipts: Receipts;
  /** A new person who has not signed in yet. */
  newcomer(before?: (step: Step) => Promise<void> | void): Promise<Candidacy>;
}

/** The text that ends the journey (DESIGN §2.8). */
export const FINAL_TEXT = 'داوطلب گرامی؛ ثبتنام شما توسط کارشناس فرمانداری حوزه انتخابیه تائید گردید.';

function watched(play: Play, before: (step: Step) => Promise<void> | void) {
  const times = new Map<string, number>();
  let registrationId: string | null = null;
  const trace: Trace = {
    async step(name, work, says) {
      const time = (times.get(name) ?? 0) + 1;
      times.set(name, time);
      await before({ name, time, registrationId });
      const value = await play.trace.step(name, work, says);
      if (name === 'registration') registrationId = String(value);
      return value;
    },
  };
  return {
    play: { ...play, trace },
    get registrationId() {
      return registrationId;
    },
  };
}

/** What comes to a telephone as a code is one more thing that no log may hold. */
function watchfulWorld(sandbox: string): OutsideWorld {
  const world = newOutsideWorld(sandbox);
  return {
    ...world,
    async codeFor(mobile, wanted) {
      const code = await world.codeFor(mobile, wanted);
      knowPerson({ 'a one-time code': code });
      return code;
    },
  };
}

export function newTeam(running: Running): Team {
  const world = watchfulWorld(running.urls.sandbox);
  const receipts = newReceipts();
  let people = 0;
  return {
    offices: newOffices(running, newPatience()),
    world,
    receipts,
    async newcomer(before = () => undefined) {
      const [who] = await world.newPeople(1);
      if (who === undefined) throw new Deviation('the sandbox made nobody');
      const { nationalId, mobile, card } = who;
      knowPerson({ nationalId, mobile: mobile.slice(1), card: card.number });
      const number = (people += 1);
      const quiet = { measured: [], print: null, between: () => Promise.resolve(null) };
      return watched(newPlay({ api: running.urls.api, world, who, number, receipts, ...quiet }), before);
    },
  };
}

/** The election that is open around the clock, or the one to try deadlines on; and a village of it. */
export async function placeOf(play: Play, which: 'main' | 'deadlines'): Promise<Place> {
  const election = (await electionsOf(play.rest))[which];
  const places = election && (await constituenciesOf(play.rest, election.id));
  const constituency = places?.find(({ kind }) => kind === 'village') ?? places?.[0];
  if (election === undefined || constituency === undefined)
    throw new Deviation('the demo has no such election');
  return { election, constituency };
}

/** From the first SMS to the approval, with one round of corrections; ends with the message to the candidate. */
export async function playToApproval({ play }: Candidacy, offices: Offices): Promise<File> {
  const place = await placeOf(play, 'main');
  await signIn(play);
  const file = await firstSubmission(play, place);
  const desk = await deskOf(offices, file.id);
  await firstRound(play, desk, file);
  await openReview(play, desk, { id: file.id, revision: 2 });
  await approve(play, desk, { id: file.id, revision: 2 });
  await statusReached(play, file.id, 'approved');
  const { text } = await messageOf(play, file.id, { kind: 'approved' });
  if (text !== FINAL_TEXT) throw new Deviation('the final message is another one');
  return file;
}
