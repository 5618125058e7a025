/** What most fates have in common: the way to the first submission, and a round of corrections. */
import { verifyCard } from './card.ts';
import type { Constituency, Election, Message } from './contract.ts';
import { Deviation, expectThat } from './deviation.ts';
import { PATIENCE_MS, until } from './door.ts';
import { type Correctable, correctables } from './filling.ts';
import { openReview, returnWith } from './governorate.ts';
import { lineKnown, openRegistration, statusReached } from './identity.ts';
import type { Desk } from './panel.ts';
import type { Play } from './play.ts';
import {
  correctDraft,
  fillDraft,
  lockedAnswer,
  presentDocuments,
  replaceDocument,
  submit,
  uploadDocuments,
} from './questionnaire.ts';
import { bodyOf } from './rest.ts';

export interface Place {
  readonly election: Election;
  readonly constituency: Constituency;
}

/** A registration that was submitted, and the answers that a reviewer may return. */
export interface File {
  readonly id: string;
  readonly election: Election;
  readonly texts: readonly Correctable[];
  readonly preliminaryCode: string;
}

/** Opens the registration and waits until the line is known to be the candidate's own. */
export async function openOwn(play: Play, place: Place): Promise<string> {
  const id = await openRegistration(play, place);
  await lineKnown(play, id, 'confirmed');
  return id;
}

/** Proves the identity with the candidate's own card. */
export async function proveIdentity(play: Play, id: string): Promise<void> {
  const { who } = play;
  await verifyCard(play, id, { card: who.card, holder: who, password: 'right', expected: 'confirmed' });
  await statusReached(play, id, 'awaiting-submission');
}

/** Questionnaire, documents, submission; ends under review. */
export async function complete(play: Play, id: string, election: Election): Promise<File> {
  const draft = await fillDraft(play, id, election);
  await uploadDocuments(play, id);
  const { preliminaryCode } = await submit(play, id);
  await statusReached(play, id, 'under-review');
  return { id, election, texts: correctables(election, draft.answers), preliminaryCode };
}

/** From the registration to the first submission, of a candidate who has signed in. */
export async function firstSubmission(play: Play, place: Place): Promise<File> {
  const id = await openOwn(play, place);
  await proveIdentity(play, id);
  return complete(play, id, place.election);
}

function reasonFor(election: Election, appliesTo: 'answer' | 'document'): string {
  const reason = election.defectReasons.find((known) => known.appliesTo === appliesTo);
  if (reason === undefined) throw new Deviation(`the election knows no defect of a ${appliesTo}`);
  return reason.code;
}

/** Round one: an answer and a document are returned, exactly these two are corrected, and it is sent again. */
export async function firstRound(play: Play, desk: Desk, { id, texts, election }: File): Promise<void> {
  const [answer, another] = texts;
  const [kind] = await presentDocuments(play, id);
  if (answer === undefined || another === undefined || kind === undefined)
    throw new Deviation('nothing to correct');
  await openReview(play, desk, { id, revision: 1 });
  const defects = [
    { target: answer.pointer, reason: reasonFor(election, 'answer'), note: 'نشانی کامل نیست.' },
    { target: `/documents/${kind}`, reason: reasonFor(election, 'document'), note: 'تصویر خوانا نیست.' },
  ];
  await returnWith(play, desk, { id, revision: 1, defects });
  await returned(play, id, { number: 1, targets: defects.map(({ target }) => target) });
  await lockedAnswer(play, id, another.correct);
  await correctDraft(play, id, answer.correct);
  await replaceDocument(play, id, kind);
  await submit(play, id);
  await statusReached(play, id, 'under-review');
}

/** Round two: one answer more. */
export async function secondRound(play: Play, desk: Desk, { id, texts, election }: File): Promise<void> {
  const another = texts[1];
  if (another === undefined) throw new Deviation('nothing more to correct');
  await openReview(play, desk, { id, revision: 2 });
  const defects = [
    { target: another.pointer, reason: reasonFor(election, 'answer'), note: 'هنوز روشن نیست.' },
  ];
  await returnWith(play, desk, { id, revision: 2, defects });
  await returned(play, id, { number: 2, targets: [another.pointer] });
  await correctDraft(play, id, another.correct);
  await submit(play, id);
  await statusReached(play, id, 'under-review');
}

/** The candidate sees whose move it is, each defect by its target, and is told by message and by SMS. */
async function returned(play: Play, id: string, round: { number: number; targets: readonly string[] }) {
  const { openDefects } = await statusReached(play, id, 'awaiting-corrections');
  const { targets, number } = round;
  const open = openDefects.map(({ target }) => target).toSorted();
  expectThat(
    JSON.stringify(open) === JSON.stringify(targets.toSorted()),
    `open defects are ${open.join(', ') || 'none'}, returned were ${targets.join(', ')}`,
  );
  await messageOf(play, id, { kind: 'defects', count: number });
  await toldBySms(play, number);
}

/** The SMS of a return and of the approval say no more than where to read on. */
const POINTER = '«پیام‌ها»';

/** Waits for the SMS that points to the messages; `count` of them have been due since the registration. */
export async function toldBySms({ trace, world, who }: Play, count: number): Promise<void> {
  await trace.step(
    'SMS points to messages',
    () =>
      until({
        what: `${count} SMS that point to the messages`,
        patienceMs: PATIENCE_MS,
        look: async () => {
          const due = (await world.inbox(who.mobile)).filter(({ text }) => text.includes(POINTER));
          return due.length >= count ? due : undefined;
        },
      }),
    (due) => `the ${due.length}. came, ${due.at(-1)?.sentAt ?? ''}`,
  );
}

interface Wanted {
  readonly kind: Message['kind'];
  /** From 1, the oldest. */
  readonly count?: number;
}

/** The `count`th message of a kind, as the candidate reads it. */
export function messageOf(play: Play, id: string, { kind, count = 1 }: Wanted): Promise<Message> {
  return play.trace.step(
    `message ${kind}`,
    async () => {
      const reply = await play.rest.get(`/registrations/${id}/messages`);
      const ofKind = bodyOf<{ items: Message[] }>(reply, 200).items.filter((one) => one.kind === kind);
      const message = ofKind[count - 1];
      if (message === undefined)
        throw new Deviation(`${ofKind.length} messages of the kind ${kind}, not ${count}`);
      return message;
    },
    ({ id: messageId, sentAt }) => `${messageId}, sent ${sentAt}`,
  );
}
