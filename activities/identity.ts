/**
 * The two registries that are asked as soon as a registration exists. Asked until they answer: silence, a closed
 * hour or a provider that headquarters has turned off is never a yes (OTP-13). When it takes long the candidate is
 * told so, once, and the asking goes on.
 */
import { activityInfo } from '@temporalio/activity';
import type { LineRefusal, PersonDelay, PersonRefusal } from '../domain/identity-reasons.ts';
import type { Provider } from '../domain/provider.ts';
import type { Fact, Instant } from '../domain/registration.ts';
import { readParticulars, writePerson } from '../store/particulars.ts';
import { isOff } from '../store/provider-switches.ts';
import type { Dependencies } from './dependencies.ts';
import { notYet, outsideFailure } from './failures.ts';
import { GatewayError } from './gateways/gateway-error.ts';

interface Question {
  readonly registrationId: string;
  /** The candidate knows already that the registry does not answer. */
  readonly told: boolean;
  /** About a number that took the place of another one. */
  readonly again?: boolean;
}

interface Delayed {
  readonly outcome: 'delayed';
  /** Makes each delay a cause of its own. */
  readonly at: Instant;
}
type LineDelayed = Delayed & Pick<Extract<Fact, { type: 'lineDelayed' }>, 'reason' | 'until' | 'closed'>;
type PersonDelayed = Delayed & { readonly reason: PersonDelay };

type LineAnswer =
  { readonly outcome: 'confirmed' | Exclude<LineRefusal, 'already-registered'> } | LineDelayed;
type PersonAnswer = { readonly outcome: 'confirmed' | PersonRefusal } | PersonDelayed;

export function identityActivities(dependencies: Dependencies) {
  return {
    /** Whether the line is in the candidate's own name; in the closed hours nobody is asked. */
    async inquireLine(question: Question): Promise<LineAnswer> {
      const at = Date.now();
      const closed = dependencies.lineClosed(at);
      if (closed !== null) {
        const until = closed.until + spreadOf(question.registrationId, closed.until - at);
        return { outcome: 'delayed', at, reason: 'line-hours', ...closed, until };
      }
      const delayed = { reason: 'line-no-answer', until: null, closed: null } as const;
      return asked(dependencies, question, {
        ...{ provider: 'line-owner', delayed },
        ask: () => askForLine(dependencies, question),
      });
    },

    /** Who it is, by the civil registry; the names are kept, sealed, for the questionnaire. */
    inquirePerson: (question: Question): Promise<PersonAnswer> =>
      asked(dependencies, question, {
        provider: 'civil-registry',
        delayed: { reason: 'registry-no-answer' },
        ask: () => askForPerson(dependencies, question),
      }),
  };
}

const SPREAD_MOST_MS = 20_000;
const SPREAD_SHARE = 50;

/** Whoever came in the night is asked about in the first seconds of the morning, but not all in the same one. */
function spreadOf(registrationId: string, waitMs: number): number {
  const share = Number.parseInt(registrationId.slice(-4), 16) / 0x1_0000;
  return Math.round(share * Math.min(waitMs / SPREAD_SHARE, SPREAD_MOST_MS));
}

/** So many failed calls, with 3 s of waiting between them, are more than a hiccup. */
const TELL_AFTER_CALLS = 3;
const SWITCHED_OFF_PAUSE_MS = 2_000;
const SWITCHED_OFF_PAUSE_MAX_MS = 60_000;

interface Asking<Answer, Delay> {
  readonly provider: Provider;
  readonly ask: () => Promise<Answer>;
  /** What the candidate is told. */
  readonly delayed: Delay;
}

async function asked<Answer, Delay>(
  { db }: Dependencies,
  { told, again = false }: Question,
  { provider, ask, delayed }: Asking<Answer, Delay>,
): Promise<Answer | (Delayed & Delay)> {
  const { attempt } = activityInfo();
  let off = false;
  try {
    off = await isOff(db, provider);
    if (!off) return await ask();
  } catch (error) {
    const long = error instanceof GatewayError && attempt >= TELL_AFTER_CALLS;
    if (long && !told) return { outcome: 'delayed', at: Date.now(), ...delayed };
    throw outsideFailure(error);
  }
  // Whoever has changed the number is held up by the silence of the registry no longer than until it is known.
  if (again && !told) return { outcome: 'delayed', at: Date.now(), ...delayed };
  // Candidates read the text of headquarters before the step; no call is made meanwhile.
  throw notYet(
    `${provider} is turned off`,
    Math.min(SWITCHED_OFF_PAUSE_MS * attempt, SWITCHED_OFF_PAUSE_MAX_MS),
  );
}

const LINE = { yes: 'confirmed', no: 'line-not-own', invalid: 'line-invalid' } as const;

async function askForLine(
  { db, gateways, failpoint }: Dependencies,
  { registrationId }: Question,
): Promise<LineAnswer> {
  const { mobile, nationalId } = await readParticulars(db, registrationId);
  await failpoint('inquireLine.before-call', registrationId);
  const answer = await gateways.lineOwner.belongs({ mobile, nationalId });
  await failpoint('inquireLine.after-answer', registrationId);
  return { outcome: LINE[answer] };
}

async function askForPerson(
  { db, gateways, failpoint }: Dependencies,
  { registrationId }: Question,
): Promise<PersonAnswer> {
  const { nationalId, birthDate } = await readParticulars(db, registrationId);
  await failpoint('inquirePerson.before-call', registrationId);
  const person = await gateways.civilRegistry.find({ nationalId, birthDate });
  await failpoint('inquirePerson.after-answer', registrationId);
  if (!person.matched) return { outcome: 'person-not-found' };
  if (!person.alive) return { outcome: 'person-not-alive' };
  const { firstName, lastName, fatherName } = person;
  await writePerson(db, registrationId, { firstName, lastName, fatherName });
  return { outcome: 'confirmed' };
}
