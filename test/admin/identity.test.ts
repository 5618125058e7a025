/** Identity in person: two members of staff in the scope of the file, and nobody alone (ADM-8). */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROPOSAL_LIFE_HOURS } from '../../domain/identity-proof.ts';
import { listForgotten } from '../../store/sms-rounds.ts';
import { takeSms, type SmsRow, type SmsToSend } from '../../store/sms.ts';
import type { ReviewIdentity } from '../../store/review-identity.ts';
import { DAMGHAN, GARMSAR, putFile } from './files.ts';
import { api, recordPath, signIn, startPanel, type TestPanel, type Visitor } from './panel.ts';

interface Answer {
  readonly notice: { readonly type: string; readonly code?: string; readonly message: string };
}

let panel: TestPanel;
const staff: Record<string, Visitor> = {};
beforeAll(async () => {
  panel = await startPanel();
  for (const who of ['reviewer.damghan', 'second.damghan', 'reviewer.garmsar', 'headquarters']) {
    staff[who] = await signIn(panel.url, who);
  }
});
afterAll(() => panel.stop());

function desk(who: string): Visitor {
  const visitor = staff[who];
  if (visitor === undefined) throw new Error(`${who} is not signed in`);
  return visitor;
}

let people = 0;
/** Somebody whose line and person are known and who has no card. */
const aCandidate = (governorate = DAMGHAN): Promise<string> => {
  people += 1;
  return putFile(panel.fresh.db, {
    governorate,
    unproven: true,
    person: { nationalId: `12345${String(people).padStart(5, '0')}` },
  });
};
const call = async (who: string, id: string, step: { action: string; form?: object }): Promise<Answer> => {
  const path = recordPath('registrations', id, `${step.action}Identity`);
  const response = await desk(who).post(path, (step.form ?? {}) as Record<string, string>);
  return (await response.json()) as Answer;
};
const SEEN = { document: 'passport', reason: 'no-card' };
const propose = (id: string, who = 'reviewer.damghan', form: object = SEEN): Promise<Answer> =>
  call(who, id, { action: 'propose', form });
const identityOf = async (id: string, who = 'second.damghan'): Promise<ReviewIdentity> => {
  const response = await desk(who).get(recordPath('registrations', id, 'review'));
  return ((await response.json()) as { review: { identity: ReviewIdentity } }).review.identity;
};
const openProposal = async (id: string): Promise<string> => {
  const open = (await identityOf(id)).proposals.find(({ state }) => state === 'proposed');
  return open?.id ?? '';
};
/** A file with an open proposal of the first reviewer. */
async function proposed(): Promise<{ id: string; proposal: string }> {
  const id = await aCandidate();
  expect((await propose(id)).notice.type).toBe('success');
  return { id, proposal: await openProposal(id) };
}
const confirm = (who: string, { id, proposal }: { id: string; proposal: string }): Promise<Answer> =>
  call(who, id, { action: 'confirm', form: { proposal } });
const commandsOf = (id: string) => panel.fresh.owner('commands').where({ registration_id: id });
const auditOf = async (id: string): Promise<string[]> => {
  const actions: string[] = await panel.fresh
    .owner('audit')
    .where({ subject_id: id })
    .orderBy('at')
    .pluck('action');
  return actions.filter((action) => action.startsWith('identity'));
};

