/** Whether the candidate's phone has the SMS about a fact: the reviewer sees it in the history of the file. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { markSent, settleSms } from '../../store/sms-reports.ts';
import { beginTry } from '../../store/sms-tries.ts';
import { writeSms } from '../../store/sms.ts';
import { DAMGHAN, putFile } from './files.ts';
import { recordPath, signIn, startPanel, type TestPanel, type Visitor } from './panel.ts';

let panel: TestPanel;
let reviewer: Visitor;
beforeAll(async () => {
  panel = await startPanel();
  reviewer = await signIn(panel.url, 'damghan');
});
afterAll(() => panel.stop());

interface Item {
  readonly at: string;
  readonly fact: string;
  readonly sms: {
    readonly state: string;
    readonly provider: string | null;
    readonly settledAt: string | null;
  } | null;
}

async function historyOf(id: string): Promise<readonly Item[]> {
  const response = await reviewer.get(recordPath('registrations', id, 'review'));
  return ((await response.json()) as { review: { history: readonly Item[] } }).review.history;
}

const smsOf = async (id: string, fact: string) =>
  (await historyOf(id)).find((item) => item.fact === fact)?.sms;

test('an SMS about no fact stands there in its time, a code does not', async () => {
  const { db, owner } = panel.fresh;
  const id = await putFile(db, { governorate: DAMGHAN });
  const before = await historyOf(id);
  const sms = { registrationId: id, parameters: {}, mobile: '+989120000001', at: Date.now() };
  const reminder = { cause: 'confirmation-reminder-1-1', template: 'confirmation-reminder' } as const;
  await writeSms(db, { ...sms, ...reminder });
  await writeSms(db, { ...sms, cause: 'code', template: 'code-submission' });
  const { recorded_at: first } = await owner('registration_facts')
    .where({ registration_id: id })
    .orderBy('recorded_at')
    .first<{ recorded_at: Date }>('recorded_at');
  const declined = { cause: crypto.randomUUID(), template: 'identity-declined' } as const;
  await writeSms(db, { ...sms, ...declined, at: first.getTime() - 1_000 });
  const history = await historyOf(id);
  expect(history).toHaveLength(before.length + 2);
  expect(history[0]).toMatchObject({ fact: 'identity-declined', sms: { state: 'pending' } });
  expect(history.at(-1)).toMatchObject({ fact: 'confirmation-reminder', sms: { state: 'pending' } });
  expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted());
});

test('the mark follows the SMS of the fact, and other facts have none', async () => {
  const { db, owner } = panel.fresh;
  const id = await putFile(db, { governorate: DAMGHAN });
  const fact = { registration_id: id, type: 'submitted' };
  const { cause } = await owner('registration_facts').where(fact).first<{ cause: string }>('cause');
  expect(await smsOf(id, 'submitted')).toBeNull();
  const sms = {
    registrationId: id,
    cause,
    template: 'submitted',
    parameters: {},
    mobile: '+989120000001',
  } as const;
  const smsId = await writeSms(db, { ...sms, at: Date.now() });
  expect(await smsOf(id, 'submitted')).toMatchObject({ state: 'pending', provider: null });
  const reference = '8100000007';
  const tryId = await beginTry(db, smsId, 'sms-a');
  await markSent(db, { smsId, tryId, provider: 'sms-a', references: [reference] });
  await settleSms(db, { provider: 'sms-a', reference, state: 'failed', at: Date.now() });
  expect(await smsOf(id, 'submitted')).toMatchObject({
    state: 'failed',
    provider: 'sms-a',
    settledAt: expect.stringMatching(/^\d{4}-/),
  });
  expect(await smsOf(id, 'opened')).toBeNull();
});
