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
  readonly fact: string;
  readonly sms: {
    readonly state: string;
    readonly provider: string | null;
    readonly settledAt: string | null;
  } | null;
}

async function smsOf(id: string, fact: string): Promise<Item['sms'] | undefined> {
  const response = await reviewer.get(recordPath('registrations', id, 'review'));
  const { review } = (await response.json()) as { review: { history: readonly Item[] } };
  return review.history.find((item) => item.fact === fact)?.sms;
}

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
