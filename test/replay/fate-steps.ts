/** What the fates have in common, in the words of the office. */
import { registrationWorkflowId } from '../../workflows/protocol.ts';
import { DEMO_ELECTION_ID, DEMO_STAFF } from '../../scripts/demo-data.ts';
import { acceptConfirmation, acceptIdentityProof } from '../../store/commands.ts';
import { proposeIdentity } from '../../store/identity-proposals.ts';
import { changeWindow } from '../../store/windows.ts';
import { CONSTITUENCY, idempotency, newCandidacy, type Candidacy } from '../workflow/candidacy.ts';
import { CARD } from '../workflow/outside-world.ts';
import type { openStage, Stage } from '../workflow/stage.ts';

export interface Fate {
  readonly options?: Parameters<typeof openStage>[0];
  /** Returns the id of the workflow whose history is kept. */
  readonly play: (stage: Stage) => Promise<string>;
}

const HEADQUARTERS = DEMO_STAFF.find(({ role }) => role === 'headquarters')?.id ?? '';
const PATIENCE_MS = 60_000;
export const DEFECTS = [{ target: '/documents/photo', reason: 'document-unreadable' }];

export async function underReview(stage: Stage): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  await stage.settle(await candidacy.submission());
  return candidacy;
}

export async function correct(stage: Stage, candidacy: Candidacy, revision: number): Promise<void> {
  await stage.settle(await candidacy.decision({ kind: 'corrections', revision, defects: DEFECTS }));
  await candidacy.upload('photo');
  await stage.settle(await candidacy.submission());
}

/** Waits for the end of the workflow. */
export async function ended(stage: Stage, { registrationId }: Candidacy): Promise<string> {
  const workflowId = registrationWorkflowId(registrationId);
  await stage.temporal.client.workflow.getHandle(workflowId).result();
  return workflowId;
}

export async function endWindow(stage: Stage, candidacy: Candidacy): Promise<string> {
  await moveWindow(stage, new Date(Date.now() + 1_000));
  return ended(stage, candidacy);
}

/** Leaves the file open where it is: it will be replayed from here by whatever version comes. */
export async function open(stage: Stage, { registrationId }: Candidacy): Promise<string> {
  await stage.idle(registrationId);
  return registrationWorkflowId(registrationId);
}

export async function tryCard(stage: Stage, candidacy: Candidacy): Promise<void> {
  const verification = await candidacy.verification(CARD);
  await stage.delivery.deliver(candidacy.registrationId, { deadlineMs: 10_000 });
  const verified = await stage.outcomes.waitFor(verification.id, PATIENCE_MS);
  if (verified.state !== 'done') return;
  await stage.settle(await candidacy.bankReturn((verified.result as { attemptId: string }).attemptId));
}

const [PROPOSER = '', CONFIRMER = ''] = DEMO_STAFF.filter(
  ({ role, governorate }) => role === 'reviewer' && governorate === CONSTITUENCY?.governorate,
).map(({ id }) => id);

/** Two members of staff have seen the person. */
export async function seenInPerson(stage: Stage, { registrationId }: Candidacy): Promise<void> {
  const { db } = stage.fresh;
  const seen = { document: 'passport', reason: 'no-card', note: null };
  const proposalId = await proposeIdentity(db, { registrationId, staffId: PROPOSER, ...seen });
  const proof = { registrationId, staffId: CONFIRMER, proposalId };
  await stage.settle(
    await acceptIdentityProof(db, { ...proof, idempotency: idempotency(`staff:${CONFIRMER}`) }),
  );
}

/** A submission that our side could send no code for; under review, and waiting for it. */
export async function unconfirmed(stage: Stage): Promise<Candidacy> {
  const candidacy = await newCandidacy(stage);
  await candidacy.prove();
  await candidacy.fillIn();
  await stage.settle(await candidacy.submission(new Date()));
  return candidacy;
}

export async function confirm(stage: Stage, candidacy: Candidacy): Promise<void> {
  const { registrationId, candidateId } = candidacy;
  const own = { registrationId, candidateId, idempotency: idempotency(`candidate:${candidateId}`) };
  await stage.settle(await acceptConfirmation(stage.fresh.db, own));
}

/** The end of the window is moved, and every open registration is told. */
export async function moveWindow(stage: Stage, closesAt: Date): Promise<void> {
  const order = { electionId: DEMO_ELECTION_ID, reason: 'test', staffId: HEADQUARTERS };
  await changeWindow(stage.fresh.db, { ...order, closesAt });
  await stage.delivery.redeliver();
}

/** A card is announced and its page opened; the attempt's id. */
export async function cardStarted(
  stage: Stage,
  candidacy: Candidacy,
  card: Parameters<Candidacy['verification']>[0] = CARD,
): Promise<string> {
  const verification = await stage.settle(await candidacy.verification(card));
  return (verification.result as { attemptId: string }).attemptId;
}
