/** SES-5: a changed number through the real workflow: the new line is asked about, and nobody loses what they had. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listHistory } from '../../store/history.ts';
import { switchOff, switchOn } from '../../store/provider-switches.ts';
import { DEMO_STAFF } from '../../scripts/demo-data.ts';
import { newNumber } from '../support/new-number.ts';
import { newCandidacy, newPerson, openRegistration, refusalOf, type Candidacy } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => {
  stage.world.line.open();
  Object.assign(stage.world.answers, { line: 'yes', person: 'matched', bank: { outcome: 'pending' } });
});
afterAll(() => stage.close());

const HEADQUARTERS = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
const DEFECTS = [{ target: '/documents/photo', reason: 'document-unreadable' }];

async function ready(): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  return candidacy;
}

async function underReview(): Promise<Candidacy> {
  const candidacy = await ready();
  await stage.settle(await candidacy.submission());
  return candidacy;
}

/** The number changes, and the workflow has taken it up; gives the new number. */
async function changed(candidacy: Candidacy): Promise<string> {
  const { mobile, commands } = await newNumber(stage.fresh.db, candidacy);
  for (const command of commands) expect(await stage.settle(command)).toMatchObject({ state: 'done' });
  return mobile;
}

const lineIs = (candidacy: Candidacy, line: 'pending' | 'confirmed' | 'refused') =>
  candidacy.until(({ identity }) => identity.line === line);

const factsOf = async ({ registrationId }: Candidacy) =>
  (await listHistory(stage.fresh.db, registrationId)).map(({ fact }) => fact);

const messagesOf = ({ registrationId }: Candidacy): Promise<string[]> =>
  stage.fresh.owner('messages').where({ registration_id: registrationId }).orderBy('sent_at').pluck('text');

describe('SES-5: before the submission', () => {
  test('SES-5: it is held back until the new line is confirmed, and then goes on', async () => {
    const candidacy = await ready();
    stage.world.line.close();
    await changed(candidacy);
    expect(await candidacy.view()).toMatchObject({
      status: 'awaiting-verification',
      identity: { line: 'pending', card: 'confirmed', way: 'card' },
    });
    expect(await refusalOf(candidacy.submission())).toBe('not-verified');
    stage.world.line.open();
    await candidacy.until(({ status }) => status === 'awaiting-submission');
    expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
  });

  test('SES-5: a line of somebody else holds it back, and the next number that is their own lets it go', async () => {
    const candidacy = await ready();
    stage.world.answers.line = 'no';
    await changed(candidacy);
    await lineIs(candidacy, 'refused');
    expect(await refusalOf(candidacy.submission())).toBe('not-verified');
    stage.world.answers.line = 'yes';
    await changed(candidacy);
    await candidacy.until(({ status }) => status === 'awaiting-submission');
    expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
    expect((await messagesOf(candidacy)).join('\n')).toContain('شماره همراه تازه به نام شما نیست');
  });

  test('SES-5: whoever registered with another’s line goes on with one of their own', async () => {
    stage.world.answers.line = 'no';
    const candidacy = await newCandidacy(stage);
    await lineIs(candidacy, 'refused');
    stage.world.answers.line = 'yes';
    await changed(candidacy);
    await lineIs(candidacy, 'confirmed');
    await candidacy.prove();
  });

  test.each(['closed for the night', 'turned off'])(
    'SES-5: a registry that is %s holds up nobody whose line was their own',
    async (how) => {
      const candidacy = await ready();
      const off = how === 'turned off';
      const by = { provider: 'line-owner', staffId: HEADQUARTERS } as const;
      if (off) await switchOff(stage.fresh.db, { ...by, text: null });
      else stage.world.answers.night = true;
      await changed(candidacy);
      await candidacy.until(({ status }) => status === 'awaiting-submission');
      expect((await candidacy.view()).identity.line).toBe('pending');
      expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
      if (off) await switchOn(stage.fresh.db, by);
      stage.world.answers.night = false;
      await lineIs(candidacy, 'confirmed');
      expect((await candidacy.view()).status).toBe('under-review');
    },
  );
});

describe('SES-5: what is heard of a former number', () => {
  test('SES-5: counts no more, also when it comes after the change', async () => {
    stage.world.line.close();
    const candidacy = await newCandidacy(stage);
    await changed(candidacy);
    // Both inquiries are on their way; that of the old number has a yes for an answer.
    const { registrationId } = candidacy;
    stage.world.line.open();
    await lineIs(candidacy, 'confirmed');
    await stage.idle(registrationId);
    const causes = (await stage.fresh
      .owner('registration_facts')
      .where({ registration_id: registrationId, type: 'lineConfirmed' })
      .pluck('cause')) as string[];
    expect(causes).toEqual(['line-1']);
  });
});

describe('SES-5: after the submission', () => {
  test('SES-5: what was accepted stays, the new line is asked about beside it, and the reviewer can decide', async () => {
    const candidacy = await underReview();
    stage.world.answers.line = 'no';
    await changed(candidacy);
    await lineIs(candidacy, 'refused');
    expect(await candidacy.view()).toMatchObject({ status: 'under-review', revision: 1 });
    expect((await factsOf(candidacy)).slice(-2)).toEqual(['mobileChanged', 'lineRefused']);
    await stage.settle(await candidacy.decision({ kind: 'approval', revision: 1 }));
    expect((await candidacy.view()).status).toBe('approved');
  });

  test('SES-5: a candidate whose line is lost in the correction round sends the corrections', async () => {
    const candidacy = await underReview();
    await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects: DEFECTS }));
    stage.world.answers.line = 'no';
    await changed(candidacy);
    await lineIs(candidacy, 'refused');
    await candidacy.upload('photo');
    expect(await stage.settle(await candidacy.submission())).toMatchObject({ state: 'done' });
    expect(await candidacy.view()).toMatchObject({ status: 'under-review', round: 2 });
  });

  test('SES-5: notices go to the new number', async () => {
    const candidacy = await underReview();
    const mobile = await changed(candidacy);
    await lineIs(candidacy, 'confirmed');
    await stage.settle(await candidacy.decision({ kind: 'approval', revision: 1 }));
    await stage.idle(candidacy.registrationId);
    const texts = stage.world.sent.filter(({ to }) => to === mobile).map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringContaining('وضعیت ثبت‌نام شما تغییر کرد'));
  });

  test('SES-5: nobody else registers for the person while the new line is asked about', async () => {
    const candidacy = await underReview();
    stage.world.line.close();
    await changed(candidacy);
    expect((await candidacy.view()).identity.line).toBe('pending');
    const { nationalId } = candidacy;
    const second = await newPerson(stage, { nationalId });
    expect(await refusalOf(openRegistration(stage, second))).toBe('already-registered');
    stage.world.line.open();
    await lineIs(candidacy, 'confirmed');
  });
});

test('SES-5: the number changes while the worker is away, and the line is asked about when it is back', async () => {
  const candidacy = await underReview();
  await stage.stopWorkers();
  const { commands } = await newNumber(stage.fresh.db, candidacy);
  await stage.delivery.deliver(candidacy.registrationId, { deadlineMs: 5_000 });
  await stage.startWorkers();
  for (const command of commands) await stage.settle(command);
  await stage.repeatAll(candidacy.registrationId);
  await lineIs(candidacy, 'confirmed');
  await stage.idle(candidacy.registrationId);
  expect((await factsOf(candidacy)).slice(-2)).toEqual(['mobileChanged', 'lineConfirmed']);
});
