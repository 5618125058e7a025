/** The file of one registration while its workflow holds it: what is known, what came in, what is under way. */
import type { Activities } from '../activities/activities.ts';
import type { CommandKind } from '../domain/lifecycle.ts';
import type { CardRefusal, Instant, Registration } from '../domain/registration.ts';
import { UNOPENED } from '../domain/registration.ts';
import type { CommandSignal, RegistrationInput, Work } from './protocol.ts';

/** The end of a piece of work outside that the story waits for. */
export type Answer =
  | ({ readonly kind: 'line' } & Awaited<ReturnType<Activities['inquireLine']>>)
  | ({ readonly kind: 'person' } & Awaited<ReturnType<Activities['inquirePerson']>>)
  | { readonly kind: 'cardStart'; readonly outcome: 'started'; readonly expiresAt: Instant }
  | { readonly kind: 'cardStart'; readonly outcome: 'unavailable' }
  | { readonly kind: 'cardInquiry'; readonly outcome: 'confirmed' | CardRefusal };

/** What the story takes up next: one at a time, in the order in which it came in. */
export type Message =
  | ({ readonly kind: 'command' } & CommandSignal)
  | { readonly kind: 'answer'; readonly work: Work; readonly answer: Answer }
  | { readonly kind: 'deadline' };

/** So many ids are remembered; far more than a registration has commands, and 20 KB of state at most. */
const HANDLED_MAX = 500;

export interface RegistrationFile {
  readonly id: string;
  readonly input: RegistrationInput;
  registration: Registration;
  waitingSince: Instant;
  readonly inbox: Message[];
  /** Ids of commands that have been taken in; a repeated signal is dropped by it. */
  readonly handled: Set<string>;
  readonly work: Map<string, Work>;
  /** Counts signals, so that a parked file notices a new one. */
  signals: number;
  /** Commands taken up in this run. */
  commands: number;
  /** How often the expiry was put off since the last command. */
  deferrals: number;
}

/** A new file, or the one that the run before has handed over. */
export function openFile(input: RegistrationInput, now: Instant): RegistrationFile {
  const { carried } = input;
  return {
    id: input.registrationId,
    input,
    registration: carried === undefined ? UNOPENED : complete(carried.registration),
    waitingSince: carried?.waitingSince ?? now,
    inbox: (carried?.waiting ?? []).map((signal) => ({ ...signal, kind: 'command' })),
    handled: new Set(carried?.handled ?? []),
    work: new Map(),
    signals: 0,
    commands: 0,
    deferrals: 0,
  };
}

/** What an earlier build has handed over lacks what a registration has come to hold since. */
function complete(registration: Partial<Registration>): Registration {
  const way = registration.card?.state === 'confirmed' ? 'card' : null;
  const counted = registration.line?.state === 'confirmed';
  return { ...UNOPENED, way, counted, ...registration };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;

/**
 * A command that came for the first time goes into the inbox; a repeated one is dropped, and so is what cannot be
 * one (sent by hand, past the command log): to throw here would stop the workflow. Whether the log has it is for the
 * record to say.
 */
export function takeIn(
  file: RegistrationFile,
  kind: CommandKind,
  signal: Partial<CommandSignal> | null | undefined,
): void {
  file.signals += 1;
  if (!isCommand(signal) || signal.command.kind !== kind || file.handled.has(signal.commandId)) return;
  file.handled.add(signal.commandId);
  file.inbox.push({ ...signal, kind: 'command' });
}

function isCommand(signal: Partial<CommandSignal> | null | undefined): signal is CommandSignal {
  return (
    typeof signal?.commandId === 'string' &&
    UUID.test(signal.commandId) &&
    typeof signal.receivedAt === 'number' &&
    typeof signal.command?.kind === 'string'
  );
}

/** What the next run starts from. Work that is under way is issued again there by its id. */
export function handOver(file: RegistrationFile): RegistrationInput {
  const waiting = file.inbox.flatMap((message) => {
    if (message.kind !== 'command') return [];
    const { kind: _, ...signal } = message;
    return [signal];
  });
  return {
    ...file.input,
    carried: {
      registration: file.registration,
      handled: [...file.handled].slice(-HANDLED_MAX),
      waiting,
      work: [...file.work.values()],
      waitingSince: file.waitingSince,
    },
  };
}