describe('ADM-8: a proposal', () => {
  test('waits for a second member of staff, and changes nothing by itself', async () => {
    const { id, proposal } = await proposed();
    expect(await commandsOf(id)).toEqual([]);
    const [mine, theirs] = [await identityOf(id, 'reviewer.damghan'), await identityOf(id)];
    expect(mine).toMatchObject({ way: null, mayPropose: false, maySettle: false });
    expect(theirs).toMatchObject({ maySettle: true, proposals: [{ id: proposal, own: false, ...SEEN }] });
    expect(await auditOf(id)).toEqual(['identity-proposed']);
  });

  test('keeps its note sealed', async () => {
    const id = await aCandidate();
    await propose(id, 'reviewer.damghan', { ...SEEN, note: 'گذرنامه در دست داماد' });
    const row = await panel.fresh.owner('identity_proposals').where({ registration_id: id }).first();
    expect(JSON.stringify(row)).not.toContain('داماد');
    expect((await identityOf(id)).proposals).toMatchObject([{ note: 'گذرنامه در دست داماد' }]);
  });

  test('sent twice is one; another beside it is refused', async () => {
    const { id } = await proposed();
    expect((await propose(id)).notice.type).toBe('success');
    expect((await propose(id, 'second.damghan')).notice.code).toBe('proposal-open');
    expect(await panel.fresh.owner('identity_proposals').where({ registration_id: id })).toHaveLength(1);
  });

  test.each([
    ['no document', { reason: 'no-card' }],
    ['a document that is not on the list', { ...SEEN, document: 'library-card' }],
    ['no reason', { document: 'passport' }],
    ['a note that cannot be kept', { ...SEEN, note: 'a'.repeat(3_000) }],
  ])('with %s is refused', async (_what, form) => {
    const id = await aCandidate();
    expect((await propose(id, 'reviewer.damghan', form)).notice.code).toBe('request-invalid');
    expect(await panel.fresh.owner('identity_proposals').where({ registration_id: id })).toEqual([]);
  });

  test('is not for headquarters, whom nobody comes to, nor for a proven identity', async () => {
    expect((await propose(await aCandidate(), 'headquarters')).notice.code).toBe('forbidden');
    const proven = await putFile(panel.fresh.db, { governorate: DAMGHAN });
    expect((await propose(proven)).notice.code).toBe('already-verified');
    expect(await identityOf(proven)).toMatchObject({
      way: 'card',
      mayPropose: false,
      obstacle: 'already-verified',
    });
  });
});

