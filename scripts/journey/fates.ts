/** What can become of a candidate, each fate played as that candidate would live it. */
import { askForCard, verifyCard } from './card.ts';
import {
  complete,
  type File,
  firstRound,
  firstSubmission,
  messageOf,
  openOwn,
  type Place,
  proveIdentity,
} from './course.ts';
import { expectThat } from './deviation.ts';
import { approve, openReview, reject, seeInPerson } from './governorate.ts';
import { lineKnown, openRegistration, signIn, statusReached } from './identity.ts';
import type { Candidate, Card } from './outside-world.ts';
import type { Desk } from './panel.ts';
import type { Play } from './play.ts';
import { withdraw } from './questionnaire.ts';

/** What a fate needs beside the candidate. */
export interface Cast {
  readonly play: Play;
  /** Distinguishes people of the same fate, from 0. */
  readonly number: number;
  readonly place: Place;
  /** A place in the election on which deadlines are tried. */
  readonly deadlinePlace: Place;
  /** Somebody else, with a line and a card. */
  readonly other: Candidate;
  readonly refusedCard: Card;
  readonly deskFor: (registrationId: string) => Promise<Desk>;
  /** Of two members of staff of the same governorate. */
  readonly desksFor: (registrationId: string) => Promise<readonly [Desk, Desk]>;
  /** Leaves a registration to the deadline. */
  readonly leaveToDeadline: (play: Play, registrationId: string) => void;
}

export interface Fate {
  readonly name: string;
  play(cast: Cast): Promise<void>;
}

async function approved({ play, deskFor }: Cast, { id }: File, revision = 1): Promise<void> {
  const desk = await deskFor(id);
  await openReview(play, desk, { id, revision });
  await approve(play, desk, { id, revision });
  await statusReached(play, id, 'approved');
  await messageOf(play, id, { kind: 'approved' });
}

async function approvedStraight(cast: Cast): Promise<void> {
  await signIn(cast.play);
  await approved(cast, await firstSubmission(cast.play, cast.place));
}

async function approvedAfterCorrections(cast: Cast): Promise<void> {
  const { play, place, deskFor } = cast;
  await signIn(play);
  const file = await firstSubmission(play, place);
  await firstRound(play, await deskFor(file.id), file);
  await approved(cast, file, 2);
}

/** Opens a registration, lives through the trouble with the card, and goes on with the own card to the approval. */
async function withTrouble(cast: Cast, trouble: (id: string) => Promise<void>): Promise<void> {
  const { play, place } = cast;
  await signIn(play);
  const id = await openOwn(play, place);
  await trouble(id);
  await proveIdentity(play, id);
  await approved(cast, await complete(play, id, place.election));
}

async function refuseCard(
  play: Play,
  id: string,
  { card, code }: { card: Card; code: string },
): Promise<void> {
  await play.trace.step(
    'card refused at once',
    async () => {
      const outcome = await askForCard(play, id, card);
      expectThat(
        outcome.refused === code,
        `the card met ${outcome.refused ?? 'no refusal'}, expected ${code}`,
      );
      return outcome.status;
    },
    (status) => `${status} ${code}`,
  );
}

function refusedBank(cast: Cast): Promise<void> {
  const refused = { card: cast.refusedCard, code: 'bank-not-supported' };
  return withTrouble(cast, (id) => refuseCard(cast.play, id, refused));
}

function otherHolder(cast: Cast): Promise<void> {
  const { other } = cast;
  return withTrouble(cast, (id) =>
    verifyCard(cast.play, id, {
      card: other.card,
      holder: other,
      password: 'right',
      expected: 'card-not-own',
    }),
  );
}

function wrongPassword(cast: Cast): Promise<void> {
  const { who } = cast.play;
  return withTrouble(cast, (id) =>
    verifyCard(cast.play, id, { card: who.card, holder: who, password: 'wrong', expected: 'wrong-entry' }),
  );
}

/** Two wrong passwords; then the guardian warns, and the third try is right. */
function warned(cast: Cast): Promise<void> {
  const { play } = cast;
  const wrong = {
    card: play.who.card,
    holder: play.who,
    password: 'wrong',
    expected: 'wrong-entry',
  } as const;
  return withTrouble(cast, async (id) => {
    await verifyCard(play, id, wrong);
    await verifyCard(play, id, wrong);
    await refuseCard(play, id, { card: play.who.card, code: 'card-guard' });
  });
}

/** Comes to the governorate, where two members of staff see the person and a document. */
async function inPerson(cast: Cast): Promise<void> {
  const { play, place, desksFor } = cast;
  await signIn(play);
  const id = await openOwn(play, place);
  await seeInPerson(play, await desksFor(id), id);
  await statusReached(play, id, 'awaiting-submission');
  await approved(cast, await complete(play, id, place.election));
}

/** First with a line that belongs to another; that attempt must not stand in the way of the own line. */
async function foreignLine(cast: Cast): Promise<void> {
  const { play, place, other } = cast;
  const astray: Play = { ...play, who: { ...play.who, mobile: other.mobile } };
  await signIn(astray);
  const id = await openRegistration(astray, place);
  await lineKnown(astray, id, 'refused');
  await refuseCard(astray, id, { card: play.who.card, code: 'line-not-own' });
  await withdraw(astray, id);
  await statusReached(astray, id, 'withdrawn');
  await approvedStraight(cast);
}

const STAGES = 3;

/** Gives up before the identity is proven, before the submission, or under review. */
async function withdrawn({ play, place, number }: Cast): Promise<void> {
  await signIn(play);
  const id = await openOwn(play, place);
  if (number % STAGES > 0) await proveIdentity(play, id);
  if (number % STAGES > 1) await complete(play, id, place.election);
  await withdraw(play, id);
  await statusReached(play, id, 'withdrawn');
  await messageOf(play, id, { kind: 'withdrawn' });
}

async function rejected({ play, place, deskFor }: Cast): Promise<void> {
  await signIn(play);
  const { id } = await firstSubmission(play, place);
  const desk = await deskFor(id);
  const review = await openReview(play, desk, { id, revision: 1 });
  await reject(play, desk, { id, review });
  await statusReached(play, id, 'rejected');
  await messageOf(play, id, { kind: 'rejected' });
}

/** Comes as far as the identity, half of them only as far as the line, and then lets the time pass. */
async function expired({ play, deadlinePlace, number, leaveToDeadline }: Cast): Promise<void> {
  await signIn(play);
  const id = await openOwn(play, deadlinePlace);
  if (number % 2 === 0) await proveIdentity(play, id);
  leaveToDeadline(play, id);
}

/** In the order in which people are dealt them. */
export const FATES: readonly Fate[] = [
  { name: 'approved straight', play: approvedStraight },
  { name: 'approved after corrections', play: approvedAfterCorrections },
  { name: 'refused bank, then another card', play: refusedBank },
  { name: "somebody else's line, then own", play: foreignLine },
  { name: 'other card holder, then own', play: otherHolder },
  { name: 'wrong dynamic password, then right', play: wrongPassword },
  { name: 'withdrawn', play: withdrawn },
  { name: 'rejected', play: rejected },
  { name: 'expired', play: expired },
  { name: 'two wrong passwords, warned, then right', play: warned },
  { name: 'identity in person', play: inPerson },
];
