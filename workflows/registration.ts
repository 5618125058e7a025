/**
 * One registration, from its opening to its end, as the guide tells it.
 *
 * Messages come by signal (durable with no worker alive), wait in the inbox and are taken up one at a time: decided
 * by the rules of `domain`, recorded by one local activity, and only then followed by what they cause. Between any
 * two messages the workflow can continue as new; nothing is lost by it, because the file is handed over whole.
 */
import { condition, continueAsNew, defineSignal, log, setHandler, workflowInfo } from '@temporalio/workflow';
import { COMMAND_KINDS, isFinal, type Status } from '../domain/lifecycle.ts';
import { learn, type Finding } from '../domain/finding.ts';
import { deadline, decide, type Decision, type Registration } from '../domain/registration.ts';
import { deadlineTimer } from './deadline.ts';
import { showProgress } from './details.ts';
import { handOver, openFile, takeIn, type Message, type RegistrationFile } from './file.ts';
import {
  askAgain,
  begin,
  inquireAtOnce,
  inquiryId,
  lineId,
  resume,
  smsUnderWay,
  startId,
  startUnderWay,
} from './outside-work.ts';
import type { CommandSignal, RegistrationInput } from './protocol.ts';
import { record } from './recording.ts';

/** Runs until nobody can move the registration any more; returns its final status. */
export async function registration(input: RegistrationInput): Promise<Status> {
  const file = openFile(input, Date.now());
  const timer = deadlineTimer(file);
  receiveCommands(file);
  for (const work of input.carried?.work ?? []) resume(file, work);
  timer.rearm();
  showProgress(file);

  while (!isFinal(file.registration.status)) {
    await takeUp(file, await nextMessage(file));
    timer.rearm();
    if (isLong(file)) await continueAsNew<typeof registration>(handOver(file));
  }
  await close(file);
  return file.registration.status;
}

/**
 * Signals, not updates: an update needs a worker that is alive, and the deadline hour is when there may be none.
 * Handlers only put the command into the inbox, so there is never one unfinished when a run ends. A command that
 * arrives after the end is refused by whoever delivers it (store/delivery.ts).
 */
function receiveCommands(file: RegistrationFile): void {
  for (const kind of COMMAND_KINDS) {
    if (kind === 'expiry') continue;
    setHandler(defineSignal<[CommandSignal]>(kind), (signal) => takeIn(file, kind, signal), {
      description: `Takes in an accepted command: ${kind}`,
    });
  }
}

async function nextMessage(file: RegistrationFile): Promise<Message> {
  await condition(() => file.inbox.length > 0);
  const message = file.inbox.shift();
  if (message === undefined) throw new Error('The inbox was emptied by somebody else');
  return message;
}

async function takeUp(file: RegistrationFile, message: Message): Promise<void> {
  switch (message.kind) {
    case 'command':
      file.commands += 1;
      file.deferrals = 0;
      return takeUpCommand(file, message);
    case 'answer':
      return takeUpAnswer(file, message);
    case 'deadline':
      return deadlineReached(file);
  }
}

/** Each command by its name in the guide; what is no business of the outside world is only decided and recorded. */
async function takeUpCommand(file: RegistrationFile, message: CommandSignal): Promise<void> {
  switch (message.command.kind) {
    case 'registration':
      return opened(file, message);
    case 'verification':
      return cardAnnounced(file, message);
    case 'bankReturn':
      return backFromTheBank(file, message);
    case 'submission':
      return submitted(file, message);
    case 'mobileChange':
      return numberChanged(file, message);
    default:
      return decided(file, message);
  }
}

/** Corrections, approval, rejection, withdrawal, a changed window: the rules answer, the record keeps. */
async function decided(
  file: RegistrationFile,
  { commandId, command, receivedAt }: CommandSignal,
): Promise<void> {
  const judge = (registration: Registration) => decide(registration, command, receivedAt);
  await record(file, { cause: commandId, commandId, judge });
}

/** Both registries are asked as soon as the registration exists, before any card is tried. */
async function opened(file: RegistrationFile, message: CommandSignal): Promise<void> {
  await decided(file, message);
  if (file.registration.line.state === 'pending') begin(file, { kind: 'line', id: 'line' });
  if (file.registration.person.state === 'pending') begin(file, { kind: 'person', id: 'person' });
}

/** Whose the new number is, is asked under an id of its own; what is heard of the former one counts no more. */
async function numberChanged(file: RegistrationFile, message: CommandSignal): Promise<void> {
  await decided(file, message);
  if (isFinal(file.registration.status) || file.registration.line.state !== 'pending') return;
  begin(file, { kind: 'line', id: lineId(file) });
}

/** The bank's page is opened by one call; the command stays undecided until it is known what came of it. */
async function cardAnnounced(file: RegistrationFile, message: CommandSignal): Promise<void> {
  const { commandId, command, receivedAt } = message;
  if (command.kind !== 'verification') return;
  if (decide(file.registration, command, receivedAt).refusal !== null) return decided(file, message);
  const { attemptId } = command;
  begin(file, { kind: 'cardStart', id: startId(attemptId), attemptId, commandId, receivedAt });
}

/**
 * The bank is asked at once, also about an attempt that another one has replaced: its wrong entry counts all the same.
 * Whoever is back before we have heard that the attempt began has their answer after it.
 */
