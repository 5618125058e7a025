/** One registration with its rounds of corrections, through the public doors, with nothing that is not needed. */
import type { Answers, DocumentItem, Election } from '../scripts/journey/contract.ts';
import type { Place } from '../scripts/journey/course.ts';
import { correctables, fillIn } from '../scripts/journey/filling.ts';
import { approve, openReview, returnWith, type Offices } from '../scripts/journey/governorate.ts';
import { openOwn, proveIdentity } from '../scripts/journey/course.ts';
import { signIn, statusReached } from '../scripts/journey/identity.ts';
import type { Desk } from '../scripts/journey/panel.ts';
import type { Play } from '../scripts/journey/play.ts';
import { correctDraft, submit } from '../scripts/journey/questionnaire.ts';
import { bodyOf } from '../scripts/journey/rest.ts';

export interface Surroundings {
  readonly place: Place;
  readonly offices: Offices;
  readonly governorate: string;
  readonly pictures: readonly Uint8Array<ArrayBuffer>[];
}

interface Draft {
  readonly version: number;
  readonly answers: Answers;
}

const PICTURES_OF_ONE = 9;
let people = 0;

/** The pictures of one person: the next ones of the pile, each another one than the one before it. */
function pileOf(pictures: readonly Uint8Array<ArrayBuffer>[], from: number) {
  let taken = from;
  return (): Uint8Array<ArrayBuffer> => {
    const picture = pictures[(taken += 1) % pictures.length];
    if (picture === undefined) throw new Error('There are no pictures');
    return picture;
  };
}

async function fill(play: Play, id: string, election: Election): Promise<Answers> {
  const path = `/registrations/${id}/draft`;
  const { version, answers } = bodyOf<Draft>(await play.rest.get(path), 200);
  const filled = fillIn(election, answers, play.choice);
  bodyOf(await play.rest.put(path, { answers: filled }, { 'if-match': `"${version}"` }), 200);
  return filled;
}

/** A reviewer of the governorate; each registration waits for its own turn at the same desk. */
function deskIn({ offices, governorate }: Surroundings): Desk {
  const desk = offices.reviewers.find(({ account }) => account.governorate === governorate);
  if (desk === undefined) throw new Error('The governorate has no reviewer');
  return desk;
}

/** Plays it through so many rounds of corrections to the approval; gives the id of the registration. */
export async function register(play: Play, around: Surroundings, rounds = 1): Promise<string> {
  const { place, pictures } = around;
  const { election } = place;
  const next = pileOf(pictures, (people += PICTURES_OF_ONE));
  await signIn(play);
  const id = await openOwn(play, place);
  await proveIdentity(play, id);
  const filled = await fill(play, id, election);
  const list = await play.rest.get(`/registrations/${id}/documents`);
  const required = bodyOf<{ items: DocumentItem[] }>(list, 200).items.filter((item) => item.required);
  const pathOf = (kind: string): string => `/registrations/${id}/documents/${kind}`;
  const upload = async (kind: string) => bodyOf(await play.rest.putPicture(pathOf(kind), next()), 200, 201);
  for (const { kind } of required) await upload(kind);
  await submit(play, id);

  const desk = deskIn(around);
  const texts = correctables(election, filled);
  for (let revision = 1; revision <= rounds; revision += 1) {
    const [text, kind] = [texts[revision - 1], required[0]?.kind];
    if (text === undefined || kind === undefined) throw new Error('There is nothing to correct');
    await returned(play, desk, { id, revision, election, targets: [text.pointer, `/documents/${kind}`] });
    await correctDraft(play, id, text.correct);
    await upload(kind);
    await submit(play, id);
  }
  await openReview(play, desk, { id, revision: rounds + 1 });
  await approve(play, desk, { id, revision: rounds + 1 });
  await statusReached(play, id, 'approved');
  return id;
}

interface Return {
  readonly id: string;
  readonly revision: number;
  readonly election: Election;
  /** An answer and a document. */
  readonly targets: readonly [string, string];
}

async function returned(play: Play, desk: Desk, { id, revision, election, targets }: Return): Promise<void> {
  const reason = (appliesTo: string) =>
    election.defectReasons.find((one) => one.appliesTo === appliesTo)?.code ?? '';
  await openReview(play, desk, { id, revision });
  const defects = [
    { target: targets[0], reason: reason('answer'), note: 'کامل نیست.' },
    { target: targets[1], reason: reason('document'), note: 'خوانا نیست.' },
  ];
  await returnWith(play, desk, { id, revision, defects });
  await statusReached(play, id, 'awaiting-corrections');
}
