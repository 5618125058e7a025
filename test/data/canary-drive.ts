/** Takes the canary through everything that a candidate can meet, on a whole system, by the doors that people use. */
import pg from 'pg';
import { askForCard, verifyCard } from '../../scripts/journey/card.ts';
import { withCode, type AskedCode } from '../../scripts/journey/codes.ts';
import type { Answers, Draft, SectionAnswers } from '../../scripts/journey/contract.ts';
import { openOwn, proveIdentity, type Place } from '../../scripts/journey/course.ts';
import { newPatience } from '../../scripts/journey/door.ts';
import { fillIn } from '../../scripts/journey/filling.ts';
import { approve, deskOf, newOffices, openReview, returnWith, type Offices } from '../../scripts/journey/governorate.ts'; // prettier-ignore
import { signIn, statusReached } from '../../scripts/journey/identity.ts';
import { newOutsideWorld, type Candidate, type OutsideWorld } from '../../scripts/journey/outside-world.ts';
import { newPicture } from '../../scripts/journey/pictures.ts';
import { newPlay, type Play } from '../../scripts/journey/play.ts';
import { correctDraft, submit } from '../../scripts/journey/questionnaire.ts';
import { newReceipts } from '../../scripts/journey/receipts.ts';
import { bodyOf } from '../../scripts/journey/rest.ts';
import { placeOf } from '../support/candidacy.ts';
import type { System } from '../support/system.ts';
import { knowPerson } from '../support/personal-data.ts';
import { hatch, NAMES, NOTES, TYPED } from './canary-person.ts';

/** A play whose session's token can be asked for. */
interface Own extends Play {
  token(): string;
}

export interface Nest {
  readonly world: OutsideWorld;
  readonly offices: Offices;
  /** A play of its own for each person, from 0. */
  playOf(who: Candidate, number: number): Own;
}

export function newNest({ running }: System): Nest {
  const world = newOutsideWorld(running.urls.sandbox);
  const receipts = newReceipts();
  const quiet = { measured: [], print: null, between: () => Promise.resolve(null) };
  return {
    world,
    offices: newOffices(running, newPatience()),
    playOf(who, number) {
      const play = newPlay({ api: running.urls.api, world, who, number, receipts, ...quiet });
      let held = '';
      const signedInWith = (token: string): void => play.rest.signedInWith((held = token));
      return { ...play, rest: { ...play.rest, signedInWith }, token: () => held };
    },
  };
}

/** What became of one canary. */
export interface Flight {
  readonly play: Own;
  readonly id: string;
  /** What took the place of the number, one after another. */
  readonly newMobiles: readonly string[];
  readonly preliminaryCode: string | null;
  readonly attempts: readonly string[];
  /** Paths to which the bank sent the browsers. */
  readonly returns: readonly string[];
}

function typed(answers: Answers): Answers {
  const section = (key: string): SectionAnswers => answers[key] as SectionAnswers;
  const { address, postalCode, phone, secondMobile, email, birthPlace } = TYPED;
  return {
    ...answers,
    identity: { ...section('identity'), birthPlace },
    residence: { ...section('residence'), address, postalCode, phone },
    contact: { ...section('contact'), secondMobile, email },
  };
}

async function fill(play: Play, id: string, { election }: Place): Promise<void> {
  const path = `/registrations/${id}/draft`;
  const { version, answers } = bodyOf<Draft>(await play.rest.get(path), 200);
  const whole = typed(fillIn(election, answers, play.choice));
  bodyOf(await play.rest.put(path, { answers: whole }, { 'if-match': `"${version}"` }), 200);
}

/** A comment inside the picture, as a careless program leaves one. */
function withComment(picture: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  const comment = Buffer.from(text);
  const head = Buffer.from([0xff, 0xfe, 0, 0]);
  head.writeUInt16BE(comment.length + 2, 2);
  return new Uint8Array(Buffer.concat([picture.subarray(0, 2), head, comment, picture.subarray(2)]));
}

