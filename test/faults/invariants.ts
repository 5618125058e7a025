/** What must hold after any disturbance. Reads the database and the phones; the product has no say in it. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isLegal, type CommandKind } from '../../domain/lifecycle.ts';
import { fold, UNOPENED, type Fact, type FactType } from '../../domain/registration.ts';
import { settledLosses } from '../../scripts/journey/settling.ts';
import type { Candidacy, Team } from '../support/candidacy.ts';
import { NET_MS } from '../support/patience.ts';
import type { System } from '../support/system.ts';
import { brokenCodes, CODE_SMS } from './code-sms.ts';

/** The command without which a fact cannot be; null for what the outside world found out. */
const COMMAND_OF: Readonly<Record<FactType, CommandKind | null>> = {
  opened: null,
  lineConfirmed: null,
  lineRefused: null,
  lineDelayed: null,
  personConfirmed: null,
  personRefused: null,
  personDelayed: null,
  cardStarted: 'verification',
  cardReturned: 'bankReturn',
  cardConfirmed: null,
  cardRefused: null,
  identityProven: 'identityProof',
  submitted: 'submission',
  submissionConfirmed: 'confirmation',
  returned: 'corrections',
  approved: 'approval',
  rejected: 'rejection',
  withdrawn: 'withdrawal',
  mobileChanged: 'mobileChange',
  windowChanged: 'windowChange',
  expired: 'expiry',
};

/** What a candidacy with one round of corrections leaves behind, whatever happened on the way. */
const WHOLE_STORY = ['submitted', 'returned', 'submitted', 'approved'];

interface FactRow {
  readonly type: FactType;
  readonly payload: object;
}

/** Each fact follows from the law in the state that it met, and none came twice. */
export function illegalEdges(facts: readonly FactRow[]): string[] {
  let state = UNOPENED;
  return facts.flatMap(({ type, payload }) => {
    const met = state;
    state = fold(state, { ...payload, type } as Fact);
    const command = COMMAND_OF[type];
    if (type === 'opened') return met.sequence === 0 ? [] : ['opened twice'];
    // What is heard of a number that took another's place may come at any time.
    const ofNewLine = type.startsWith('line') && met.mobileChanges > 0;
    const early = met.status.startsWith('awaiting-ver');
    if (command === null) return early || ofNewLine ? [] : [`${type} in ${met.status}`];
    return isLegal(met.status, command) ? [] : [`${type} in ${met.status}`];
  });
}

async function ofRegistration(client: pg.Client, { system, team, one }: Examined): Promise<string[]> {
  const id = one.registrationId;
  if (id === null) return ['no registration'];
  const rows = async <Row>(sql: string): Promise<Row[]> => (await client.query(sql, [id])).rows as Row[];
  const facts = await rows<FactRow>(
    'select type, payload from registration_facts where registration_id = $1 order by sequence',
  );
  const found = illegalEdges(facts);

  const undecided = await rows<{ kind: string; state: string }>(
    `select kind, state from commands where registration_id = $1 and state in ('accepted', 'delivered')`,
  );
  found.push(...undecided.map(({ kind, state }) => `${kind} is still ${state}`));

  const sms = await rows<{ template: string; state: string }>(
    'select template, state from sms where registration_id = $1',
  );
  const inbox = await team.world.inbox(one.play.who.mobile);
  const notices = inbox
    .map(({ text }) => text)
    .filter((text) => !CODE_SMS.test(text) && !text.startsWith('رمز'));
  if (notices.length !== sms.length) found.push(`${sms.length} SMS were to be sent, ${notices.length} came`);
  if (new Set(notices).size !== notices.length) found.push('an SMS came twice');
  found.push(
    ...sms
      .filter(({ state }) => state === 'pending' || state === 'queued')
      .map(({ template, state }) => `SMS ${template} is ${state}`),
  );

  const attempts = await rows<{ id: string }>('select id from card_verifications where registration_id = $1');
  const starts = attempts.map((attempt) => startsOf(system, attempt.id)).filter((count) => count > 1);
  if (starts.length > 0) found.push(`the bank was asked ${starts.join(', ')} times to start one attempt`);
  return found;
}

/** Our adapter gives the bank the attempt's id as the invoice. */
function startsOf({ bank }: System, attemptId: string): number {
  const plain = attemptId.replaceAll('-', '');
  return [...bank.starts].find(([invoice]) => invoice.replaceAll('-', '') === plain)?.[1] ?? 0;
}

interface Examined {
  readonly system: System;
  readonly team: Team;
  readonly one: Candidacy;
}

/** A worker that is killed again as soon as it is back gets little done. */
const SETTLING_UNDER_KILLS_MS = 180_000;
const LOOK_AGAIN_MS = 1_000;

/** Looks again until nothing is found or the patience is at its end. */
async function settledFindings(look: () => Promise<string[]>, patienceMs = NET_MS): Promise<string[]> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found.length === 0 || Date.now() > until) return found;
    await delay(LOOK_AGAIN_MS);
  }
}

/** What is not as it must be with one candidacy, while others may be under way and kills go on. */
export function brokenCandidacy(examined: Examined): Promise<string[]> {
  return settledFindings(async () => {
    const client = new pg.Client({ connectionString: examined.system.running.databaseUrl });
    await client.connect();
    try {
      return [...(await ofRegistration(client, examined)), ...(await brokenCodes(client, examined))];
    } finally {
      await client.end();
    }
  }, SETTLING_UNDER_KILLS_MS);
}

/**
 * Everything that is not as it must be, in words; empty when all is well. What a dead worker had in hands is made
 * again only when its time is up, so it is looked at until all is well or the patience is at its end.
 */
export function brokenInvariants(
  system: System,
  team: Team,
  candidacies: readonly Candidacy[],
): Promise<string[]> {
  return settledFindings(() => lookOnce(system, team, candidacies));
}

async function lookOnce(system: System, team: Team, candidacies: readonly Candidacy[]): Promise<string[]> {
  const { databaseUrl } = system.running;
  const { lost, undecided } = await settledLosses(databaseUrl, team.receipts.all, {
    look: 'soon',
    settlingMs: 0,
  });
  const found = lost.map(({ promise, why }) => `lost: ${promise}: ${why}`);
  if (undecided > 0) found.push(`${undecided} commands are undecided`);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const one of candidacies) {
      const own = [
        ...(await ofRegistration(client, { system, team, one })),
        ...(await brokenCodes(client, { system, team, one })),
      ];
      found.push(...own.map((what) => `${one.registrationId ?? '?'}: ${what}`));
    }
  } finally {
    await client.end();
  }
  return found;
}

/** The steps of the story in their order, for those who played it to the end. */
export async function storyOf(system: System, registrationId: string): Promise<string> {
  const client = new pg.Client({ connectionString: system.running.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ type: string }>(
      'select type from registration_facts where registration_id = $1 order by sequence',
      [registrationId],
    );
    return rows
      .map(({ type }) => type)
      .filter((type) => WHOLE_STORY.includes(type))
      .join(' → ');
  } finally {
    await client.end();
  }
}

export const WHOLE = WHOLE_STORY.join(' → ');
