/** SES-5: what asks for a fresh code, how long one counts, and which. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registrationBody } from '../api/candidate.ts';
import { expectRefusal, type ApiClient } from '../api/client.ts';
import { openOffice, type Office } from '../api/office.ts';
import { HOUR_MS, MINUTE_MS, somebody, wrong } from './office.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice({ clockStands: true });
});
afterAll(() => office.close());

type Purpose = 'submission' | 'withdrawal';
/** What the candidate sends with it. */
type Given =
  'nothing' | 'the right code' | 'a wrong code' | 'a code without its id' | 'the other purpose’s code';

interface Candidate {
  readonly me: ApiClient;
  readonly mobile: string;
  readonly id: string;
}

async function candidate(): Promise<Candidate> {
  const mobile = somebody();
  const me = await office.signIn({ mobile });
  const { body } = await me.post<{ id: string }>('/registrations', registrationBody());
  return { me, mobile, id: body.id };
}

async function codeOf({ me, mobile, id }: Candidate, purpose: Purpose) {
  const sent = await me.post<{ id: string }>('/confirmation-codes', { purpose, registrationId: id });
  return { codeId: sent.body.id, code: office.codeFor(mobile) };
}

async function given(one: Candidate, purpose: Purpose, what: Given): Promise<object> {
  if (what === 'nothing') return {};
  const other = purpose === 'submission' ? 'withdrawal' : 'submission';
  const { codeId, code } = await codeOf(one, what === 'the other purpose’s code' ? other : purpose);
  if (what === 'a wrong code') return { codeId, code: wrong(code) };
  return what === 'a code without its id' ? { code } : { codeId, code };
}

function send({ me, id }: Candidate, purpose: Purpose, body: object) {
  return purpose === 'submission'
    ? me.post(`/registrations/${id}/submission`, { declaration: true, ...body }, { 'if-match': '1' })
    : me.post(`/registrations/${id}/withdrawal`, body);
}

/** Beyond the code, a submission meets the law: its identity is not proven here. A withdrawal is accepted. */
function expectPassed(purpose: Purpose, reply: Awaited<ReturnType<typeof send>>): void {
  if (purpose === 'submission') expectRefusal(reply, 'not-verified');
  else expect(reply.status).toBe(202);
}

const MATRIX = (['submission', 'withdrawal'] as const).flatMap((purpose) =>
  (
    [
      [9.9, 'nothing', null],
      [10, 'nothing', 'fresh-code-required'],
      [10, 'the right code', null],
      [10, 'a wrong code', 'code-wrong'],
      [10, 'a code without its id', 'fresh-code-required'],
      [10, 'the other purpose’s code', 'code-wrong'],
    ] as const
  ).map((row) => [purpose, ...row] as const),
);

describe('SES-5', () => {
  test.each(MATRIX)('SES-5: a %s %d minutes after the last code, with %s', async (...row) => {
    const [purpose, minutes, what, refusal] = row;
    const one = await candidate();
    // A request of its own in between, so that the session does not fall asleep.
    office.wait(minutes * MINUTE_MS);
    const reply = await send(one, purpose, await given(one, purpose, what));
    if (refusal === null) expectPassed(purpose, reply);
    else expectRefusal(reply, refusal);
  });

  test('SES-5: a confirmation counts for ten minutes, a wrong code and another’s registration do not', async () => {
    const one = await candidate();
    office.wait(10 * MINUTE_MS);
    expectPassed(
      'submission',
      await send(one, 'submission', await given(one, 'submission', 'the right code')),
    );
    office.wait(9.9 * MINUTE_MS);
    expectPassed('submission', await send(one, 'submission', {}));
    office.wait(0.2 * MINUTE_MS);
    expectRefusal(await send(one, 'submission', {}), 'fresh-code-required');

    const stranger = await candidate();
    office.wait(10 * MINUTE_MS);
    const theirs = await codeOf(stranger, 'submission');
    expectRefusal(await send(one, 'submission', theirs), 'code-wrong');
    expectPassed('submission', await send(stranger, 'submission', theirs));
  });

  test('SES-5: a request that was accepted gets its answer again, although its code is used', async () => {
    const one = await candidate();
    office.wait(10 * MINUTE_MS);
    const body = await given(one, 'withdrawal', 'the right code');
    const key = { 'idempotency-key': 'the-same-key' };
    const path = `/registrations/${one.id}/withdrawal`;
    const first = await one.me.post(path, body, key);
    office.wait(HOUR_MS / 4);
    expect(first.status).toBe(202);
    expect((await one.me.post(path, body, key)).body).toEqual(first.body);
  });

  test('SES-5: nobody asks for a code for another’s registration', async () => {
    const [one, stranger] = [await candidate(), await candidate()];
    const sent = await one.me.post('/confirmation-codes', {
      purpose: 'withdrawal',
      registrationId: stranger.id,
    });
    expectRefusal(sent, 'not-found');
  });
});