interface Item {
  readonly kind: string;
  readonly required: boolean;
  readonly maxBytes: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** Uploads what is required, or one kind again; gives the kinds. */
async function upload(play: Play, id: string, only?: string): Promise<string[]> {
  const { items } = bodyOf<{ items: Item[] }>(await play.rest.get(`/registrations/${id}/documents`), 200);
  const wanted = items.filter(({ kind, required }) => (only === undefined ? required : kind === only));
  for (const item of wanted) {
    const comment = `${NAMES.firstName} ${NAMES.lastName} ${play.who.nationalId} ${TYPED.address}`;
    const picture = withComment(await newPicture(item), comment);
    bodyOf(await play.rest.putPicture(`/registrations/${id}/documents/${item.kind}`, picture), 200, 201);
  }
  return wanted.map(({ kind }) => kind);
}

async function twoRounds(play: Play, offices: Offices, file: { id: string; kind: string }): Promise<void> {
  const { id, kind } = file;
  const desk = await deskOf(offices, id);
  const { nationalId, mobile } = play.who;
  const note = `${NOTES.first}، ${nationalId}، ${mobile}`;
  await openReview(play, desk, { id, revision: 1 });
  const first = [
    { target: '/answers/residence/address', reason: 'answer-incomplete', note },
    { target: `/documents/${kind}`, reason: 'document-unreadable', note },
  ];
  await returnWith(play, desk, { id, revision: 1, defects: first });
  await statusReached(play, id, 'awaiting-corrections');
  const { address } = TYPED;
  await correctDraft(play, id, (answers) => ({
    ...answers,
    residence: { ...(answers['residence'] as SectionAnswers), address: `${address}، ${nationalId}` },
  }));
  await upload(play, id, kind);
  await submit(play, id);
  await openReview(play, desk, { id, revision: 2 });
  const second = [{ target: '/answers/contact/email', reason: 'answer-incomplete', note: NOTES.second }];
  await returnWith(play, desk, { id, revision: 2, defects: second });
  await statusReached(play, id, 'awaiting-corrections');
  await correctDraft(play, id, (answers) => ({
    ...answers,
    contact: { ...(answers['contact'] as SectionAnswers), email: `x.${TYPED.email}` },
  }));
  await submit(play, id);
  await openReview(play, desk, { id, revision: 3 });
  await approve(play, desk, { id, revision: 3 });
  await statusReached(play, id, 'approved');
}

/** Not waited for: a bank that has answered nonsense is asked for a while what came of it. */
async function startTry(play: Play, id: string): Promise<string> {
  const { number } = play.who.card;
  const body = { cardPrefix: number.slice(0, 6), cardSuffix: number.slice(-4) };
  const reply = await play.rest.post(`/registrations/${id}/card-verifications`, body);
  return String((reply.body as { id?: unknown }).id);
}

async function tryOf(play: Play, id: string): Promise<string> {
  const outcome = await askForCard(play, id, play.who.card);
  return outcome.refused === null ? String(outcome.answer['id']) : outcome.refused;
}

/** The next answers of a provider quote what they were asked, and are otherwise nonsense. */
async function disturb({ running }: System, provider: string): Promise<void> {
  await fetch(`${running.urls.sandbox}/faults/${provider}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'malformed', for: 2 }),
  });
}

/** Another line of the same person takes the place of the first; gives its number. */
async function changeNumber({ running }: System, play: Own): Promise<string> {
  const { rest, who } = play;
  const lines = `${running.urls.sandbox}/people/${who.nationalId}/lines`;
  const { mobile } = (await (await fetch(lines, { method: 'POST' })).json()) as { mobile: string };
  knowPerson({ mobile: mobile.slice(1) });
  const token = await withCode(
    { ...play, who: { ...who, mobile } },
    {
      ask: async () => bodyOf<AskedCode>(await rest.post('/mobile-codes', { mobile }), 202),
      use: async ({ codeId: newMobileCodeId, code: newMobileCode }) => {
        const { status, body } = await rest.post('/mobile-change', { newMobileCodeId, newMobileCode });
        const told = body as { readonly token: string; readonly code: string };
        return status === 200 ? { value: told.token } : { refused: told.code };
      },
    },
  );
  rest.signedInWith(token);
  return mobile;
}

/** Somebody with a wrong and then a right dynamic password, two rounds of defects, and the approval. */
export async function approvedFlight(system: System, nest: Nest): Promise<Flight> {
  const who = await hatch(system.running.urls.sandbox);
  const play = nest.playOf(who, 0);
  const place = await placeOf(play, 'main');
  await signIn(play);
  const id = await openOwn(play, place);
  const card = { card: who.card, holder: who } as const;
  await verifyCard(play, id, { ...card, password: 'wrong', expected: 'wrong-entry' });
  await proveIdentity(play, id);
  await fill(play, id, place);
  const [kind = ''] = await upload(play, id);
  const { preliminaryCode } = await submit(play, id);
  await statusReached(play, id, 'under-review');
  await twoRounds(play, nest.offices, { id, kind });
  return { play, id, newMobiles: [], preliminaryCode, attempts: [await tryOf(play, id)], returns: [] };
}

/** Somebody who changes the number and leaves again while registries, SMS and bank stumble, and says why; `others` need the bank before. */
export async function withdrawnFlight(system: System, nest: Nest, others: Promise<unknown>): Promise<Flight> {
  const play = nest.playOf(await hatch(system.running.urls.sandbox), 1);
  await signIn(play);
  for (const provider of ['line-owner', 'civil-registry', 'sms-a']) await disturb(system, provider);
  const id = await openOwn(play, await placeOf(play, 'main'));
  await others;
  await disturb(system, 'bank');
  const attempt = await startTry(play, id);
  // Twice: one code alone might stand somewhere by chance.
  const newMobiles = [await changeNumber(system, play), await changeNumber(system, play)];
  const order = { kind: 'withdrawal', path: `/registrations/${id}/withdrawal`, registrationId: id };
  await play.rest.command({ ...order, body: { reason: TYPED.withdrawalReason } });
  await statusReached(play, id, 'withdrawn');
  return { play, id, newMobiles, preliminaryCode: null, attempts: [attempt], returns: [] };
}

/** A document is shown at the governorate instead of a card: one reviewer proposes, headquarters confirms. */
async function proveInPerson(system: System, { play, nest, id }: { play: Own; nest: Nest; id: string }) {
  const note = `${NOTES.document} ${play.who.nationalId}`;
  const fields = { document: 'passport', reason: 'no-card', note };
  await (await deskOf(nest.offices, id)).act(id, 'proposeIdentity', fields);
  const client = new pg.Client({ connectionString: system.running.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(
    'select id from identity_proposals where registration_id = $1',
    [id],
  );
  await client.end();
  await nest.offices.headquarters.act(id, 'confirmIdentity', { proposal: rows[0]?.id ?? '' });
  await statusReached(play, id, 'awaiting-submission');
}

/** Somebody without a card who is rejected, with a note. */
export async function rejectedFlight(system: System, nest: Nest): Promise<Flight> {
  const play = nest.playOf(await hatch(system.running.urls.sandbox), 2);
  const place = await placeOf(play, 'main');
  await signIn(play);
  const id = await openOwn(play, place);
  await proveInPerson(system, { play, nest, id });
  await fill(play, id, place);
  await upload(play, id);
  const { preliminaryCode } = await submit(play, id);
  const desk = await deskOf(nest.offices, id);
  const review = await openReview(play, desk, { id, revision: 1 });
  const [reason] = review.rejectionReasons;
  const note = `${NOTES.rejection} ${play.who.nationalId}`;
  const fields = { revision: '1', reason: reason?.code ?? '', note };
  await desk.act(id, 'reject', fields);
  await statusReached(play, id, 'rejected');
  return { play, id, newMobiles: [], preliminaryCode, attempts: [], returns: [] };
}
