/**
 * Each provider of the identity in trouble, in each way that the sandbox knows: nobody passes, no card is tried twice,
 * the candidate reads what to do, and what does not depend on the provider goes on. Our own adapters, one sandbox for
 * each trouble, all at once.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Dependencies } from '../../activities/dependencies.ts';
import { IDENTITY_TEXTS } from '../../domain/identity-texts.ts';
import type { IdentityReason } from '../../domain/identity-reasons.ts';
import { getCardVerification } from '../../store/card-verifications.ts';
import { payWith } from '../support/bank-browser.ts';
import { e164, startSandbox, type RunningSandbox, type SandboxPerson } from '../support/sandbox.ts';
import { newCandidacy, type Candidacy } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

const TROUBLES = ['refuse', 'error-500', 'error-429', 'hang', 'slow', 'drop-reply', 'malformed'] as const;
type Trouble = (typeof TROUBLES)[number];
const PROVIDERS = ['line-owner', 'civil-registry', 'bank'] as const;
type Provider = (typeof PROVIDERS)[number];
/** Only these are waited for in vain. The others answer; with a short patience a busy machine would be a trouble more. */
const SILENT: readonly Trouble[] = ['hang', 'slow'];
/** Beyond the patience of the adapters in these tests (a second). */
const SLOW_MS = 1_500;

interface Case {
  readonly provider: Provider;
  readonly trouble: Trouble;
  readonly sandbox: RunningSandbox;
  readonly person: SandboxPerson;
  /** Since the trouble began, and not before: a busy machine is no trouble of the others. */
  troubled: boolean;
}

function gatewaysOf(
  { sandbox, provider, trouble, troubled }: Case,
  asked: Provider,
): RunningSandbox['gateways'] {
  const isSilent = troubled && provider === asked && SILENT.includes(trouble);
  return isSilent ? sandbox.gateways : sandbox.patient;
}

const cases: Case[] = [];
const caseOfAttempt = new Map<string, Case>();
/** How each case ended: null, or what went wrong. */
const plays = new Map<string, Promise<unknown>>();
let stage: Stage;

function caseOf(nationalId: string): Case {
  const found = cases.find(({ person }) => person.nationalId === nationalId);
  if (found === undefined) throw new Error('Nobody of these tests');
  return found;
}

/** Every candidate meets the outside world of their own trouble. */
const gateways: Partial<Dependencies['gateways']> = {
  lineOwner: {
    belongs: (question) => gatewaysOf(caseOf(question.nationalId), 'line-owner').line.belongs(question),
  },
  civilRegistry: {
    find: (question) => gatewaysOf(caseOf(question.nationalId), 'civil-registry').registry.find(question),
  },
  bank: {
    start(attempt) {
      const own = caseOf(attempt.nationalId);
      caseOfAttempt.set(attempt.attemptId, own);
      return gatewaysOf(own, 'bank').bank.start(attempt);
    },
    inquire: (attempt) =>
      gatewaysOf(caseOfAttempt.get(attempt.attemptId) as Case, 'bank').bank.inquire(attempt),
  },
};

beforeAll(async () => {
  stage = await openStage({ gateways });
  for (const provider of PROVIDERS) {
    for (const mode of TROUBLES) {
      const sandbox = await startSandbox();
      const more = await fetch(`${sandbox.url}/people`, {
        method: 'POST',
        body: new URLSearchParams({ count: '30' }),
      });
      await more.arrayBuffer();
      const people = (await sandbox.people()).filter(({ fate }) => fate === null);
      const person = people[cases.length];
      if (person === undefined) throw new Error('The sandbox has too few people');
      cases.push({ provider, trouble: mode, sandbox, person, troubled: false });
    }
  }
  // All at once: most of the time is waiting.
  for (const own of cases) {
    const played = PLAYS[own.provider](own).then(
      () => null,
      (error: unknown) => error,
    );
    plays.set(`${own.provider} ${own.trouble}`, played);
  }
});
afterAll(async () => {
  await Promise.all(plays.values());
  await stage.close();
  await Promise.all(cases.map(({ sandbox }) => sandbox.stop()));
});

/** After a third malformed answer the next call comes only after a minute, unless the candidate was to be told first. */
function limitsOf({ provider, trouble: mode }: Case): object {
  if (mode === 'slow') return { delayMs: SLOW_MS };
  return mode === 'malformed' ? { for: provider === 'bank' ? 2 : 3 } : {};
}

async function trouble(own: Case): Promise<void> {
  const { sandbox, provider, trouble: mode } = own;
  await sandbox.fault(provider, { mode, ...limitsOf(own) });
  own.troubled = true;
}