describe('ADM-8: the confirmation', () => {
  test('is one command like every other, with the document and no word of the person', async () => {
    const file = await proposed();
    expect((await confirm('second.damghan', file)).notice.type).toBe('info');
    expect(await commandsOf(file.id)).toMatchObject([
      {
        kind: 'identityProof',
        actor_kind: 'staff',
        state: 'accepted',
        payload: { kind: 'identityProof', proposalId: file.proposal, document: 'passport' },
      },
    ]);
    // Until the workflow has decided nobody begins anew.
    expect(await identityOf(file.id)).toMatchObject({
      mayPropose: false,
      proposals: [{ state: 'confirmed', outcome: 'pending' }],
    });
    expect((await propose(file.id)).notice.code).toBe('already-verified');
    expect(await auditOf(file.id)).toEqual(['identity-proposed', 'identity-proposal-confirmed']);
  });

  test('by the proposer is refused, whatever the session; the table refuses it too', async () => {
    const file = await proposed();
    expect((await confirm('reviewer.damghan', file)).notice.code).toBe('proposal-own');
    const again = await signIn(panel.url, 'reviewer.damghan');
    const path = recordPath('registrations', file.id, 'confirmIdentity');
    expect(await (await again.post(path, { proposal: file.proposal })).json()).toMatchObject({
      notice: { code: 'proposal-own' },
    });
    expect(await commandsOf(file.id)).toEqual([]);
    const row = panel.fresh.owner('identity_proposals').where({ id: file.proposal });
    const [command] = await panel.fresh.owner('commands').limit(1).pluck('id');
    const forged = { state: 'confirmed', settled_at: new Date(), command_id: command as string };
    await expect(row.update({ ...forged, settled_by: panel.fresh.owner.ref('proposed_by') })).rejects.toThrow(
      'check constraint',
    );
  });

  test('by a reviewer of another governorate does not find the file', async () => {
    const file = await proposed();
    const path = recordPath('registrations', file.id, 'confirmIdentity');
    expect((await desk('reviewer.garmsar').post(path, { proposal: file.proposal })).status).toBe(404);
    expect(await commandsOf(file.id)).toEqual([]);
  });

  test('by headquarters counts: a small governorate may have one reviewer only', async () => {
    const file = await proposed();
    expect((await confirm('headquarters', file)).notice.type).toBe('info');
    expect(await commandsOf(file.id)).toHaveLength(1);
  });

  test('by somebody who has lost the right meanwhile is refused', async () => {
    const file = await proposed();
    const second = panel.fresh.owner('staff').where({ email: 'second.damghan@davtalab.example' });
    await second.clone().update({ governorate: GARMSAR });
    const path = recordPath('registrations', file.id, 'confirmIdentity');
    expect((await desk('second.damghan').post(path, { proposal: file.proposal })).status).toBe(404);
    await second.clone().update({ governorate: DAMGHAN });
    expect(await commandsOf(file.id)).toEqual([]);
  });

  test('of a proposal whose time is over is refused; a new one can follow', async () => {
    const file = await proposed();
    const hours = PROPOSAL_LIFE_HOURS + 1;
    await panel.fresh
      .owner('identity_proposals')
      .where({ id: file.proposal })
      .update({ expires_at: panel.fresh.owner.raw(`expires_at - interval '${hours} hours'`) });
    expect((await confirm('second.damghan', file)).notice.code).toBe('proposal-expired');
    expect(await identityOf(file.id)).toMatchObject({ maySettle: false, proposals: [{ state: 'expired' }] });
    expect((await propose(file.id, 'second.damghan')).notice.type).toBe('success');
    expect((await identityOf(file.id)).proposals).toMatchObject([
      { state: 'expired' },
      { state: 'proposed' },
    ]);
  });

  test('after the deadline is refused, also when nobody has recorded the end yet', async () => {
    const file = await proposed();
    const windows = panel.fresh.owner('election_windows');
    const [{ closes_at: closesAt }] = (await windows.clone()) as [{ closes_at: Date }];
    await windows.clone().update({ closes_at: new Date(Date.now() - 1_000) });
    expect((await confirm('second.damghan', file)).notice.code).toBe('window-closed');
    expect((await propose(await aCandidate())).notice.code).toBe('window-closed');
    await windows.clone().update({ closes_at: closesAt });
    expect((await confirm('second.damghan', file)).notice.type).toBe('info');
  });

  test('of what somebody has proposed who has lost the right since is refused, and can be declined', async () => {
    const [file, other] = [await proposed(), await proposed()];
    const first = panel.fresh.owner('staff').where({ email: 'reviewer.damghan@davtalab.example' });
    await first.clone().update({ disabled_at: new Date() });
    expect((await confirm('second.damghan', file)).notice.code).toBe('proposer-gone');
    await first.clone().update({ disabled_at: null, governorate: GARMSAR });
    expect((await confirm('headquarters', file)).notice.code).toBe('proposer-gone');
    const form = { proposal: other.proposal, reason: 'identity-unclear' };
    expect((await call('second.damghan', other.id, { action: 'decline', form })).notice.type).toBe('success');
    await first.clone().update({ governorate: DAMGHAN });
    expect(await commandsOf(file.id)).toEqual([]);
    expect((await confirm('second.damghan', file)).notice.type).toBe('info');
  });

  test('ADM-7: of two at the same instant makes one command, and the other is told', async () => {
    const files = await Promise.all(Array.from({ length: 5 }, () => proposed()));
    for (const file of files) {
      const answers = await Promise.all(
        ['second.damghan', 'headquarters', 'second.damghan', 'headquarters'].map((who) => confirm(who, file)),
      );
      const codes = answers.map(({ notice }) => notice.code ?? notice.type);
      // The winner's own repetition is the same command; both calls of the other one are refused.
      expect(codes.filter((code) => code === 'proposal-over')).toHaveLength(2);
      expect(codes.filter((code) => code === 'info')).toHaveLength(2);
      expect(await commandsOf(file.id)).toHaveLength(1);
      const rows = await auditOf(file.id);
      expect(rows.filter((action) => action === 'identity-proposal-confirmed')).toHaveLength(1);
    }
  });
});

