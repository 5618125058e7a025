/** The journey of the guide, told step by step: two rounds of corrections, then the approval. */
import { registrationWorkflowId } from '../../workflows/protocol.ts';
import type { Constituency, Election } from './contract.ts';
import { firstRound, firstSubmission, messageOf, secondRound, toldBySms } from './course.ts';
import { Deviation, expectThat } from './deviation.ts';
import { knock } from './door.ts';
import { constituenciesOf, electionsOf } from './elections.ts';
import { approve, deskOf, type Offices, openReview } from './governorate.ts';
import { signIn, statusReached } from './identity.ts';
import type { Play } from './play.ts';
import { bodyOf } from './rest.ts';
import type { Running } from './system.ts';

/** The final message of the guide, byte for byte; written out here, so that the product cannot change both. */
export const FINAL_MESSAGE = 'داوطلب گرامی؛ ثبتنام شما توسط کارشناس فرمانداری حوزه انتخابیه تائید گردید.';

async function chooseConstituency(play: Play): Promise<{ election: Election; constituency: Constituency }> {
  const election = await play.trace.step(
    'election',
    async () => (await electionsOf(play.rest)).main,
    ({ title, questionnaire }) => `«${title}», ${questionnaire.sections.length} sections`,
  );
  const constituency = await play.trace.step(
    'constituency',
    async () => {
      const village = (await constituenciesOf(play.rest, election.id)).find(({ kind }) => kind === 'village');
      if (village === undefined) throw new Deviation('the election has no village');
      return village;
    },
    ({ title, kind }) => `${kind} «${title}»`,
  );
  return { election, constituency };
}

async function historyOf(play: Play, id: string): Promise<void> {
  await play.trace.step(
    'history',
    async () =>
      bodyOf<{ items: { fact: string }[] }>(await play.rest.get(`/registrations/${id}/history`), 200).items,
    (items) => items.map(({ fact }) => fact).join(' → '),
  );
}

/** Public and without a name: what anybody learns with the preliminary code. */
async function publicStatus(play: Play, code: string): Promise<void> {
  await play.trace.step(
    'public status',
    async () => {
      const path = `/status/${encodeURIComponent(code)}`;
      const status = bodyOf<{ status: string; whoseMove: string }>(await play.rest.get(path), 200);
      expectThat(status.status === 'approved', `the public status is ${status.status}`);
      const told = Object.keys(status).toSorted().join(' ');
      expectThat(told === 'status updatedAt whoseMove', `the public status tells ${told}`);
      return status;
    },
    ({ status, whoseMove }) => `${status}, ${whoseMove}'s move`,
  );
}

/** The address of the workflow's history in the Temporal Web UI, whose own API is asked for the run. */
async function historyLink(play: Play, { urls, temporal }: Running, id: string): Promise<string> {
  const workflow = `namespaces/${temporal.namespace}/workflows/${encodeURIComponent(registrationWorkflowId(id))}`;
  const { link } = await play.trace.step(
    'workflow',
    async () => {
      const reply = await knock(
        { method: 'GET', url: `${urls.temporalUi}/api/v1/${workflow}` },
        play.patience,
      );
      const { workflowExecutionInfo: info } = bodyOf<{
        workflowExecutionInfo?: { execution?: { runId?: string }; historyLength?: string };
      }>(reply, 200);
      const runId = info?.execution?.runId;
      expectThat(runId !== undefined, 'the Web UI does not know the workflow');
      return { events: info?.historyLength, link: `${urls.temporalUi}/${workflow}/${runId}/history` };
    },
    ({ events }) => `${events ?? '?'} events`,
  );
  return link;
}

/** Plays it to the end and gives the final message and the link. Throws a Deviation where it goes another way. */
export async function playOne(play: Play, offices: Offices, running: Running) {
  const place = await chooseConstituency(play);
  await signIn(play);
  const file = await firstSubmission(play, place);
  const { id } = file;
  const desk = await play.trace.step(
    'whose desk',
    () => deskOf(offices, id),
    ({ account }) => `governorate ${account.governorate ?? ''}, and no other finds it`,
  );
  await firstRound(play, desk, file);
  await secondRound(play, desk, file);
  await openReview(play, desk, { id, revision: 3 });
  await approve(play, desk, { id, revision: 3 });
  await statusReached(play, id, 'approved');
  await toldBySms(play, 3);
  await publicStatus(play, file.preliminaryCode);
  await historyOf(play, id);
  const link = await historyLink(play, running, id);
  const { text } = await messageOf(play, id, { kind: 'approved' });
  expectThat(text === FINAL_MESSAGE, 'the final message is another one');
  return { text, link };
}