async function backFromTheBank(file: RegistrationFile, message: CommandSignal): Promise<void> {
  const { command, commandId, number, receivedAt } = message;
  if (command.kind !== 'bankReturn') return;
  const start = startUnderWay(file, command.attemptId);
  if (start !== undefined && start.returned === undefined) {
    file.work.set(start.id, { ...start, returned: { commandId, number, receivedAt } });
    return;
  }
  await decided(file, message);
  inquireAtOnce(file, command.attemptId);
}

/** The governorate's move begins; meanwhile it is checked that the frozen documents can be opened. */
async function submitted(file: RegistrationFile, message: CommandSignal): Promise<void> {
  await decided(file, message);
  const { command } = message;
  if (command.kind !== 'submission' || file.registration.revision !== command.revision) return;
  begin(file, { kind: 'documents', id: `documents-${command.revision}`, revision: command.revision });
}

type AnswerMessage = Extract<Message, { kind: 'answer' }>;

async function takeUpAnswer(file: RegistrationFile, { work, answer }: AnswerMessage): Promise<void> {
  if (answer.kind === 'line' && work.id !== lineId(file)) {
    log.info('An answer about a former number is left aside', { work: work.id });
  } else if (answer.kind === 'cardStart') {
    if (work.kind === 'cardStart') await bankAnswered(file, work, answer);
  } else if (answer.kind !== 'cardInquiry' && answer.outcome === 'delayed') {
    return delayed(file, work, answer);
  } else {
    const finding = findingOf(work, answer);
    const judge = (registration: Registration) => ({ facts: learn(registration, finding), refusal: null });
    await record(file, { cause: work.id, judge });
  }
  file.work.delete(work.id);
}

type Delay = Extract<AnswerMessage['answer'], { outcome: 'delayed' }>;

/** A registry that is closed or silent: the candidate is told once, and it is asked again. */
async function delayed(
  file: RegistrationFile,
  { id, kind }: AnswerMessage['work'],
  answer: Delay,
): Promise<void> {
  const judge = (registration: Registration) => ({ facts: learn(registration, answer), refusal: null });
  await record(file, { cause: `${id}-${answer.reason}-${answer.at}`, judge });
  if (answer.kind === 'person' && kind === 'person') return askAgain(file, { kind, id, told: true });
  if (answer.kind !== 'line' || kind !== 'line') return;
  const night = answer.until === null ? { told: true } : { notBefore: answer.until };
  askAgain(file, { kind, id, ...night });
}

function findingOf(
  work: AnswerMessage['work'],
  answer: Exclude<AnswerMessage['answer'], { kind: 'cardStart' }>,
): Finding {
  if (answer.kind !== 'cardInquiry') return answer;
  const attemptId = work.kind === 'cardInquiry' ? work.attemptId : '';
  return { kind: 'card', attemptId, outcome: answer.outcome };
}

type CardStart = Extract<AnswerMessage['work'], { kind: 'cardStart' }>;
type CardStarted = Extract<AnswerMessage['answer'], { kind: 'cardStart' }>;

/** The verification has its outcome; from now on the bank is asked when the candidate is back, or at the end. */
async function bankAnswered(file: RegistrationFile, work: CardStart, answer: CardStarted): Promise<void> {
  const { commandId, attemptId, receivedAt } = work;
  const judge = (registration: Registration): Decision => {
    const decision = decide(registration, { kind: 'verification', attemptId }, receivedAt);
    const refused = answer.outcome === 'unavailable' && decision.refusal === null;
    return refused ? { facts: [], refusal: 'bank-unavailable' } : decision;
  };
  await record(file, { cause: commandId, commandId, judge });
  const returned = startUnderWay(file, attemptId)?.returned;
  if (returned !== undefined)
    await decided(file, { ...returned, command: { kind: 'bankReturn', attemptId } });
  if (answer.outcome === 'unavailable') return;
  const notBefore = returned === undefined ? answer.expiresAt : null;
  begin(file, { kind: 'cardInquiry', id: inquiryId(attemptId), attemptId, notBefore });
}

/** The candidate's time is over, unless it has moved meanwhile or the log holds a command that came in time. */
async function deadlineReached(file: RegistrationFile): Promise<void> {
  const due = deadline(file.registration);
  if (due === null || Date.now() < due) return;
  const judge = (registration: Registration) => decide(registration, { kind: 'expiry' }, Date.now());
  const recorded = await record(file, { cause: `expiry-${due}`, judge });
  file.deferrals = recorded ? 0 : file.deferrals + 1;
}

/** Only between two messages, and with nothing left in the inbox: what is under way is handed over. */
function isLong(file: RegistrationFile): boolean {
  if (file.inbox.length > 0 || isFinal(file.registration.status)) return false;
  const { continueAfter = Infinity } = file.input;
  return workflowInfo().continueAsNewSuggested || file.commands >= continueAfter;
}

/** Whoever still waits gets an answer, and every SMS is handed over, before the workflow ends. */
async function close(file: RegistrationFile): Promise<void> {
  for (const work of [...file.work.values()]) {
    if (work.kind === 'cardStart')
      await bankAnswered(file, work, { kind: 'cardStart', outcome: 'unavailable' });
  }
  do {
    while (file.inbox.length > 0) {
      const message = file.inbox.shift();
      if (message?.kind === 'command') await decided(file, message);
    }
    await condition(() => file.inbox.length > 0 || !smsUnderWay(file));
  } while (file.inbox.length > 0);
}