describe('ADM-8: a proposal can end otherwise', () => {
  test('declined for a reason that the candidate reads', async () => {
    const { id, proposal } = await proposed();
    const without = await call('second.damghan', id, { action: 'decline', form: { proposal } });
    expect(without.notice.code).toBe('request-invalid');
    const form = { proposal, reason: 'identity-unclear' };
    expect((await call('reviewer.damghan', id, { action: 'decline', form })).notice.code).toBe(
      'proposal-own',
    );
    expect((await call('second.damghan', id, { action: 'decline', form })).notice.type).toBe('success');
    expect((await confirm('headquarters', { id, proposal })).notice.code).toBe('proposal-over');
    const [message] = await panel.fresh.owner('messages').where({ registration_id: id });
    expect(message).toMatchObject({ kind: 'info', text: expect.stringContaining('هویت داوطلب از مدرک') });
    // Whoever was at the governorate has left: an SMS, which no workflow sends, is taken up at once.
    const sms: SmsRow[] = await panel.fresh.owner('sms').where({ registration_id: id });
    expect(sms).toMatchObject([{ template: 'identity-declined', cause: proposal, state: 'pending' }]);
    expect(await listForgotten(panel.fresh.db)).toContain(sms[0]?.id);
    expect((await takeSms(panel.fresh.db, sms[0]?.id ?? '', 20)) as SmsToSend).toMatchObject({
      mobile: expect.stringMatching(/^\+989/u),
    });
    expect(await listForgotten(panel.fresh.db)).not.toContain(sms[0]?.id);
    expect(await auditOf(id)).toEqual(['identity-proposed', 'identity-proposal-declined']);
    expect(await identityOf(id, 'reviewer.damghan')).toMatchObject({ mayPropose: true, way: null });
  });

  test('taken back by the one who proposed, and by nobody else', async () => {
    const { id, proposal } = await proposed();
    const takeBack = { action: 'takeBack', form: { proposal } };
    expect((await call('second.damghan', id, takeBack)).notice.code).toBe('forbidden');
    expect((await call('reviewer.damghan', id, takeBack)).notice.type).toBe('success');
    expect((await call('reviewer.damghan', id, takeBack)).notice.code).toBe('proposal-over');
    expect((await confirm('second.damghan', { id, proposal })).notice.code).toBe('proposal-over');
  });

  const counts = async (who: string): Promise<{ open: number; own: number }> => {
    const body = (await (await desk(who).get(api('/dashboard'))).json()) as {
      queue: { proposals: { open: number; own: number } };
    };
    return body.queue.proposals;
  };

  test.each([
    [
      'proven by card while the line is asked about',
      { card: 'confirmed', line: 'pending', identity_way: 'card' },
    ],
    ['on a line of somebody else', { line: 'refused', line_reason: 'line-not-own' }],
    ['of whom the registry does not know', { person: 'refused', person_reason: 'person-not-found' }],
  ])('whoever is %s waits for nobody: in the file, in the list and on the desk', async (_what, since) => {
    const before = await counts('second.damghan');
    const { id } = await proposed();
    const attempt = 'card' in since ? { card_attempt_id: id } : {};
    await panel.fresh
      .owner('registrations')
      .where({ id })
      .update({ ...since, ...attempt });
    expect((await identityOf(id)).proposals).toMatchObject([{ state: 'expired' }]);
    const rows = panel.fresh.owner('panel_identity_proposals').where({ registration_id: id });
    expect(await rows.pluck('state')).toEqual(['expired']);
    expect(await counts('second.damghan')).toEqual(before);
  });

  test('the desk counts what waits for the reader, and for others', async () => {
    const before = await counts('second.damghan');
    const { id } = await proposed();
    expect(await counts('second.damghan')).toEqual({ open: before.open + 1, own: before.own });
    const mine = await counts('reviewer.damghan');
    expect(mine.own).toBeGreaterThan(0);
    expect(await counts('reviewer.garmsar')).toEqual({ open: 0, own: 0 });
    // Proven by card meanwhile: nothing waits any more.
    await panel.fresh.owner('registrations').where({ id }).update({ status: 'awaiting-submission' });
    expect(await counts('reviewer.damghan')).toEqual({ open: mine.open - 1, own: mine.own - 1 });
  });
});
