/** An identity in person, through the real workflow: what it opens, what the candidate hears, and what it is no way around. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DEMO_STAFF } from '../../scripts/demo-data.ts';
import { acceptIdentityProof, type CommandView } from '../../store/commands.ts';
import { listWrongEntries } from '../../store/card-tries.ts';
import { getCardVerification } from '../../store/card-verifications.ts';
import { listHistory } from '../../store/history.ts';
import { proposeIdentity } from '../../store/identity-proposals.ts';
import { switchOff, switchOn } from '../../store/provider-switches.ts';
import { CONSTITUENCY, idempotency, newCandidacy, refusalOf, type Candidacy } from './candidacy.ts';
import { CARD, PROVEN } from './outside-world.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => {
  Object.assign(stage.world.answers, {
    line: 'yes',
    person: 'matched',
    start: 'opened',
    bank: { outcome: 'pending' },
  });
});
afterAll(() => stage.close());

const [FIRST = '', SECOND = ''] = DEMO_STAFF.filter(
  ({ governorate }) => governorate === CONSTITUENCY?.governorate,
).map(({ id }) => id);

async function proposed({ registrationId }: Candidacy): Promise<string> {
  const seen = { document: 'passport', reason: 'no-supported-bank', note: null } as const;
  return proposeIdentity(stage.fresh.db, { registrationId, staffId: FIRST, ...seen });
}

function confirmation({ registrationId }: Candidacy, proposalId: string): Promise<CommandView> {
  const key = idempotency(`staff:${SECOND}`);
  return acceptIdentityProof(stage.fresh.db, {
    registrationId,
    staffId: SECOND,
    proposalId,
    idempotency: key,
  });
}

const messagesOf = ({ registrationId }: Candidacy): Promise<string[]> =>
  stage.fresh.owner('messages').where({ registration_id: registrationId }).orderBy('sent_at').pluck('text');

async function known(): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.until(({ identity }) => identity.line === 'confirmed');
  await stage.idle(candidacy.registrationId);
  return candidacy;
}

test('ADM-8: proven by two members of staff, the candidate is told by message and SMS and goes on', async () => {
  const candidacy = await known();
  const proposalId = await proposed(candidacy);
  expect((await candidacy.view()).identity.way).toBeNull();
  expect(await stage.settle(await confirmation(candidacy, proposalId))).toMatchObject({
    kind: 'identityProof',
    state: 'done',
  });
  const view = await candidacy.until(({ status }) => status === 'awaiting-submission');
  expect(view.identity).toMatchObject({ way: 'in-person', card: 'none', reason: null });
  expect((await messagesOf(candidacy)).at(-1)).toContain('فرمانداری دامغان حضوری تأیید شد');
  const history = await listHistory(stage.fresh.db, candidacy.registrationId);
  expect(history.at(-1)).toMatchObject({ fact: 'identityProven' });
  await stage.idle(candidacy.registrationId);
  expect(stage.world.sent.map(({ text }) => text)).toContainEqual(
    expect.stringContaining('هویت شما تأیید شد'),
  );
  await candidacy.fillIn();
  expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
  expect(await refusalOf(candidacy.verification())).toBe('already-verified');
});

test.each([
  [PROVEN, 'confirmed', 0],
  [{ outcome: 'refused', reason: 'wrong-entry' }, 'refused', 1],
] as const)(
  'a card that is at the bank meanwhile is still asked about: %j is %s, counts %d times, and changes nothing',
  async (bank, state, entries) => {
    const candidacy = await known();
    const started = await stage.settle(await candidacy.verification());
    const { attemptId } = started.result as { attemptId: string };
    await stage.settle(await confirmation(candidacy, await proposed(candidacy)));
    await candidacy.until(({ status }) => status === 'awaiting-submission');
    stage.world.answers.bank = bank;
    const returned = await stage.settle(await candidacy.bankReturn(attemptId));
    expect(returned).toMatchObject({ state: 'refused', code: 'already-verified' });
    const { db } = stage.fresh;
    const attempt = () => getCardVerification(db, { ...candidacy, attemptId });
    while ((await attempt()).state === 'started') await delay(25);
    expect(await attempt()).toMatchObject({ state });
    expect((await candidacy.view()).identity).toMatchObject({ way: 'in-person', card: 'started' });
    const wrong = await listWrongEntries(db, candidacy.candidateId);
    expect(wrong.get(candidacy.registrationId) ?? []).toHaveLength(entries);
  },
);

test('with the line still unknown it waits for it, and says so', async () => {
  stage.world.line.close();
  const candidacy = await newCandidacy(stage);
  await stage.settle(await confirmation(candidacy, await proposed(candidacy)));
  expect(await candidacy.view()).toMatchObject({
    status: 'awaiting-verification',
    identity: { way: 'in-person' },
  });
  expect((await messagesOf(candidacy)).at(-1)).toContain('هنوز نرسیده است');
  stage.world.line.open();
  await candidacy.until(({ status }) => status === 'awaiting-submission');
});

test('is no way around a line of somebody else: neither proposed nor confirmed', async () => {
  stage.world.line.close();
  stage.world.answers.line = 'no';
  const candidacy = await newCandidacy(stage);
  const proposalId = await proposed(candidacy);
  stage.world.line.open();
  await candidacy.until(({ identity }) => identity.line === 'refused');
  expect(await refusalOf(confirmation(candidacy, proposalId))).toBe('line-not-own');
  expect(await refusalOf(proposed(candidacy))).toBe('line-not-own');
});

test('while the bank is turned off no card is tried and the text says why; what was begun goes on', async () => {
  const { db } = stage.fresh;
  const candidacy = await known();
  const begun = await stage.settle(await candidacy.verification());
  const { attemptId } = begun.result as { attemptId: string };
  const other = await known();
  const starts = stage.world.starts.length;
  const staffId = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
  const text = 'بانک تا ظهر پاسخ نمی‌دهد.';
  await switchOff(db, { provider: 'bank', text, staffId });
  const refusal = await other.verification(CARD).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'bank-unavailable', details: { text: { fa: text } } });
  expect(stage.world.starts).toHaveLength(starts);
  stage.world.answers.bank = PROVEN;
  await stage.settle(await candidacy.bankReturn(attemptId));
  await candidacy.until(({ status }) => status === 'awaiting-submission');
  await switchOn(db, { provider: 'bank', staffId });
  await other.prove();
});
