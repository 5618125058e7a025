/** Every status meets every command, through the real workflow: it does what the table says, and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { COMMAND_KINDS, FINAL_STATUSES, isFinal, ruling, STATUSES, type CommandKind, type Status } from '../../domain/lifecycle.ts'; // prettier-ignore
import type { Command } from '../../domain/registration.ts';
import { writeCommand } from '../../store/commands/door.ts';
import type { CommandView } from '../../store/commands.ts';
import type { RegistrationRow } from '../../store/registration-row.ts';
import { newCandidacy, type Candidacy } from './candidacy.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Past the door, which would refuse it: as if the law had changed between acceptance and decision. */
async function slip(candidacy: Candidacy, command: Command): Promise<CommandView> {
  const { db } = stage.fresh;
  const row = (await db
    .knex<RegistrationRow>('registrations')
    .where({ id: candidacy.registrationId })
    .first('id', 'next_command_number')) as RegistrationRow;
  const view = await writeCommand(db, {
    ground: { commandId: newId(), receivedAt: Date.now(), row },
    actor: { kind: 'system', id: null },
    command,
  });
  return stage.settle(view);
}

const DECISIONS = { approved: 'approval', rejected: 'rejection' } as const;

async function reach(status: Status): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.until(({ identity }) => identity.line === 'confirmed');
  await stage.idle(candidacy.registrationId);
  if (status === 'awaiting-verification') return candidacy;
  if (status === 'withdrawn') {
    await stage.settle(await candidacy.withdrawal());
    return candidacy;
  }
  if (status === 'expired') {
    const closesAt = Date.now() + 300;
    await stage.fresh.db.knex('election_windows').update({ closes_at: new Date(closesAt) });
    await slip(candidacy, { kind: 'windowChange', closesAt });
    await candidacy.until((view) => view.status === 'expired');
    await stage.fresh.db.knex('election_windows').update({ closes_at: new Date(Date.now() + 86_400_000) });
    return candidacy;
  }
  await candidacy.prove();
  if (status === 'awaiting-submission') return candidacy;
  await candidacy.fillIn();
  await stage.settle(await candidacy.submission());
  if (status === 'approved' || status === 'rejected') {
    const kind = DECISIONS[status];
    await stage.settle(await candidacy.decision({ kind, revision: 1, reason: 'legal-bar' }));
  }
  if (status === 'awaiting-corrections') {
    const defects = [{ target: '/documents/photo', reason: 'document-unreadable' }];
    await stage.settle(await candidacy.decision({ kind: 'corrections', revision: 1, defects }));
  }
  return candidacy;
}

function commandOf(kind: CommandKind): Command {
  switch (kind) {
    case 'registration':
      return { kind, electionId: newId(), closesAt: Date.now(), correctionHours: 1 };
    case 'verification':
    case 'bankReturn':
      return { kind, attemptId: newId() };
    case 'identityProof':
      return { kind, proposalId: newId(), document: 'passport' };
    case 'submission':
      return { kind, revision: 9, contentHash: 'hash', confirmation: 'given' };
    case 'confirmation':
      return { kind, revision: 1 };
    case 'corrections':
      return { kind, revision: 1, defectIds: [] };
    case 'approval':
      return { kind, revision: 1 };
    case 'rejection':
      return { kind, revision: 1, reason: 'legal-bar' };
    case 'windowChange':
      return { kind, closesAt: Date.now() + 86_400_000 };
    case 'withdrawal':
    case 'mobileChange':
    case 'expiry':
      return { kind };
  }
}

const SENT = COMMAND_KINDS.filter((kind) => kind !== 'expiry');

describe.each(STATUSES)('%s', (status) => {
  const illegal = SENT.filter((kind) => ruling(status, kind) !== 'legal');

  test('WF-3: refuses what the table refuses, with its code, and stays as it is', async () => {
    const candidacy = await reach(status);
    const before = await candidacy.view();
    expect(before.status).toBe(status);
    const found = [];
    for (const kind of illegal) {
      const { state, code } = await slip(candidacy, commandOf(kind));
      found.push({ kind, state, code });
    }
    expect(found).toEqual(illegal.map((kind) => ({ kind, state: 'refused', code: ruling(status, kind) })));
    expect(await candidacy.view()).toEqual(before);
  });
});

test('ADM-7: a decision on another revision than the present one is stale', async () => {
  const candidacy = await reach('under-review');
  for (const command of [
    { kind: 'approval', revision: 7 } as const,
    { ...commandOf('rejection'), revision: 2 },
  ]) {
    expect(await slip(candidacy, command as Command)).toMatchObject({
      state: 'refused',
      code: 'stale-revision',
    });
  }
});

test('ADM-7: of two reviewers at the same instant one wins', async () => {
  const candidacy = await reach('under-review');
  const decisions = await Promise.allSettled([
    candidacy.decision({ kind: 'approval', revision: 1 }),
    candidacy.decision({ kind: 'rejection', revision: 1, reason: 'legal-bar' }),
  ]);
  expect(decisions.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const [won] = decisions.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(await stage.settle(won as CommandView)).toMatchObject({ state: 'done' });
  const { status } = await candidacy.view();
  expect(FINAL_STATUSES).toContain(status);
});

test('WF-4: a command for a closed registration is refused without being sent, also when its workflow is gone', async () => {
  const candidacy = await reach('withdrawn');
  expect(isFinal((await candidacy.view()).status)).toBe(true);
  await stage.idle(candidacy.registrationId);
  const before = await stage.countEvents(candidacy.registrationId);
  for (let times = 0; times < 20; times += 1) {
    expect(await slip(candidacy, { kind: 'withdrawal' })).toMatchObject({
      state: 'refused',
      code: 'not-your-move',
    });
  }
  expect(await stage.countEvents(candidacy.registrationId)).toEqual(before);
});