async function cure(own: Case): Promise<void> {
  await own.sandbox.fault(own.provider, { mode: 'ok' });
  own.troubled = false;
}

const isProven = ({ status }: { readonly status: string }): boolean => status === 'awaiting-submission';

function candidacyOf({ person: { mobile, nationalId, birthDate } }: Case): Promise<Candidacy> {
  return newCandidacy(stage, { mobile: e164(mobile), nationalId, birthDate });
}

interface Try {
  readonly attemptId: string;
  readonly view: () => ReturnType<typeof getCardVerification>;
}

/** On the bank's page with the right password, and back. */
async function pay(
  candidacy: Candidacy,
  { sandbox, person }: Case,
  onPage: () => Promise<void>,
): Promise<Try> {
  const [card] = person.cards;
  if (card === undefined) throw new Error('This person has no card');
  const digits = { cardPrefix: card.number.slice(0, 6), cardSuffix: card.number.slice(-4) };
  const verified = await stage.settle(await candidacy.verification(digits));
  const { attemptId } = verified.result as { attemptId: string };
  const view = () => getCardVerification(stage.fresh.db, { ...candidacy, attemptId });
  await payWith(sandbox, { pageUrl: (await view()).redirectUrl ?? '', card, mobile: person.mobile });
  await onPage();
  await stage.settle(await candidacy.bankReturn(attemptId));
  return { attemptId, view };
}

async function textsOf({ registrationId }: Candidacy): Promise<string[]> {
  const told = stage.fresh.db.knex('messages').where({ registration_id: registrationId });
  return (await told.orderBy('sent_at').pluck('text')) as string[];
}

/** A registry that does not answer: the card and the questionnaire go on, and its answer comes in the end. */
async function silentRegistry(own: Case, reason: IdentityReason): Promise<void> {
  await trouble(own);
  const candidacy = await candidacyOf(own);
  await pay(candidacy, own, () => Promise.resolve());
  await candidacy.until(({ identity }) => identity.card === 'confirmed');
  await candidacy.fillIn();
  if (own.trouble !== 'malformed') {
    const view = await candidacy.until(({ identity }) => identity.reason === reason);
    expect(view.status).toBe('awaiting-verification');
    await cure(own);
  }
  await candidacy.until(isProven);
  expect((await textsOf(candidacy))[0]).toBe(IDENTITY_TEXTS[reason]);
}

/** A bank that does not say what came of a try: it is asked again, and the card is not tried again. */
async function silentBank(own: Case): Promise<void> {
  const candidacy = await candidacyOf(own);
  const { view } = await pay(candidacy, own, () => trouble(own));
  await candidacy.fillIn();
  if (own.trouble !== 'malformed') {
    await new Promise((go) => setTimeout(go, 1_200));
    expect(await view()).toMatchObject({ state: 'returned', reason: null });
    expect(await candidacy.view()).toMatchObject({
      status: 'awaiting-verification',
      identity: { card: 'pending', reason: null, triesLeft: 3 },
    });
    await cure(own);
  }
  await candidacy.until(isProven);
  const evidence = (await (await fetch(`${own.sandbox.url}/evidence.json`)).json()) as {
    bank: { starts: unknown[]; entries: unknown[] };
  };
  expect([evidence.bank.starts.length, evidence.bank.entries.length]).toEqual([1, 1]);
}

const PLAYS: Readonly<Record<Provider, (own: Case) => Promise<void>>> = {
  'line-owner': (own) => silentRegistry(own, 'line-no-answer'),
  'civil-registry': (own) => silentRegistry(own, 'registry-no-answer'),
  bank: silentBank,
};

describe.each(PROVIDERS)('OTP-13: %s in trouble', (provider) => {
  test.each(TROUBLES)('by %s', async (mode) => {
    expect(await plays.get(`${provider} ${mode}`)).toBeNull();
  });
});

describe('OTP-11: a bank in trouble when the try is to start', () => {
  test.each(['refuse', 'error-429'] as const)('by %s: the candidate is told at once', async (mode) => {
    const { sandbox } = cases.at(-1) as Case;
    const people = (await sandbox.people()).filter(({ fate }) => fate === null);
    const person = people.at(mode === 'refuse' ? -1 : -2) as SandboxPerson;
    const own: Case = { provider: 'bank', trouble: mode, sandbox, person, troubled: false };
    cases.push(own);
    const candidacy = await candidacyOf(own);
    await trouble(own);
    const refused = await stage.settle(await candidacy.verification());
    expect(refused).toMatchObject({ state: 'refused', code: 'bank-unavailable' });
    await cure(own);
    await pay(candidacy, own, () => Promise.resolve());
    await candidacy.until(isProven);
  });
});
