/**
 * Work in the outside world: started without waiting for it, so that no registry or gateway holds up the candidate.
 *
 * Each piece stands in the file until its end has been taken up. A running activity does not reach the next run, so
 * what is unfinished then is issued again by its id; every activity here may run twice, except the start of a card,
 * which the next run settles by asking the bank.
 */
import { ActivityFailure, condition, isCancellation, log, sleep } from '@temporalio/workflow';
import * as calls from './activity-options.ts';
import type { Answer, RegistrationFile } from './file.ts';
import type { Work } from './protocol.ts';

/** Puts the work on the file and starts it, once at a time; its end comes to the inbox. */
export function begin(file: RegistrationFile, work: Work): void {
  if (file.work.has(work.id)) return;
  file.work.set(work.id, work);
  void finish(file, work, startOf(file, work));
}

/** The same for what the run before has left unfinished. */
export function resume(file: RegistrationFile, work: Work): void {
  file.work.set(work.id, work);
  void finish(file, work, work.kind === 'cardStart' ? settleCardStart(work) : startOf(file, work));
}

/** Goes on asking after an answer that only said that it takes longer. */
export function askAgain(file: RegistrationFile, work: Work): void {
  file.work.delete(work.id);
  begin(file, work);
}

/** Asks the bank now, without waiting for the end of the attempt; nothing when it is being asked already. */
export function inquireAtOnce(file: RegistrationFile, attemptId: string): void {
  const inquiry = file.work.get(inquiryId(attemptId));
  if (inquiry?.kind === 'cardInquiry') file.work.set(inquiry.id, { ...inquiry, notBefore: null });
}

/** The start of this attempt, when it is under way; with what has been noted on it since it began. */
export function startUnderWay(file: RegistrationFile, attemptId: string): CardStart | undefined {
  const work = file.work.get(startId(attemptId));
  return work?.kind === 'cardStart' ? work : undefined;
}

export function startId(attemptId: string): string {
  return `cardStart-${attemptId}`;
}

export function inquiryId(attemptId: string): string {
  return `cardInquiry-${attemptId}`;
}

/** The inquiry about the number as it is now: each number is asked about by an id of its own. */
export function lineId({ registration: { mobileChanges } }: Pick<RegistrationFile, 'registration'>): string {
  return mobileChanges === 0 ? 'line' : `line-${mobileChanges}`;
}

/** Pieces of work of which the workflow must see the end before it closes: nobody else would send the SMS. */
export function smsUnderWay(file: RegistrationFile): boolean {
  return [...file.work.values()].some(({ kind }) => kind === 'sms');
}

async function finish(file: RegistrationFile, work: Work, end: Promise<Answer | null>): Promise<void> {
  const answer = await end.catch((error: unknown) => {
    // Work is made again without end, so it ends like this only with the workflow itself.
    if (isCancellation(error)) return null;
    throw error;
  });
  // The story takes the work off the file together with its answer, so that a new run does not lose it in between.
  if (answer === null) file.work.delete(work.id);
  else file.inbox.push({ kind: 'answer', work, answer });
}

function startOf(file: RegistrationFile, work: Work): Promise<Answer | null> {
  const registrationId = file.id;
  switch (work.kind) {
    case 'line':
      return inquireLine(registrationId, work);
    case 'person':
      return inquirePerson(registrationId, work);
    case 'cardStart':
      return startCard(work);
    case 'cardInquiry':
      return inquireCard(file, work);
    case 'documents':
      return unanswered(calls.checkDocuments({ registrationId, revision: work.revision }));
    case 'sms':
      return unanswered(calls.sendSms({ smsId: work.smsId }));
  }
}

async function unanswered(work: Promise<unknown>): Promise<null> {
  await work;
  return null;
}

type LineInquiry = Extract<Work, { kind: 'line' }>;

/** In the closed hours the timer waits, durable and to be seen, and not an activity that fails all night. */
async function inquireLine(
  registrationId: string,
  { id, notBefore, told = false }: LineInquiry,
): Promise<Answer> {
  if (notBefore !== undefined) {
    await sleep(Math.max(notBefore - Date.now(), 1), { summary: 'تا باز شدن سامانه استعلام خط' });
  }
  const question = { registrationId, told, ...(id === 'line' ? {} : { again: true }) };
  return { kind: 'line', ...whole(await calls.inquireLine(question)) };
}

async function inquirePerson(
  registrationId: string,
  { told = false }: Extract<Work, { kind: 'person' }>,
): Promise<Answer> {
  return { kind: 'person', ...whole(await calls.inquirePerson({ registrationId, told })) };
}

/** Workers of an earlier build answered with the outcome alone, and histories keep what was answered. */
function whole<Whole extends { readonly outcome: string }>(answer: Whole): Whole {
  return typeof answer === 'string' ? ({ outcome: answer } as unknown as Whole) : answer;
}

type CardStart = Extract<Work, { kind: 'cardStart' }>;

/** The bank is called once. When its answer is lost, it is asked what became of the attempt. */
async function startCard(work: CardStart): Promise<Answer> {
  try {
    const started = await calls.startCard({ attemptId: work.attemptId });
    if (started.outcome !== 'unknown') return { kind: 'cardStart', ...started };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    log.warn('The start of a card verification has no answer; the bank is asked', {
      attemptId: work.attemptId,
    });
  }
  return settleCardStart(work);
}

async function settleCardStart({ attemptId }: CardStart): Promise<Answer> {
  return { kind: 'cardStart', ...(await calls.settleCardStart({ attemptId })) };
}

type CardInquiry = Extract<Work, { kind: 'cardInquiry' }>;

/** Waits until the candidate is back from the bank, or until nobody can come back any more, and then asks. */
async function inquireCard(
  file: RegistrationFile,
  { id, attemptId, notBefore }: CardInquiry,
): Promise<Answer> {
  const wanted = () => {
    const work = file.work.get(id);
    return work?.kind === 'cardInquiry' && work.notBefore === null;
  };
  if (notBefore !== null && !wanted()) await condition(wanted, Math.max(notBefore - Date.now(), 1));
  return { kind: 'cardInquiry', outcome: await calls.inquireCard({ attemptId }) };
}
